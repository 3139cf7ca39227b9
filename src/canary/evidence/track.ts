import { studentDensity } from '../statistics/student.ts';
import type { Effects } from './effects.ts';
import type { NoiseHypothesis } from './noise-grid.ts';
import { type SpikeMemory, type Spikes, spikeDensity } from './spikes.ts';

/** Numbers a branch takes in a track's array: weight, level, drift, own deviation. */
export const branchWidth = 4;
/** Numbers of a track's covariance. */
export const covarianceWidth = 6;

/**
 * A Kalman filter of both sides under one noise hypothesis, with the states
 * level (does not move), drift (AR(1), the baseline's), own (the canary's deviation from what it shares):
 *   baseline = level + drift + noise,   canary = level + follow * drift + own + effect + noise.
 * Branches differ by the effect only, and share one covariance. Numbers that change lie in typed arrays, which are
 * written without an allocation.
 */
export interface Track {
  readonly hypothesis: NoiseHypothesis;
  /** How much of the baseline's drift the canary has: 1 where drift is shared, 0 where each side has its own. */
  readonly follow: number;
  readonly ownMemory: number;
  readonly ownVariance: number;
  /** The canary's noise variance over the history's. */
  readonly canaryNoise: number;
  readonly canarySpikes: Spikes;
  /** How likely a burst of the canary's own is in a period; 0 where it has none. */
  readonly burstChance: number;
  /** The spikes of all that was seen; one for all tracks. */
  readonly spikesSeen: SpikeMemory;
  /** Of level, level-drift, level-own, drift, drift-own, own. */
  readonly covariance: Float64Array;
  /** Four numbers a branch; weights are likelihoods times prior, up to a factor that all tracks share. */
  readonly branches: Float64Array;
  /** Null before the canary begins. */
  readonly unknown: UnknownEffect | null;
}

/**
 * A track's branch for an effect of unknown size, normal with mean 0 and variance 1 (a factor of e) before any value.
 * The effect is constant, so the filter is run for none, `response` is how its states would move by one more, and
 * `information` and `score` hold the effect's posterior: de Jong's augmented filter (1991, The Annals of Statistics 19).
 */
export interface UnknownEffect {
  weight: number;
  level: number;
  drift: number;
  own: number;
  levelResponse: number;
  driftResponse: number;
  ownResponse: number;
  /** The posterior's precision, and its mean times that. */
  information: number;
  score: number;
}

/** Levels are measured from the history's median, in logarithms or in spreads: beyond 10 nothing is plausible. */
export const levelVariance = 100;

/** How likely it is that the level of both sides jumps in a period, and the jump's variance. */
export const jumpChance = 0.005;
export const jumpVariance = 0.5 ** 2;
/** Only where a side is this many standard deviations out is a jump thought of. */
export const jumpDeviations = 3;

/** A track that has seen nothing. */
export function newTrack(hypothesis: NoiseHypothesis, spikesSeen: SpikeMemory): Track {
  return {
    hypothesis,
    follow: 1,
    ownMemory: 1,
    ownVariance: 0,
    canaryNoise: 1,
    canarySpikes: hypothesis.spikes,
    burstChance: 0,
    spikesSeen,
    covariance: Float64Array.of(levelVariance, 0, 0, hypothesis.drift, 0, 0),
    branches: Float64Array.of(hypothesis.prior, 0, 0, 0),
    unknown: null,
  };
}

/** One period passes: drift and own deviation are pulled to their means, and uncertainty grows to their variances. */
export function predict(track: Track): void {
  const { ownMemory, ownVariance, branches, covariance, unknown } = track;
  const { memory, drift: driftVariance } = track.hypothesis;
  covariance[1] = memory * (covariance[1] as number);
  covariance[2] = ownMemory * (covariance[2] as number);
  covariance[3] = memory * memory * (covariance[3] as number) + (1 - memory * memory) * driftVariance;
  covariance[4] = memory * ownMemory * (covariance[4] as number);
  covariance[5] = ownMemory * ownMemory * (covariance[5] as number) + (1 - ownMemory * ownMemory) * ownVariance;
  for (let at = 0; at < branches.length; at += branchWidth) {
    branches[at + 2] = memory * (branches[at + 2] as number);
    branches[at + 3] = ownMemory * (branches[at + 3] as number);
  }
  if (unknown === null) return;
  unknown.drift *= memory;
  unknown.driftResponse *= memory;
  unknown.own *= ownMemory;
  unknown.ownResponse *= ownMemory;
}

