import type { Reason } from '../reason.ts';

/** Whose number it is: a gauge that both versions share belongs to neither. */
export type Side = 'baseline' | 'canary' | 'shared';

/** `history`: before the watch began; `past`: the watch's own minutes, some days ago. */
export type Phase = 'history' | 'watch' | 'past';

/** One number of one period. `null`: it was asked for and was not there. */
export interface Point {
  readonly metric: string;
  readonly side: Side;
  readonly phase: Phase;
  /** The slice of the side that it is of (an availability zone); absent: all of it. */
  readonly part?: string;
  /** RFC 3339 UTC. */
  readonly periodStart: string;
  readonly value: number | null;
  /** What came instead of a number: `NaN`, `Infinity`. JSON has no such value, and the fact must not be lost. */
  readonly notANumber?: string;
}

/** What was asked in one look, and what came of it. */
export interface Asked {
  readonly metric: string;
  readonly side: Side;
  readonly phase: Phase;
  readonly part?: string;
  /** CloudWatch's name for it, `Sum` or `TC(0.5:)`; the expression of a metric that is computed. */
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly from: string;
  readonly to: string;
  /** Numbers that came, and periods of the window that have none. */
  readonly points: number;
  readonly missing: number;
  readonly status: 'complete' | 'partial' | 'failed';
}

/** What one look at the metrics brought, as it was fetched: later looks may revise a period, and are kept beside it. */
export interface Observation {
  readonly fetchedAt: string;
  readonly status: 'complete' | 'partial' | 'unavailable';
  readonly reasons: readonly Reason[];
  /** Percent of the traffic on each side, where the provider tells. */
  readonly weights: Sides | null;
  /** Tasks that run on each side, where the provider tells. */
  readonly hosts?: Sides | null;
  readonly points: readonly Point[];
  readonly asked?: readonly Asked[];
  /** Response times by the metric that counts slower requests, in seconds: learned from the baseline, once. */
  readonly limits?: Limits;
  /** Metrics that CloudWatch does not list. */
  readonly unknownMetrics?: readonly string[];
  /** What else the look's decision rests on; absent in looks of older releases. */
  readonly surroundings?: Surroundings;
}

/** Seconds beyond which a request is slow, by the metric that counts such requests. */
export type Limits = Readonly<Record<string, number>>;

export interface Sides {
  readonly baseline: number;
  readonly canary: number;
}

/** What was known of the deployment at a look, beside the metrics. */
export interface Surroundings {
  /** When the watch had to end, by what was known then: its own end, or what leaves a waiting hook its time. */
  readonly endsAt: string;
  /** An operator's decision on the whole deployment. */
  readonly override: 'pass' | 'fail' | null;
  /** Alarms of the service that were red. */
  readonly alarms: readonly Reason[];
  /** Why there was nothing left to watch. */
  readonly ended: Reason | null;
}

/** The values of one metric of one side, by the start of the period, oldest first; the newest look counts. */
export type Series = readonly Pick<Point, 'periodStart' | 'value' | 'notANumber'>[];

/** All looks as one table. */
export interface Folded {
  series(metric: string, side: Side, phase: Phase, part?: string): Series;
  /** The slices that a metric of the baseline was seen in, by name. */
  parts(metric: string): readonly string[];
  /** Numbers that a later look saw differently. */
  readonly revised: readonly Revision[];
}

export interface Revision {
  readonly metric: string;
  readonly side: Side;
  readonly periodStart: string;
  readonly before: number;
  readonly after: number;
}

/** The newest value of every period over all looks. A replay of the same observations gives the same table. */
export function foldObservations(observations: readonly Observation[]): Folded {
  const table = new Map<string, Map<string, Point>>();
  const revised = new Map<string, Revision>();
  for (const { points } of observations) {
    for (const point of points) {
      const key = seriesKey(point.metric, point.side, point.phase, point.part);
      const series = table.get(key) ?? new Map<string, Point>();
      table.set(key, series);
      // A period that once had a value keeps it when a later look brings nothing for it.
      const before = series.get(point.periodStart)?.value ?? null;
      if (point.value !== null || before === null) series.set(point.periodStart, point);
      if (point.value === null || before === null || before === point.value) continue;
      const { metric, side, periodStart, value } = point;
      const first = revised.get(`${key}\n${periodStart}`)?.before ?? before;
      revised.set(`${key}\n${periodStart}`, { metric, side, periodStart, before: first, after: value });
    }
  }
  return {
    series: (metric, side, phase, part) =>
      [...(table.get(seriesKey(metric, side, phase, part))?.values() ?? [])].sort((a, b) =>
        a.periodStart < b.periodStart ? -1 : 1,
      ),
    parts: (metric) => partsOf(table.keys(), metric),
    revised: [...revised.values()],
  };
}

function seriesKey(metric: string, side: Side, phase: Phase, part = ''): string {
  return `${metric}\n${side}\n${phase}\n${part}`;
}

function partsOf(keys: Iterable<string>, metric: string): readonly string[] {
  const prefix = seriesKey(metric, 'baseline', 'history');
  const parts = [...keys].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  return parts.filter((part) => part !== '').sort();
}
