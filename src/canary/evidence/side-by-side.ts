import type { CanaryNoise } from './canary-noise.ts';
import type { Effects } from './effects.ts';
import { branchWidth, covarianceWidth, type Track } from './track.ts';
import { unknownEffect } from './unknown-effect.ts';

// Called for every branch and period: see statistics/student.ts.
const { max } = Math;

/** How much of the baseline's drift the canary has, and how likely that is. */
export interface Following {
  readonly follow: number;
  /** The variance of what it has of its own, over the history's. */
  readonly factor: number;
  /** Bursts of its own: how likely one begins in a period, and how much of it is left after one; null for none. */
  readonly bursts: { readonly chance: number; readonly memory: number } | null;
  readonly prior: number;
}

/** What is thought possible when the canary begins, beside what the history left. */
export interface Openings {
  readonly noises: readonly CanaryNoise[];
  readonly followings: readonly Following[];
  /** Variance of a lasting difference between healthy sides. */
  readonly offset: number;
  /** The part of an effect's prior that has it begin with the canary; the rest is spread over later periods. */
  readonly fromStart: number;
}

/** A noisy canary is much the same beside any history: only this many of its hypotheses have all of its noises. */
const withAllNoises = 4;
/** The others have those up to this variance over the history's. */
const usualNoise = 4;

/** Gives each noise hypothesis that the history left, likeliest first, its canaries: noises, drift shared or not, effects. */
export function beginCanary(history: readonly Track[], effects: Effects, openings: Openings): readonly Track[] {
  const usual = openings.noises.filter(isUsual);
  const likeliest = withWeightOfAll(openings.noises, history);
  const begun: Track[] = [];
  const width = effects.shifts.length * branchWidth + covarianceWidth;
  // One array for all: each of its own costs more than the rest of this.
  const room = new Float64Array(history.length * openings.followings.length * openings.noises.length * width);
  for (const [rank, track] of history.entries()) {
    const { drift, memory } = track.hypothesis;
    const noises = rank < withAllNoises ? likeliest : usual;
    for (const following of drift === 0 ? withoutDrift(openings.followings) : openings.followings) {
      const { follow, factor, bursts } = following;
      // Shared drift leaves the canary a lasting offset; else its own drift holds what the sides do not share.
      const ownDrift = (1 - follow * follow) * drift * factor;
      const own = { ownMemory: bursts?.memory ?? (ownDrift > 0 ? memory : 1), ownVariance: ownDrift + openings.offset };
      for (const noise of noises) {
        const numbers = room.subarray(begun.length * width, (begun.length + 1) * width);
        begun.push(canaryOf(track, { following, noise, own, effects, numbers }, openings.fromStart));
      }
    }
  }
  return begun;
}

function isUsual({ factor, spikes }: CanaryNoise): boolean {
  return factor <= usualNoise && spikes === null;
}

/** All noises for the likeliest hypotheses, where the unusual ones stand for those of the others as well. */
function withWeightOfAll(noises: readonly CanaryNoise[], history: readonly Track[]): readonly CanaryNoise[] {
  const weightOfFirst = (count: number) =>
    history.slice(0, count).reduce((sum, { branches }) => sum + (branches[0] as number), 0);
  const factor = weightOfFirst(history.length) / weightOfFirst(withAllNoises);
  return noises.map((noise) => (isUsual(noise) ? noise : { ...noise, prior: noise.prior * factor }));
}

/** One way in which the canary may be beside one history. */
interface Beside {
  readonly following: Following;
  readonly noise: CanaryNoise;
  readonly own: Pick<Track, 'ownMemory' | 'ownVariance'>;
  readonly effects: Effects;
  /** Room for its covariance and its branches. */
  readonly numbers: Float64Array;
}

function canaryOf(track: Track, { following, noise, own, effects, numbers }: Beside, fromStart: number): Track {
  const covariance = numbers.subarray(0, covarianceWidth);
  for (let at = 0; at < 5; at += 1) covariance[at] = track.covariance[at] as number;
  covariance[5] = own.ownVariance;
  const branches = numbers.subarray(covarianceWidth);
  const prior = following.prior * noise.prior;
  fillBranches(branches, track, { prior, effects, fromStart });
  return {
    hypothesis: track.hypothesis,
    spikesSeen: track.spikesSeen,
    follow: following.follow,
    ownMemory: own.ownMemory,
    ownVariance: own.ownVariance,
    covariance,
    canaryNoise: noise.factor,
    burstChance: following.bursts?.chance ?? 0,
    canarySpikes: noise.spikes ?? track.hypothesis.spikes,
    branches,
    unknown: unknownOf(track, prior),
  };
}