/**
 * Takes in a value: the baseline's where `effects` is null, which no effect touches; else the canary's.
 * Student's likelihood mixed with spikes, and a gain that trusts a value less the further out it is: the weight
 * (n + 1) / (n + r²/scale²) of the t distribution's EM (Lange, Little, Taylor 1989, section 4) in the Kalman update of
 * West (1981, section 3), times the chance that the value is no spike.
 * @param noiseFactor the side's noise variance over the history's
 */
export function update(track: Track, value: number, effects: Effects | null, noiseFactor: number): void {
  const { branches, covariance, spikesSeen } = track;
  const { halfDegrees } = track.hypothesis;
  const driftPart = effects === null ? 1 : track.follow;
  const ownPart = effects === null ? 0 : 1;
  const spikes = effects === null ? track.hypothesis.spikes : track.canarySpikes;
  const noise = track.hypothesis.noise * noiseFactor;
  const c1 = covariance[1] as number;
  const c2 = covariance[2] as number;
  const c4 = covariance[4] as number;
  const toLevel = (covariance[0] as number) + driftPart * c1 + ownPart * c2;
  const toDrift = c1 + driftPart * (covariance[3] as number) + ownPart * c4;
  const toOwn = c2 + driftPart * c4 + ownPart * (covariance[5] as number);
  const state = toLevel + driftPart * toDrift + ownPart * toOwn;
  const perDegree = 1 / (2 * halfDegrees);
  let weights = 0;
  let trusted = 0;
  for (let at = 0, branch = 0; at < branches.length; at += branchWidth, branch += 1) {
    const level = branches[at + 1] as number;
    const drift = branches[at + 2] as number;
    const own = branches[at + 3] as number;
    const effect = effects === null ? 0 : (effects.shifts[branch] as number);
    const branchNoise = effects === null ? noise : noise + (effects.variances[branch] as number);
    const residual = value - effect - level - driftPart * drift - ownPart * own;
    const total = state + branchNoise;
    const z = 1 + (residual * residual * perDegree) / total;
    const regular = (1 - spikes.part) * studentDensity(z, total, halfDegrees);
    const density = regular + spikes.part * spikeDensity(residual, spikes.upward, spikesSeen);
    const weight = (branches[at] as number) * density;
    const trust = ((1 + perDegree) * regular) / (z * density);
    const gain = (residual * trust) / (state * trust + branchNoise);
    branches[at] = weight;
    branches[at + 1] = level + toLevel * gain;
    branches[at + 2] = drift + toDrift * gain;
    branches[at + 3] = own + toOwn * gain;
    weights += weight;
    trusted += weight * trust;
  }
  const trust = weights > 0 ? trusted / weights : 1;
  const shrink = trust / (state * trust + noise);
  covariance[0] = (covariance[0] as number) - toLevel * toLevel * shrink;
  covariance[1] = c1 - toLevel * toDrift * shrink;
  covariance[2] = c2 - toLevel * toOwn * shrink;
  covariance[3] = (covariance[3] as number) - toDrift * toDrift * shrink;
  covariance[4] = c4 - toDrift * toOwn * shrink;
  covariance[5] = (covariance[5] as number) - toOwn * toOwn * shrink;
}

/** The weights of all branches of a track. */
export function trackWeight(track: Track): number {
  let sum = 0;
  for (let at = 0; at < track.branches.length; at += branchWidth) sum += track.branches[at] as number;
  return sum;
}
