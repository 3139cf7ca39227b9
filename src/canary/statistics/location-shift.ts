import { mostForExact, spreadOfU } from './mann-whitney.ts';
import { normalQuantile } from './normal-quantile.ts';
import { atMostCounts } from './rank-sum-distribution.ts';

export interface LocationShift {
  /** The median of all differences between one of x and one of y: Hodges and Lehmann's estimate (1963). */
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * By how much x lies above y, with a confidence interval: the shifts that a two-sided Mann-Whitney test does not reject.
 * Its ends are order statistics of the n·m differences (Bauer 1972, Constructing Confidence Sets Using Rank Statistics):
 * the k-th smallest and the k-th largest, k from the distribution of U.
 * - `normal`: k from the normal approximation with ties within a sample and continuity corrected, at any size, as
 *   Kayenta's judge does it. Where fewer points than the confidence asks for would give no such k, the interval ends at
 *   the outermost difference, and is narrower than its name says.
 * - `exact`: k from the distribution itself, for up to 50 values in all; infinite ends where there are too few.
 * Kayenta looks for the ends with a root finder that stops within 0.0001 of the metric's unit; these here are exact.
 * @throws RangeError for an empty sample
 */
export function locationShift(
  x: readonly number[],
  y: readonly number[],
  confidence: number,
  method: 'normal' | 'exact',
): LocationShift {
  if (x.length === 0 || y.length === 0) throw new RangeError('an empty sample has no location');
  const [first, second] = [Float64Array.from(x).sort(), Float64Array.from(y).sort()];
  const pairs = x.length * y.length;
  const nth = (k: number) => nthDifference(first, second, k);
  const middle = nth(Math.floor((pairs + 1) / 2));
  const estimate = pairs % 2 === 1 ? middle : (middle + nth(pairs / 2 + 1)) / 2;
  const k = intervalIndex(first, second, confidence, method);
  if (k < 1) return { estimate, lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  return { estimate, lower: nth(k), upper: nth(pairs + 1 - k) };
}

/**
 * On which side of 0 the whole interval of `locationShift` lies, without finding its ends: its lower end is above 0 where
 * fewer than k differences are not.
 */
export function shiftSide(
  x: readonly number[],
  y: readonly number[],
  confidence: number,
  method: 'normal' | 'exact',
): 'above' | 'below' | 'neither' {
  const [first, second] = [Float64Array.from(x).sort(), Float64Array.from(y).sort()];
  const k = intervalIndex(first, second, confidence, method);
  if (around(first, second, 0).count < k) return 'above';
  return around(second, first, 0).count < k ? 'below' : 'neither';
}

/** Which of the differences, from both ends, are the interval's; 0: it has no ends. */
function intervalIndex(x: Float64Array, y: Float64Array, confidence: number, method: 'normal' | 'exact'): number {
  const exact = method === 'exact' && x.length + y.length <= mostForExact;
  return exact ? exactIndex(x.length, y.length, confidence) : normalIndex(x, y, confidence);
}

/** The largest k for which P(U <= k - 1) is at most half of what the confidence leaves; 0 where there is none. */
function exactIndex(n: number, m: number, confidence: number): number {
  const counts = atMostCounts(n, m);
  const most = ((1 - confidence) / 2) * (counts.at(-1) ?? 1) * (1 + 1e-12);
  const first = counts.findIndex((count) => count > most);
  return Math.max(0, first);
}

/**
 * Past the k-th difference U is nm - k: the first k at which (nm/2 - k - 1/2) / spread falls to the normal quantile. At a
 * shift between two differences only values of one sample are tied with each other.
 */
function normalIndex(x: Float64Array, y: Float64Array, confidence: number): number {
  const tieTerm = tieTermOf(x) + tieTermOf(y);
  const quantile = normalQuantile(1 - (1 - confidence) / 2);
  const middle = (x.length * y.length) / 2;
  const k = Math.ceil(middle - 0.5 - quantile * spreadOfU(x.length, y.length, tieTerm));
  return Math.min(Math.max(1, k), Math.max(1, Math.floor(middle + 0.5)));
}

/** The sum of t³ - t over all groups of t equal values of a sorted sample. */
function tieTermOf(sorted: Float64Array): number {
  let sum = 0;
  let tied = 1;
  for (let at = 1; at <= sorted.length; at += 1) {
    if (at < sorted.length && sorted[at] === sorted[at - 1]) {
      tied += 1;
      continue;
    }
    sum += tied ** 3 - tied;
    tied = 1;
  }
  return sum;
}

/**
 * The k-th smallest (from 1) of all differences x - y, without making them: bisection, snapped each time to a
 * difference that exists; counting those below a limit takes one walk through both sorted samples.
 */
function nthDifference(x: Float64Array, y: Float64Array, k: number): number {
  let low = (x[0] ?? 0) - (y.at(-1) ?? 0);
  let high = (x.at(-1) ?? 0) - (y[0] ?? 0);
  for (let step = 0; step < 2000 && low < high; step += 1) {
    const middle = low + (high - low) / 2;
    const { count, below, above } = around(x, y, middle);
    if (count >= k) high = below;
    else low = above;
  }
  return high;
}

/** How many differences are at most `limit`, the largest of those, and the smallest of the others. */
function around(x: Float64Array, y: Float64Array, limit: number): { count: number; below: number; above: number } {
  let count = 0;
  let below = Number.NEGATIVE_INFINITY;
  let above = Number.POSITIVE_INFINITY;
  let from = 0; // y[from..] keep the difference at or below the limit: fewer of them as x grows
  for (const value of x) {
    while (from < y.length && value - (y[from] ?? 0) > limit) from += 1;
    count += y.length - from;
    const inside = value - (y[from] ?? Number.POSITIVE_INFINITY);
    const outside = value - (y[from - 1] ?? Number.NEGATIVE_INFINITY);
    if (inside > below) below = inside;
    if (outside < above) above = outside;
  }
  return { count, below, above };
}
