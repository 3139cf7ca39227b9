import { studentDensity } from '../statistics/student.ts';
import { spikeDensity } from './spikes.ts';
import type { Track, UnknownEffect } from './track.ts';

/** A branch that knows nothing of the effect yet. */
export function unknownEffect(weight: number, level: number, drift: number): UnknownEffect {
  const responses = { levelResponse: 0, driftResponse: 0, ownResponse: 0 };
  return { weight, level, drift, own: 0, ...responses, information: 1, score: 0 };
}

/**
 * Takes in a value, as `update` of the track does; call it before that one, which changes the covariance.
 * @param effectPart 1 for the canary's value, 0 for the baseline's
 */
export function updateUnknown(track: Track, value: number, effectPart: number, noiseFactor: number): void {
  const { unknown: branch } = track;
  if (branch === null) return;
  const { halfDegrees } = track.hypothesis;
  const noise = track.hypothesis.noise * noiseFactor;
  const driftPart = effectPart === 0 ? 1 : track.follow;
  const ownPart = effectPart;
  const spikes = effectPart === 0 ? track.hypothesis.spikes : track.canarySpikes;
  const { covariance } = track;
  const c1 = covariance[1] as number;
  const c2 = covariance[2] as number;
  const c4 = covariance[4] as number;
  const toLevel = (covariance[0] as number) + driftPart * c1 + ownPart * c2;
  const toDrift = c1 + driftPart * (covariance[3] as number) + ownPart * c4;
  const toOwn = c2 + driftPart * c4 + ownPart * (covariance[5] as number);
  const state = toLevel + driftPart * toDrift + ownPart * toOwn;
  const without = value - branch.level - driftPart * branch.drift - ownPart * branch.own;
  const response = effectPart - branch.levelResponse - driftPart * branch.driftResponse - ownPart * branch.ownResponse;
  const residual = without - (response * branch.score) / branch.information;
  const total = state + noise + (response * response) / branch.information;
  const z = 1 + (residual * residual) / (2 * halfDegrees * total);
  const regular = (1 - spikes.part) * studentDensity(z, total, halfDegrees);
  const density = regular + spikes.part * spikeDensity(residual, spikes.upward, track.spikesSeen);
  branch.weight *= density;
  const trust = ((1 + 1 / (2 * halfDegrees)) * regular) / (z * density);
  const trusted = trust / (state * trust + noise);
  branch.information += response * response * trusted;
  branch.score += response * without * trusted;
  branch.level += toLevel * without * trusted;
  branch.drift += toDrift * without * trusted;
  branch.own += toOwn * without * trusted;
  branch.levelResponse += toLevel * response * trusted;
  branch.driftResponse += toDrift * response * trusted;
  branch.ownResponse += toOwn * response * trusted;
}

// Called for every branch and period: see statistics/student.ts.
const { exp } = Math;

/** Bisections of each end: to a thousandth of the farthest end that is looked for. */
const bisections = 14;
const farthest = Math.log(1000);
/** Components beyond the likeliest of these hardly move the ends. */
const mostComponents = 8;

/**
 * The effects that the data do not speak against at level alpha: those where posterior over prior density is above it.
 * That ratio is 1 over a mixture's likelihood ratio against the effect, so Ville's inequality bounds by alpha the chance
 * that the true one is ever left out (Robbins 1970; Wagenmakers and others 2022 for the "support interval").
 * @returns shifts of the judged scale, within a factor of 1000
 */
export function supportedShifts(
  branches: readonly UnknownEffect[],
  alpha: number,
): { readonly lower: number; readonly upper: number } {
  const likely = [...branches].sort((a, b) => b.weight - a.weight).slice(0, mostComponents);
  const sum = likely.reduce((total, { weight }) => total + weight, 0);
  const components = likely.map(({ weight, information, score }) => ({
    height: (weight / sum) * Math.sqrt(information),
    mean: score / information,
    information,
  }));
  // Whether posterior over prior, the prior being a standard normal, is above alpha.
  const isSupported = (shift: number) => {
    let ratio = 0;
    for (const { height, mean, information } of components) {
      ratio += height * exp(0.5 * (shift * shift - information * (shift - mean) ** 2));
      if (ratio > alpha) return true;
    }
    return false;
  };
  const centre = components[0]?.mean ?? 0;
  const end = (outside: number) => {
    let [inner, outer] = [centre, outside];
    if (isSupported(outer)) return outer;
    for (let i = 0; i < bisections; i += 1) {
      const middle = (inner + outer) / 2;
      if (isSupported(middle)) inner = middle;
      else outer = middle;
    }
    return outer;
  };
  return { lower: end(-farthest), upper: end(farthest) };
}
