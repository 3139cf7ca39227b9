import type { CanaryNoise } from './canary-noise.ts';
import type { Effects } from './effects.ts';
import { branchWidth, type Track } from './track.ts';
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

/** Gives each noise hypothesis that the history left its canaries: noises, drift shared or not, effects. */
export function beginCanary(history: readonly Track[], effects: Effects, openings: Openings): readonly Track[] {
  return history.flatMap((track) => {
    const { drift, memory } = track.hypothesis;
    const followings = drift === 0 ? withoutDrift(openings.followings) : openings.followings;
    return followings.flatMap(({ follow, factor: ownFactor, bursts, prior: followed }) => {
      // Shared drift leaves the canary a lasting offset; else its own drift holds what the sides do not share.
      const ownDrift = (1 - follow * follow) * drift * ownFactor;
      const ownVariance = ownDrift + openings.offset;
      const own = { follow, ownMemory: bursts?.memory ?? (ownDrift > 0 ? memory : 1), ownVariance };
      return openings.noises.map(({ factor, spikes, prior }) => ({
        ...track,
        ...own,
        covariance: Float64Array.from(track.covariance).fill(ownVariance, 5),
        canaryNoise: factor,
        burstChance: bursts?.chance ?? 0,
        canarySpikes: spikes ?? track.hypothesis.spikes,
        ...branchesOf(track, followed * prior, effects, openings.fromStart),
      }));
    });
  });
}

/** Where nothing drifts, it is all the same whose the drift would be. */
function withoutDrift(followings: readonly Following[]): readonly Following[] {
  const bursting = followings.filter(({ bursts }) => bursts !== null);
  const rest = 1 - bursting.reduce((sum, { prior }) => sum + prior, 0);
  return [{ follow: 1, factor: 1, bursts: null, prior: rest }, ...bursting];
}

function branchesOf(track: Track, prior: number, effects: Effects, fromStart: number) {
  const [weight = 0, level = 0, drift = 0] = track.branches;
  const branches = new Float64Array(effects.shifts.length * branchWidth);
  effects.priors.forEach((effectPrior, branch) => {
    const isHarm = branch > 0 && branch < effects.harmEnd;
    branches.set([weight * prior * (isHarm ? effectPrior * fromStart : 1), level, drift, 0], branch * branchWidth);
  });
  return { branches, unknown: unknownEffect(weight * prior, level, drift) };
}

/**
 * Lets each effect begin now: a part `hazard` of the healthy branch's weight, times the effect's prior, joins the
 * effect's branch, whose states become the mean of both (moment matching, Gordon and Smith 1990).
 */
export function begetEffects(track: Track, effects: Effects, hazard: number): void {
  const { branches } = track;
  const healthy = branches[0] ?? 0;
  const level = branches[1] ?? 0;
  const drift = branches[2] ?? 0;
  const own = branches[3] ?? 0;
  for (let branch = 1, at = branchWidth; branch < effects.harmEnd; branch += 1, at += branchWidth) {
    const born = hazard * (effects.priors[branch] ?? 0) * healthy;
    const weight = (branches[at] ?? 0) + born;
    if (!(weight > 0)) continue;
    const part = born / weight;
    branches[at] = weight;
    branches[at + 1] = (branches[at + 1] ?? 0) * (1 - part) + part * level;
    branches[at + 2] = (branches[at + 2] ?? 0) * (1 - part) + part * drift;
    branches[at + 3] = (branches[at + 3] ?? 0) * (1 - part) + part * own;
  }
}

/** What all tracks together say of each branch, by weight. */
export function branchWeights(tracks: readonly Track[], branches: number): Float64Array {
  const sums = new Float64Array(branches);
  for (const track of tracks) {
    for (let branch = 0; branch < branches; branch += 1) {
      sums[branch] = (sums[branch] ?? 0) + (track.branches[branch * branchWidth] ?? 0);
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
      branches[at] = max(leastWeight, (branches[at] ?? 0) * factor);
    }
    if (track.unknown !== null) track.unknown.weight = max(leastWeight, track.unknown.weight * factor);
  }
}

/** A track goes on while it holds this part of what says healthy, worse, or safe to promote. */
const negligible = 3e-4;
/** The likeliest go on, at most so many. */
const mostTracks = 64;

/** Leaves out what the canary's own periods have made unlikely under every effect. */
export function withoutUnlikely(tracks: readonly Track[], effects: Effects): readonly Track[] {
  const groups = [
    [0, 1],
    [1, effects.harmEnd],
    [effects.harmEnd, effects.shifts.length],
  ] as const;
  const parts = tracks.map((track) => groups.map(([from, to]) => weightOf(track, from, to)));
  const sums = groups.map((_, group) => parts.reduce((sum, part) => sum + (part[group] ?? 0), 0));
  const shares = parts.map((part) => Math.max(...part.map((weight, group) => weight / (sums[group] ?? 1))));
  const least = shares.length > mostTracks ? (shares.toSorted((a, b) => b - a)[mostTracks] ?? 0) : 0;
  return tracks.filter((_, at) => (shares[at] ?? 0) > Math.max(negligible, least));
}

/** What a track weighs in branches `from` to `to`, exclusive. */
function weightOf({ branches }: Track, from: number, to: number): number {
  let sum = 0;
  for (let branch = from; branch < to; branch += 1) sum += branches[branch * branchWidth] ?? 0;
  return sum;
}
