import type { Counts, Periods } from '../comparison.ts';

/**
 * How much more the errors vary from period to period than counting alone explains: Pearson's chi square over its degrees of
 * freedom (McCullagh and Nelder 1989, section 4.5.2), 1 for independent requests that fail with one chance, never below.
 */
export function dispersionOf(periods: Periods<Counts>): number {
  const counts = periods.filter((one) => one !== null && one.total > 0) as readonly Counts[]; // the filter leaves no null
  const total = counts.reduce((sum, one) => sum + one.total, 0);
  const events = counts.reduce((sum, one) => sum + one.events, 0);
  const ratio = events / Math.max(1, total);
  if (counts.length < 2 || ratio <= 0 || ratio >= 1) return 1;
  const squares = counts.reduce((sum, one) => {
    const mean = one.total * ratio;
    return sum + (one.events - mean) ** 2 / (mean * (1 - ratio));
  }, 0);
  return Math.max(1, squares / (counts.length - 1));
}
