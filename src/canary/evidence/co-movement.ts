import type { Periods } from '../comparison.ts';
import type { Following } from './side-by-side.ts';

/** Before any parallel slices were seen: the canary drifts with the baseline, half with it, or on its own. */
const unknown: readonly Following[] = [
  { follow: 1, prior: 0.5 },
  { follow: 0, prior: 0.5 },
];

/** How likely a shared drift is, from parallel slices of the past. */
export function driftFollowing(_parts: readonly Periods<number>[]): readonly Following[] {
  return unknown;
}
