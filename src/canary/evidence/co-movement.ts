import type { MetricSeries } from '../comparison.ts';
import { median } from '../statistics/median.ts';
import { canaryNoises } from './canary-noise.ts';
import type { Effects } from './effects.ts';
import { learnNoise } from './measured-noise.ts';
import { observeSides } from './observe-sides.ts';
import { beginCanary, branchWeights, type Following, rescale } from './side-by-side.ts';
import type { Track } from './track.ts';

/** Drift is more often the load's, which both sides have, than one side's own; a history shows at least how much. */
const shared = { withHistory: 0.5, without: 0.2 };
/** A canary's own drift may be larger than the baseline's, which more hosts average: variance over the history's. */
const usualFactors = [
  { factor: 1, prior: 0.4 },
  { factor: 4, prior: 0.6 },
];
/** Where it is told how many hosts each side has, drift of single hosts is larger by how many fewer the canary has. */
const ofSingleHosts = 0.5;

function ownFactors(hosts: MetricSeries['hosts']) {
  const fewer = hosts === null ? 1 : hosts.baseline / hosts.canary;
  if (!(fewer > 4 && Number.isFinite(fewer))) return usualFactors;
  const usual = usualFactors.map(({ factor, prior }) => ({ factor, prior: prior * (1 - ofSingleHosts) }));
  return [...usual, { factor: fewer, prior: ofSingleHosts }];
}

/** Judged values of one slice. */
type Slice = readonly (number | null)[];

/** The part of slices from which noise is learned, before they are laid side by side. */
const learning = 1 / 3;
/** Slices of the past are not the canary: they say no more than this, in nats. */
const mostSaid = 4;
/** Each slice beside the first; more than this many add little. */
const mostPairs = 3;

/** A healthy canary, and nothing else. */
const none = Float64Array.of(0);
const healthyOnly: Effects = { shifts: none, variances: none, priors: Float64Array.of(1), harmEnd: 1, fromStart: 1 };

/**
 * How likely it is that the canary drifts with the baseline, or on its own.
 * @param parts judged values of parallel slices of one version; empty where there are none
 */
export function driftFollowing(
  parts: readonly Slice[],
  hasHistory: boolean,
  hosts: MetricSeries['hosts'] = null,
): readonly Following[] {
  const prior = hasHistory ? shared.withHistory : shared.without;
  const own = ownFactors(hosts).map(({ factor, prior: each }) => ({
    follow: 0,
    factor,
    bursts: null,
    prior: (1 - prior) * each,
  }));
  const followings = [{ follow: 1, factor: 1, bursts: null, prior }, ...own];
  const [first, ...others] = parts.map(centred);
  if (first === undefined || others.length === 0) return followings;
  const pairs = others.slice(0, mostPairs);
  const begin = Math.floor(first.length * learning);
  const drifting = learnNoise(first.slice(0, begin)).filter(({ hypothesis }) => hypothesis.drift > 0);
  const beside = (other: Slice) => ({ one: first.slice(begin), other: other.slice(begin) });
  const said = followings.map((following) =>
    pairs.reduce((sum, other) => sum + logLikelihood(drifting, beside(other), following), 0),
  );
  const best = Math.max(...said);
  const weights = followings.map(
    ({ prior: before }, at) => before * Math.exp(-Math.min(mostSaid, best - (said[at] ?? 0))),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return followings.map((following, at) => ({ ...following, prior: (weights[at] ?? 0) / sum }));
}

/** Slices differ in level for good reasons, and drift is about what moves. */
function centred(values: Slice): Slice {
  const middle = median(values.filter((value) => value !== null)) ?? 0;
  return values.map((value) => (value === null ? null : value - middle));
}

/** ln of how likely the slices are side by side, the second in the canary's place, where they have any drift. */
function logLikelihood(
  drifting: readonly Track[],
  { one, other }: { readonly one: Slice; readonly other: Slice },
  following: Following,
): number {
  const noises = canaryNoises({ canary: 1, baseline: 1 }, null, false);
  const openings = { noises, followings: [{ ...following, prior: 1 }], offset: 0.01 ** 2, fromStart: 1 };
  const tracks = beginCanary(drifting, healthyOnly, openings);
  const weight = () => branchWeights(tracks, 1)[0] ?? 0;
  let log = 0;
  let last = weight();
  for (const [at, baseline] of one.entries()) {
    const sides = { baseline, canary: other[at] ?? null, baselineNoise: 1 };
    for (const track of tracks) observeSides(track, sides, healthyOnly);
    const now = weight();
    if (!(now > 0 && last > 0)) return log;
    log += Math.log(now / last);
    rescale(tracks, now);
    last = weight();
  }
  return log;
}
