import type { Call, Peak } from './judges.ts';

/** What so many runs of a cell came to under one judge. Tallies add up, so they may be kept and gone on with. */
export interface Tally {
  runs: number;
  /** Runs that ended in each verdict. */
  verdicts: Record<Call['verdict'], number>;
  /** Rollbacks by the index of their period. */
  rollbackAt: number[];
  /** Time that the judge took, milliseconds. */
  milliseconds: number;
  /** One a run where the judge tells them, in any order. */
  peaks: Peak[];
}

export function emptyTally(): Tally {
  return {
    runs: 0,
    verdicts: { promote: 0, rollback: 0, inconclusive: 0, continue: 0 },
    rollbackAt: [],
    milliseconds: 0,
    peaks: [],
  };
}

export function count(tally: Tally, call: Call, milliseconds: number): void {
  tally.runs += 1;
  tally.verdicts[call.verdict] += 1;
  tally.milliseconds += milliseconds;
  if (call.peak !== undefined) tally.peaks.push(call.peak);
  if (call.verdict !== 'rollback') return;
  const at = call.decidedAt ?? 0;
  while (tally.rollbackAt.length <= at) tally.rollbackAt.push(0);
  tally.rollbackAt[at] = (tally.rollbackAt[at] ?? 0) + 1;
}

export function add(into: Tally, other: Tally): void {
  into.runs += other.runs;
  into.milliseconds += other.milliseconds;
  into.peaks.push(...other.peaks);
  for (const verdict of ['promote', 'rollback', 'inconclusive', 'continue'] as const) {
    into.verdicts[verdict] += other.verdicts[verdict];
  }
  other.rollbackAt.forEach((number, at) => {
    while (into.rollbackAt.length <= at) into.rollbackAt.push(0);
    into.rollbackAt[at] = (into.rollbackAt[at] ?? 0) + number;
  });
}

/**
 * The median number of periods from the regression's begin to the rollback, 1 meaning its first period; Infinity where
 * fewer than half are found. Rollbacks before the begin are found by chance: they count as not found.
 */
export function medianDelay(tally: Tally, onset: number): number {
  let found = 0;
  for (let at = onset; at < tally.rollbackAt.length; at += 1) {
    found += tally.rollbackAt[at] ?? 0;
    if (found * 2 >= tally.runs) return at - onset + 1;
  }
  return Number.POSITIVE_INFINITY;
}

/** Rollbacks up to and with this period, as a part of the runs. */
export function rolledBackBy(tally: Tally, period: number): number {
  const number = tally.rollbackAt.slice(0, period + 1).reduce((sum, each) => sum + each, 0);
  return tally.runs === 0 ? 0 : number / tally.runs;
}

/** Wilson's interval of a proportion at 95 % (E. B. Wilson 1927, JASA 22:209). */
export function wilson(successes: number, trials: number): { readonly lower: number; readonly upper: number } {
  if (trials === 0) return { lower: 0, upper: 1 };
  const z = 1.959963984540054;
  const part = successes / trials;
  const scale = 1 + z ** 2 / trials;
  const centre = (part + z ** 2 / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((part * (1 - part)) / trials + z ** 2 / (4 * trials ** 2));
  return { lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
}
