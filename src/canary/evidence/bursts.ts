import type { Following } from './side-by-side.ts';

/** A burst begins this many times the steps' spread from the median, and lasts two periods at least. */
const farOut = 4;
const leastPeriods = 2;
/** The part of a history that may be in bursts: beyond, they are the usual. */
const mostOfHistory = 0.4;

/** How likely it is that a canary has bursts of its own, where the history has any; and what is left of one a period later. */
const prior = 0.35;
const memory = 0.85;

/**
 * How often a burst began in the history, a period: values beyond four spreads, two or more in a row, that came back.
 * @param spread the steps' robust standard deviation, see `spreadOfSteps`
 */
export function burstRate(history: readonly (number | null)[], spread: number): number {
  let begun = 0;
  let length = 0;
  let outside = 0;
  for (const value of history) {
    if (value === null) continue;
    if (Math.abs(value) > farOut * spread) {
      length += 1;
      outside += 1;
    } else {
      if (length >= leastPeriods) begun += 1;
      length = 0;
    }
  }
  return outside > mostOfHistory * history.length ? 0 : begun / history.length;
}

/** Adds to how the canary may follow the baseline that it has bursts of its own. */
export function withBursts(followings: readonly Following[], rate: number): readonly Following[] {
  if (rate === 0) return followings;
  const others = followings.map((following) => ({ ...following, prior: following.prior * (1 - prior) }));
  return [...others, { follow: 1, factor: 0, bursts: { chance: rate, memory }, prior }];
}
