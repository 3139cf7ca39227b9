import { rankFirst } from './mann-whitney.ts';

/**
 * The chance that a value of the canary is larger than one of the baseline, ties counted half: the common language
 * effect size (Vargha and Delaney 2000, A Critique and Improvement of the CL Common Language Effect Size Statistics).
 * @returns 0.5 where neither tends to be larger; null for no values
 */
export function commonLanguageEffect(canary: readonly number[], baseline: readonly number[]): number | null {
  const pairs = canary.length * baseline.length;
  if (pairs === 0) return null;
  const { rankSum } = rankFirst(canary, baseline);
  return (rankSum - (canary.length * (canary.length + 1)) / 2) / pairs;
}
