import type { Periods } from '../comparison.ts';
import type { Following } from './side-by-side.ts';

/** Drift is more often the load's, which both sides have, than one side's own; a history shows at least how much. */
const shared = { withHistory: 0.55, without: 0.4 };
/** A canary's own drift may be larger than the baseline's, which more hosts average: variance over the history's. */
const ownFactors = [
  { factor: 1, prior: 0.6 },
  { factor: 3, prior: 0.4 },
];

/** How likely a shared drift is, from parallel slices of the past. */
export function driftFollowing(_parts: readonly Periods<number>[], hasHistory: boolean): readonly Following[] {
  const prior = hasHistory ? shared.withHistory : shared.without;
  const own = ownFactors.map(({ factor, prior: each }) => ({ follow: 0, factor, prior: (1 - prior) * each }));
  return [{ follow: 1, factor: 1, prior }, ...own];
}
