import type { Periods } from '../comparison.ts';
import type { Following } from './side-by-side.ts';

/** Before any parallel slices were seen: drift is more often the load's, which both sides have, than one side's own. */
const unknown: readonly Following[] = [
  { follow: 1, prior: 0.75 },
  { follow: 0, prior: 0.25 },
];

/** How likely a shared drift is, from parallel slices of the past. */
export function driftFollowing(_parts: readonly Periods<number>[]): readonly Following[] {
  return unknown;
}
