import type { Folded, Observation, Sides } from './observation.ts';
import type { CanaryPolicy } from './policy.ts';

export interface WatchSpan {
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  /** From then on the judge must say what it made of it all. */
  readonly endsAt: string;
}

/** The watch's time in whole periods: what is history, what is the canary's. Times in milliseconds since 1970. */
export interface Timetable {
  readonly period: number;
  /** Starts of the periods before the canary began, oldest first, without a gap. */
  readonly history: readonly number[];
  /** Starts of the canary's periods that have settled, oldest first, without a gap. */
  readonly canary: readonly number[];
  /** Periods that the canary is planned to have until the watch ends. */
  readonly plannedPeriods: number;
  /** Periods that end by then have settled at the newest look. */
  readonly settledUntil: number;
  /** The newest look's time. */
  readonly now: number;
}

/**
 * The canary begins with the first period in which it had requests; with the watch, until there is one. A few requests at
 * a weight of 0 are somebody's test, and no canary traffic yet.
 */
export function timetableOf(
  policy: CanaryPolicy,
  span: WatchSpan,
  folded: Folded,
  observations: readonly Observation[],
): Timetable {
  const period = policy.periodSeconds * 1000;
  const watchBegin = Math.floor(Date.parse(span.startedAt) / period) * period;
  const now = Date.parse(observations.at(-1)?.fetchedAt ?? span.startedAt);
  const settledUntil = Math.floor((now - policy.settleSeconds * 1000) / period) * period;
  const requests = folded.series('requests', 'canary', 'watch');
  const weights = sidesBefore(observations, (observation) => observation.weights);
  const first = requests.find(({ value, periodStart }) => {
    const start = Date.parse(periodStart);
    if ((value ?? 0) <= 0 || start >= settledUntil) return false;
    return weights(start + period)?.canary !== 0 || (value ?? 0) >= policy.minimumRequests;
  });
  const begin = first === undefined ? watchBegin : Date.parse(first.periodStart);
  const end = Math.floor((Date.parse(span.endsAt) - policy.settleSeconds * 1000) / period) * period;
  const canary = starts(begin, settledUntil, period);
  const from = watchBegin - policy.historyPeriods * period;
  return {
    period,
    history: starts(from, begin, period).slice(-Math.max(policy.historyPeriods, 1)),
    canary,
    plannedPeriods: Math.max(1, Math.round((end - begin) / period), canary.length),
    settledUntil,
    now,
  };
}

/**
 * What the provider said of each side: by the newest look before a time; by the first look, before there was one.
 * @returns a reader by time, in milliseconds since 1970
 */
export function sidesBefore(
  observations: readonly Observation[],
  read: (observation: Observation) => Sides | null | undefined,
): (time: number) => Sides | null {
  const known = observations.flatMap((observation) => {
    const sides = read(observation);
    return sides === null || sides === undefined ? [] : [{ at: Date.parse(observation.fetchedAt), sides }];
  });
  return (time) => (known.findLast(({ at }) => at < time) ?? known[0])?.sides ?? null;
}

function starts(from: number, to: number, period: number): readonly number[] {
  const length = Math.max(0, Math.ceil((to - from) / period));
  return Array.from({ length }, (_, index) => from + index * period);
}
