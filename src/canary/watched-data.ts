import { type Folded, foldObservations, type Observation, type Point, type Side, type Sides } from './observation.ts';
import type { CanaryPolicy } from './policy.ts';
import { sidesBefore, type Timetable, timetableOf, type WatchSpan } from './timetable.ts';

/** A period's number: null where CloudWatch was asked and had none, undefined where it did not tell. */
export type Told = number | null | undefined;

/** The observations as the judge's parts read them, by period. */
export interface WatchedData {
  readonly folded: Folded;
  readonly observations: readonly Observation[];
  readonly timetable: Timetable;
  /** The period whose numbers of the baseline stand beside each of the canary's: the same one, or an earlier one. */
  readonly baselineBeside: readonly number[];
  /** History that does not stand in for the baseline. */
  readonly history: readonly number[];
  /** Periods of the canary for which the baseline's past stands in. */
  readonly standIns: number;
  /** Reads the numbers of a metric, history and watch together. */
  numbers(metric: string, side: Side, part?: string): (periodStart: number) => Told;
}

/** In so many of the newest periods a source has told nothing: what it told earlier is old. */
export const silentPeriods = 3;

/** Lays the observations out in periods. Pure. */
export function watchedData(policy: CanaryPolicy, span: WatchSpan, observations: readonly Observation[]): WatchedData {
  const folded = foldObservations(observations);
  const timetable = timetableOf(policy, span, folded, observations);
  const numbers = (metric: string, side: Side, part?: string) => {
    const table = new Map<number, number | null>();
    for (const phase of ['history', 'watch'] as const) {
      for (const { periodStart, value } of folded.series(metric, side, phase, part)) {
        table.set(Date.parse(periodStart), value);
      }
    }
    return (periodStart: number) => table.get(periodStart);
  };
  const requests = numbers('requests', 'baseline');
  const alone = periodsAlone(
    timetable,
    requests,
    sidesByPeriod(timetable, observations, ({ weights }) => weights),
  );
  const { besides, history, standIns } = standInFor(timetable, alone, requests);
  return { folded, observations, timetable, baselineBeside: besides, history, standIns, numbers };
}

/**
 * The canary's periods in which the baseline has no traffic of its own: all-at-once, or the last step of a canary. So
 * says the provider, or the silence of the whole watch, or that of its newest periods.
 */
function periodsAlone(
  { canary }: Timetable,
  requests: (periodStart: number) => Told,
  weights: readonly (Sides | null)[],
): ReadonlySet<number> {
  const has = (start: number) => (requests(start) ?? 0) > 0;
  const last = canary.findLastIndex(has);
  const silent = last < 0 || canary.length - 1 - last >= silentPeriods ? canary.slice(last + 1) : [];
  const unweighted = canary.filter((start, index) => weights[index]?.baseline === 0 && !has(start));
  return new Set([...silent, ...unweighted]);
}

/**
 * The baseline's past, newest first, stands in where the baseline is away; no period of it stands in twice, and none is
 * history as well, or the same numbers would count as if there were more of them.
 */
function standInFor(
  { canary, history }: Timetable,
  alone: ReadonlySet<number>,
  requests: (periodStart: number) => Told,
) {
  const spare = alone.size === 0 ? [] : history.filter((start) => (requests(start) ?? 0) > 0).toReversed();
  // Half at most: the other half tells what noise is usual.
  const usable = spare.slice(0, Math.ceil(spare.length / 2));
  const taken = new Set<number>();
  const besides = canary.map((start) => {
    const past = alone.has(start) ? usable[taken.size] : undefined;
    if (past === undefined) return start;
    taken.add(past);
    return past;
  });
  return { besides, history: history.filter((start) => !taken.has(start)), standIns: taken.size };
}

/** What the provider said of each side, period by period of the canary. */
export function sidesByPeriod(
  { canary, period }: Timetable,
  observations: readonly Observation[],
  read: (observation: Observation) => Sides | null | undefined,
): readonly (Sides | null)[] {
  const before = sidesBefore(observations, read);
  return canary.map((start) => before(start + period));
}

/** Points that lie more than a period in the future of the clock by which they were fetched. */
export function futurePoints({ observations, timetable }: WatchedData): readonly Point[] {
  return observations.flatMap(({ fetchedAt, points }) => {
    const latest = new Date(Date.parse(fetchedAt) + timetable.period).toISOString();
    return points.filter(({ periodStart, value }) => value !== null && periodStart >= latest);
  });
}
