import type { Reason } from '../../reason.ts';
import { detectableFactor, type Prospect, periodsToFind, shareToFind } from './approximate.ts';

/**
 * Warns at a canary's begin that it cannot find what it is to find: a closed formula, microseconds instead of the seconds
 * that `safety-gate plan-canary` takes, and within a quarter of its factor where requests fail independently.
 * @param increase the factor of regression that the policy wants to be safe from, above 1
 * @returns null where that much is found with 95 %
 */
export function powerWarning(prospect: Prospect, increase: number): Reason | null {
  const { requestsPerPeriod, share, periods } = prospect;
  if (!(requestsPerPeriod > 0 && share > 0 && share < 1)) return null; // no traffic has reasons of its own
  // Where nothing failed so far, failures are rarer than one in all that was seen.
  const rarest = 0.5 / (requestsPerPeriod * Math.max(1, prospect.historyPeriods));
  const errorRatio = Math.max(prospect.errorRatio, rarest);
  const failing = { ...prospect, errorRatio };
  const factor = detectableFactor(failing);
  if (factor !== null && factor <= increase) return null;
  const minutes = periodsToFind(failing, increase);
  const enoughShare = shareToFind(failing, increase);
  const ways = [
    ...(minutes === null ? [] : [`${minutes} periods`]),
    ...(enoughShare === null ? [] : [`a share of ${percent(enoughShare)}`]),
  ];
  const finds = factor === null ? 'no regression is found for sure' : `errors x${rounded(factor)} and more are found`;
  const remedy = ways.length === 0 ? 'watch longer, with more traffic' : `it would take ${ways.join(', or ')}`;
  const text =
    `a canary of ${percent(share)} of ${rounded(requestsPerPeriod)} requests a period, ${percent(errorRatio)} of them failing: ` +
    `within ${periods} periods ${finds}, the policy wants x${increase}; ${remedy}`;
  return { code: 'underpowered', text, detectable: factor, increase, periodsNeeded: minutes, shareNeeded: enoughShare };
}

function percent(part: number): string {
  return `${rounded(part * 100)} %`;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(2)) >= 100 ? Math.round(value) : Number(value.toPrecision(2)));
}
