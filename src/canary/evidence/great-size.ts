import type { Counts } from '../comparison.ts';

/** Sums of both sides' judged periods. */
export interface JudgedSums {
  canary: { events: number; total: number };
  baseline: { events: number; total: number };
}

export function noSums(): JudgedSums {
  return { canary: { events: 0, total: 0 }, baseline: { events: 0, total: 0 } };
}

export function addPeriod({ canary, baseline }: JudgedSums, ofCanary: Counts, ofBaseline: Counts): void {
  canary.events += ofCanary.events;
  canary.total += ofCanary.total;
  baseline.events += ofBaseline.events;
  baseline.total += ofBaseline.total;
}

/** Below this factor the belief about the logarithm of the factor is the better judge. */
const greatSize = Math.log(3);

/** Events may come in clusters: their variance is taken to be this many times a Poisson count's. */
const clustered = 7;

/**
 * ln(1/p) against a rise so great that it would show in the counts themselves: a ratio of next to nothing that is 100 times
 * as high is no longer nothing, while the belief about its logarithm learns little from counts of zero. Chernoff's bound of
 * the Poisson tail (1952): P(K <= k) <= exp(-(m - k + k ln(k / m))) for k below the mean m; the exponent is divided by
 * what clusters add to the variance.
 * @param logSize ln of the rise in odds (ratio) or rate
 * @returns 0 where the size is not great, or as much was seen as it would bring
 */
export function greatSafety({ canary, baseline }: JudgedSums, logSize: number, isRatio: boolean): number {
  if (logSize < greatSize || baseline.total <= 0) return 0;
  const usual = (baseline.events + 0.5) / (baseline.total + 1);
  const odds = Math.exp(logSize) * (isRatio ? usual / Math.max(1e-9, 1 - usual) : usual);
  const mean = canary.total * (isRatio ? odds / (1 + odds) : odds);
  const seen = canary.events;
  if (seen >= mean) return 0;
  return (mean - seen + (seen === 0 ? 0 : seen * Math.log(seen / mean))) / clustered;
}
