import type { Periods } from '../comparison.ts';
import type { Following } from './side-by-side.ts';

/** Drift is more often the load's, which both sides have, than one side's own; a history shows at least how much. */
const shared = { withHistory: 0.75, without: 0.4 };

/** How likely a shared drift is, from parallel slices of the past. */
export function driftFollowing(_parts: readonly Periods<number>[], hasHistory: boolean): readonly Following[] {
  const prior = hasHistory ? shared.withHistory : shared.without;
  return [
    { follow: 1, prior },
    { follow: 0, prior: 1 - prior },
  ];
}
