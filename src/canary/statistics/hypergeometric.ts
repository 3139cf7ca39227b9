import { logChoose } from './log-factorial.ts';
import { tailSum } from './tail-sum.ts';

/**
 * Fisher's exact test, one-sided: the chance that the canary has `canaryErrors` or more of all errors, if each error
 * were as likely to be any request's. (R. A. Fisher 1935, The Logic of Inductive Inference.)
 * @returns a p-value in [0, 1]; 1 when a side has no requests
 */
export function fisherUpperTail(
  canaryErrors: number,
  canaryRequests: number,
  baselineErrors: number,
  baselineRequests: number,
): number {
  if (canaryRequests === 0 || baselineRequests === 0) return 1;
  const errors = canaryErrors + baselineErrors;
  const requests = canaryRequests + baselineRequests;
  const least = Math.max(0, errors - baselineRequests);
  if (canaryErrors <= least) return 1;
  const log = (k: number) =>
    logChoose(canaryRequests, k) + logChoose(baselineRequests, errors - k) - logChoose(requests, errors);
  const spare = baselineRequests - errors; // may be negative; then k starts above -spare
  // Summed on the far side of the mean, where terms fall: beside it they would underflow before the sum begins.
  if (canaryErrors * requests > errors * canaryRequests) {
    const most = Math.min(errors, canaryRequests);
    const up = (k: number) => ((errors - k) * (canaryRequests - k)) / ((k + 1) * (spare + k + 1));
    const first = Math.exp(log(canaryErrors));
    return Math.min(
      1,
      tailSum(first, most - canaryErrors, (step) => up(canaryErrors + step)),
    );
  }
  const from = canaryErrors - 1;
  const down = (k: number) => (k * (spare + k)) / ((errors - k + 1) * (canaryRequests - k + 1));
  return Math.max(0, 1 - tailSum(Math.exp(log(from)), from - least, (step) => down(from - step)));
}
