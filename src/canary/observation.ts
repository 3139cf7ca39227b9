import type { Reason } from '../reason.ts';

/** Whose number it is: a gauge that both versions share belongs to neither. */
export type Side = 'baseline' | 'canary' | 'shared';

/** One number of one period. `null`: it was asked for and was not there. */
export interface Point {
  readonly metric: string;
  readonly side: Side;
  /** `history`: before the watch began. */
  readonly phase: 'history' | 'watch';
  /** RFC 3339 UTC. */
  readonly periodStart: string;
  readonly value: number | null;
  /** What came instead of a number: `NaN`, `Infinity`. JSON has no such value, and the fact must not be lost. */
  readonly notANumber?: string;
}

/** What one look at the metrics brought, as it was fetched: later looks may revise a period, and are kept beside it. */
export interface Observation {
  readonly fetchedAt: string;
  readonly status: 'complete' | 'partial' | 'unavailable';
  readonly reasons: readonly Reason[];
  /** Percent of the traffic on each side, where the provider tells. */
  readonly weights: { readonly baseline: number; readonly canary: number } | null;
  readonly points: readonly Point[];
}

/** The values of one metric of one side, by the start of the period, oldest first; the newest look counts. */
export type Series = readonly Pick<Point, 'periodStart' | 'value' | 'notANumber'>[];

/**
 * The newest value of every period over all looks. A replay of the same observations gives the same table.
 * @returns a reader: series(metric, side, phase)
 */
export function foldObservations(
  observations: readonly Observation[],
): (metric: string, side: Side, phase: Point['phase']) => Series {
  const table = new Map<string, Map<string, Point>>();
  for (const { points } of observations) {
    for (const point of points) {
      const key = seriesKey(point.metric, point.side, point.phase);
      const series = table.get(key) ?? new Map<string, Point>();
      table.set(key, series);
      // A period that once had a value keeps it when a later look brings nothing for it.
      const before = series.get(point.periodStart)?.value ?? null;
      if (point.value !== null || before === null) series.set(point.periodStart, point);
    }
  }
  return (metric, side, phase) =>
    [...(table.get(seriesKey(metric, side, phase))?.values() ?? [])].sort((a, b) =>
      a.periodStart.localeCompare(b.periodStart),
    );
}

function seriesKey(metric: string, side: Side, phase: Point['phase']): string {
  return `${metric}\n${side}\n${phase}`;
}
