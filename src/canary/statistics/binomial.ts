import { logChoose } from './log-factorial.ts';
import { tailSum } from './tail-sum.ts';

/**
 * The chance of `successes` or more in `trials` when each succeeds with `probability`: exact.
 * @returns a p-value in [0, 1]
 */
export function binomialUpperTail(successes: number, trials: number, probability: number): number {
  if (successes <= 0) return 1;
  if (successes > trials || probability <= 0) return 0;
  if (probability >= 1) return 1;
  const odds = probability / (1 - probability);
  const log = (k: number) => logChoose(trials, k) + k * Math.log(probability) + (trials - k) * Math.log1p(-probability);
  // Summed on the far side of the mean, where terms fall: beside it they would underflow before the sum begins.
  if (successes > trials * probability) {
    const up = (k: number) => ((trials - k) / (k + 1)) * odds;
    return Math.min(
      1,
      tailSum(Math.exp(log(successes)), trials - successes, (step) => up(successes + step)),
    );
  }
  const from = successes - 1;
  const down = (k: number) => k / ((trials - k + 1) * odds);
  return Math.max(0, 1 - tailSum(Math.exp(log(from)), from, (step) => down(from - step)));
}
