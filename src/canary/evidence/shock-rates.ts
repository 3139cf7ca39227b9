/** How often a side's past had bursts (of its own, for a period or some) and jumps of the drift, in expectation. */
export interface ShockCounts {
  bursts: number;
  /** Periods of a burst that followed on one. */
  continued: number;
  jumps: number;
  periods: number;
  /** How likely it is that the newest period had a burst. */
  last: number;
  /** How far it went, on the log scale. */
  lastOffset: number;
  /** The sum of all `last`. */
  lasts: number;
}

/** Before any data: one burst in ten hours, one jump in five, and one burst in ten goes on for another period. */
const prior = { bursts: 0.2, jumps: 0.4, periods: 120, continued: 0.2, lasts: 2 } as const;

export function noShocks(): ShockCounts {
  return { bursts: 0, continued: 0, jumps: 0, periods: 0, last: 0, lastOffset: 0, lasts: 0 };
}

/** Posterior means of beta distributions, so that a calm hour does not rule out what an hour seldom shows. */
export function burstChance({ bursts, periods }: ShockCounts): number {
  return (prior.bursts + bursts) / (prior.periods + periods);
}

export function burstGoesOn({ continued, lasts }: ShockCounts): number {
  return (prior.continued + continued) / (prior.lasts + lasts);
}

export function jumpChance({ jumps, periods }: ShockCounts): number {
  return (prior.jumps + jumps) / (prior.periods + periods);
}

/** Takes a period in, by the chances that it had a burst or a jump. */
export function learnShocks(
  counts: ShockCounts,
  { burst, offset, jump }: { readonly burst: number; readonly offset: number; readonly jump: number },
): void {
  counts.bursts += burst * (1 - counts.last);
  counts.continued += burst * counts.last;
  counts.jumps += jump;
  counts.periods += 1;
  counts.lasts += counts.last;
  counts.last = burst;
  counts.lastOffset = offset;
}