/** Where nothing drifts, it is all the same whose the drift would be. */
function withoutDrift(followings: readonly Following[]): readonly Following[] {
  const bursting = followings.filter(({ bursts }) => bursts !== null);
  const rest = 1 - bursting.reduce((sum, { prior }) => sum + prior, 0);
  return [{ follow: 1, factor: 1, bursts: null, prior: rest }, ...bursting];
}

function unknownOf({ branches }: Track, prior: number) {
  return unknownEffect((branches[0] as number) * prior, branches[1] as number, branches[2] as number);
}

function fillBranches(
  branches: Float64Array,
  track: Track,
  { prior, effects, fromStart }: { readonly prior: number; readonly effects: Effects; readonly fromStart: number },
): void {
  for (let branch = 0, at = 0; at < branches.length; branch += 1, at += branchWidth) {
    const isHarm = branch > 0 && branch < effects.harmEnd;
    const effectPrior = isHarm ? (effects.priors[branch] as number) * fromStart : 1;
    branches[at] = (track.branches[0] as number) * prior * effectPrior;
    branches[at + 1] = track.branches[1] as number;
    branches[at + 2] = track.branches[2] as number;
  }
}

/**
 * Lets each effect begin now: a part `hazard` of the healthy branch's weight, times the effect's prior, joins the
 * effect's branch, whose states become the mean of both (moment matching, Gordon and Smith 1990).
 */
export function begetEffects(track: Track, effects: Effects, hazard: number): void {
  const { branches } = track;
  const healthy = branches[0] as number;
  const level = branches[1] as number;
  const drift = branches[2] as number;
  const own = branches[3] as number;
  for (let branch = 1, at = branchWidth; branch < effects.harmEnd; branch += 1, at += branchWidth) {
    const born = hazard * (effects.priors[branch] as number) * healthy;
    const weight = (branches[at] as number) + born;
    if (!(weight > 0)) continue;
    const part = born / weight;
    branches[at] = weight;
    branches[at + 1] = (branches[at + 1] as number) * (1 - part) + part * level;
    branches[at + 2] = (branches[at + 2] as number) * (1 - part) + part * drift;
    branches[at + 3] = (branches[at + 3] as number) * (1 - part) + part * own;
  }
}

/** What all tracks together say of each branch, by weight. */
export function branchWeights(tracks: readonly Track[], branches: number): Float64Array {
  const sums = new Float64Array(branches);
  for (const track of tracks) {
    for (let branch = 0; branch < branches; branch += 1) {
      sums[branch] = (sums[branch] as number) + (track.branches[branch * branchWidth] as number);
    }
  }
  return sums;
}

/** Below this no weight falls, so that no branch is ever impossible: 1e-250 is 575 nats. */
const leastWeight = 1e-250;

/** Brings all weights to a common range: only their ratios count. */
export function rescale(tracks: readonly Track[], largest: number): void {
  const factor = 1 / largest;
  for (const track of tracks) {
    const { branches } = track;
    for (let at = 0; at < branches.length; at += branchWidth) {
      branches[at] = max(leastWeight, (branches[at] as number) * factor);
    }
    if (track.unknown !== null) track.unknown.weight = max(leastWeight, track.unknown.weight * factor);
  }
}

/** A track goes on while it holds this part of what says healthy, worse, or safe to promote. */
const negligible = 3e-4;
/** The likeliest go on, at most so many. */
const mostTracks = 48;

/** Leaves out what the canary's own periods have made unlikely under every effect. */
export function withoutUnlikely(tracks: readonly Track[], effects: Effects): readonly Track[] {
  const shares = new Float64Array(tracks.length);
  addShares(shares, tracks, 0, 1);
  addShares(shares, tracks, 1, effects.harmEnd);
  addShares(shares, tracks, effects.harmEnd, effects.shifts.length);
  const least = shares.length > mostTracks ? (shares.toSorted()[shares.length - mostTracks - 1] as number) : 0;
  return tracks.filter((_, at) => (shares[at] as number) > max(negligible, least));
}

/** Raises each track's share to the part it has of what all weigh in these branches. */
function addShares(shares: Float64Array, tracks: readonly Track[], from: number, to: number): void {
  let sum = 0;
  for (const track of tracks) sum += weightOf(track, from, to);
  for (let at = 0; at < tracks.length; at += 1) {
    shares[at] = max(shares[at] as number, weightOf(tracks[at] as Track, from, to) / sum);
  }
}

/** What a track weighs in branches `from` to `to`, exclusive. */
function weightOf({ branches }: Track, from: number, to: number): number {
  let sum = 0;
  for (let branch = from; branch < to; branch += 1) sum += branches[branch * branchWidth] as number;
  return sum;
}
