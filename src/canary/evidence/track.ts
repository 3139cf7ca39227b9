import { studentPeak, studentTail } from '../statistics/student.ts';
import type { NoiseHypothesis } from './noise-grid.ts';
import { type Gains, predictUnknown, type UnknownEffect, unknownEffect, updateUnknown } from './unknown-effect.ts';

/** Numbers a branch takes in a track's array: weight, level, drift, own deviation. */
export const branchWidth = 4;

/**
 * A Kalman filter of both sides under one noise hypothesis, with the states
 * level (does not move), drift (AR(1), the baseline's), own (the canary's deviation from what it shares):
 *   baseline = level + drift + noise,   canary = level + follow * drift + own + effect + noise.
 * Branches differ by the effect only, and share one covariance.
 */
export interface Track {
  readonly hypothesis: NoiseHypothesis;
  /** How much of the baseline's drift the canary has: 1 where drift is shared, 0 where each side has its own. */
  readonly follow: number;
  readonly ownMemory: number;
  readonly ownVariance: number;
  /** The canary's noise variance over the history's. */
  readonly canaryNoise: number;
  readonly baselineNoise: number;
  varLevel: number;
  covLevelDrift: number;
  covLevelOwn: number;
  varDrift: number;
  covDriftOwn: number;
  varOwn: number;
  /** Four numbers a branch; weights are likelihoods times prior, up to a factor that all tracks share. */
  readonly branches: Float64Array;
  readonly unknown: UnknownEffect;
}

/** Levels are measured from the history's median, in logarithms or in spreads: beyond 10 nothing is plausible. */
const levelVariance = 100;

/** A track that has seen nothing. */
export function newTrack(hypothesis: NoiseHypothesis): Track {
  return {
    hypothesis,
    follow: 1,
    ownMemory: 1,
    ownVariance: 0,
    canaryNoise: 1,
    baselineNoise: 1,
    varLevel: levelVariance,
    covLevelDrift: 0,
    covLevelOwn: 0,
    varDrift: hypothesis.drift,
    covDriftOwn: 0,
    varOwn: 0,
    branches: Float64Array.of(hypothesis.prior, 0, 0, 0),
    unknown: unknownEffect(hypothesis.prior, 0, 0),
  };
}

/** One period passes: drift and own deviation are pulled to their means, and uncertainty grows to their variances. */
export function predict(track: Track): void {
  const { memory, drift } = track.hypothesis;
  const { ownMemory, branches } = track;
  track.covLevelDrift *= memory;
  track.covLevelOwn *= ownMemory;
  track.covDriftOwn *= memory * ownMemory;
  track.varDrift = memory * memory * track.varDrift + (1 - memory * memory) * drift;
  track.varOwn = ownMemory * ownMemory * track.varOwn + (1 - ownMemory * ownMemory) * track.ownVariance;
  for (let at = 0; at < branches.length; at += branchWidth) {
    branches[at + 2] = memory * (branches[at + 2] ?? 0);
    branches[at + 3] = ownMemory * (branches[at + 3] ?? 0);
  }
  predictUnknown(track.unknown, memory, ownMemory);
}

/**
 * Takes in the baseline's value, which no effect touches.
 * Student's likelihood, and a gain that trusts a value less the further out it is: the weight (n + 1) / (n + r²/scale²)
 * of the t distribution's EM (Lange, Little, Taylor 1989, section 4) in the Kalman update of West (1981, section 3).
 */
export function updateBaseline(track: Track, value: number): void {
  const toLevel = track.varLevel + track.covLevelDrift;
  const toDrift = track.covLevelDrift + track.varDrift;
  const toOwn = track.covLevelOwn + track.covDriftOwn;
  const { halfDegrees, noise } = track.hypothesis;
  const state = toLevel + toDrift;
  const sideNoise = noise * track.baselineNoise;
  update(track, value, null, {
    driftPart: 1,
    ownPart: 0,
    halfDegrees,
    state,
    noise: sideNoise,
    toLevel,
    toDrift,
    toOwn,
  });
}

/** Takes in the canary's value; `effects` has one number a branch, what it adds to the canary. */
export function updateCanary(track: Track, value: number, effects: Float64Array): void {
  const { follow } = track;
  const toLevel = track.varLevel + follow * track.covLevelDrift + track.covLevelOwn;
  const toDrift = track.covLevelDrift + follow * track.varDrift + track.covDriftOwn;
  const toOwn = track.covLevelOwn + follow * track.covDriftOwn + track.varOwn;
  const { halfDegrees, noise } = track.hypothesis;
  const state = toLevel + follow * toDrift + toOwn;
  const sideNoise = noise * track.canaryNoise;
  update(track, value, effects, {
    driftPart: follow,
    ownPart: 1,
    halfDegrees,
    state,
    noise: sideNoise,
    toLevel,
    toDrift,
    toOwn,
  });
}

function update(track: Track, value: number, effects: Float64Array | null, gains: Gains): void {
  const { branches } = track;
  const { driftPart, ownPart, halfDegrees, state, noise, toLevel, toDrift, toOwn } = gains;
  updateUnknown(track.unknown, value, effects === null ? 0 : 1, gains);
  const total = state + noise;
  const density = studentPeak(halfDegrees) / Math.sqrt(total);
  const perDegree = 1 / (2 * halfDegrees * total);
  const trustAtCentre = 1 + 1 / (2 * halfDegrees);
  let weights = 0;
  let trusted = 0;
  for (let at = 0, branch = 0; at < branches.length; at += branchWidth, branch += 1) {
    const level = branches[at + 1] ?? 0;
    const drift = branches[at + 2] ?? 0;
    const own = branches[at + 3] ?? 0;
    const effect = effects === null ? 0 : (effects[branch] ?? 0);
    const residual = value - effect - level - driftPart * drift - ownPart * own;
    const z = 1 + residual * residual * perDegree;
    const weight = (branches[at] ?? 0) * density * studentTail(z, halfDegrees);
    const trust = trustAtCentre / z;
    const gain = residual / (state + noise / trust);
    branches[at] = weight;
    branches[at + 1] = level + toLevel * gain;
    branches[at + 2] = drift + toDrift * gain;
    branches[at + 3] = own + toOwn * gain;
    weights += weight;
    trusted += weight * trust;
  }
  const shrink = 1 / (state + noise / (weights > 0 ? trusted / weights : 1));
  track.varLevel -= toLevel * toLevel * shrink;
  track.covLevelDrift -= toLevel * toDrift * shrink;
  track.covLevelOwn -= toLevel * toOwn * shrink;
  track.varDrift -= toDrift * toDrift * shrink;
  track.covDriftOwn -= toDrift * toOwn * shrink;
  track.varOwn -= toOwn * toOwn * shrink;
}

/** The weights of all branches of a track. */
export function trackWeight(track: Track): number {
  let sum = 0;
  for (let at = 0; at < track.branches.length; at += branchWidth) sum += track.branches[at] ?? 0;
  return sum;
}
