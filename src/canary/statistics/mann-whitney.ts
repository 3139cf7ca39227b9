import { normalBelow } from './normal.ts';
import { atMostCounts } from './rank-sum-distribution.ts';

export interface MannWhitney {
  /** Pairs (one of x, one of y) in which x is the larger; a tied pair counts half. */
  readonly u: number;
  /** Two-sided: the chance of a U as far from its middle, were both drawn from one distribution. */
  readonly p: number;
  readonly method: 'exact' | 'normal';
}

/** Up to here the number of orders is a whole number that a double holds exactly: C(56, 28) < 2^53. */
export const mostForExact = 50;

/**
 * The test of Mann and Whitney (1947): do values of one sample tend to be larger than those of the other? Exact for up
 * to 50 values without ties; else the normal approximation with the variance corrected for ties and U moved half a step
 * towards its middle (Lehmann 1975, Nonparametrics, 1.3 and 1.4).
 * @param x values in any unit, none of them NaN; @param y the same
 * @returns p = 1 where a sample is empty, or where all values are the same
 */
export function mannWhitney(x: readonly number[], y: readonly number[]): MannWhitney {
  const pairs = x.length * y.length;
  if (pairs === 0) return { u: 0, p: 1, method: 'exact' };
  const { rankSum, tieTerm } = rankFirst(x, y);
  const u = rankSum - (x.length * (x.length + 1)) / 2;
  if (tieTerm === 0 && x.length + y.length <= mostForExact) {
    const counts = atMostCounts(x.length, y.length);
    const all = counts.at(-1) ?? 1;
    const tail = (counts[Math.min(u, pairs - u)] ?? all) / all;
    return { u, p: Math.min(1, 2 * tail), method: 'exact' };
  }
  const spread = spreadOfU(x.length, y.length, tieTerm);
  const distance = Math.abs(u - pairs / 2) - 0.5;
  const p = spread === 0 ? 1 : Math.min(1, 2 * normalBelow(-distance / spread));
  return { u, p, method: 'normal' };
}

/**
 * Standard deviation of U for samples of n and m values from one distribution.
 * @param tieTerm sum of t³ - t over all groups of t equal values
 */
export function spreadOfU(n: number, m: number, tieTerm: number): number {
  const all = n + m;
  if (all < 2) return Math.sqrt((n * m * (all + 1)) / 12);
  return Math.sqrt(Math.max(0, ((n * m) / 12) * (all + 1 - tieTerm / (all * (all - 1)))));
}

/** The sum of the ranks (from 1, ties share their mean) that x's values have among all, and the tie term. */
export function rankFirst(x: readonly number[], y: readonly number[]): { rankSum: number; tieTerm: number } {
  const all = [...x.map((value) => ({ value, first: true })), ...y.map((value) => ({ value, first: false }))];
  all.sort((a, b) => a.value - b.value);
  let rankSum = 0;
  let tieTerm = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    let ofX = 0;
    for (; to < all.length && all[to]?.value === all[from]?.value; to += 1) if (all[to]?.first) ofX += 1;
    const tied = to - from;
    rankSum += (ofX * (from + 1 + to)) / 2;
    tieTerm += tied ** 3 - tied;
    from = to;
  }
  return { rankSum, tieTerm };
}
