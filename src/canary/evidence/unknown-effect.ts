import { studentPeak, studentTail } from '../statistics/student.ts';

/** What a value is made of, and how it moves each state. */
export interface Gains {
  readonly driftPart: number;
  readonly ownPart: number;
  readonly halfDegrees: number;
  /** Variance of the value's expectation, and squared scale of the noise on top. */
  readonly state: number;
  readonly noise: number;
  /** Covariances of the value's expectation with each state. */
  readonly toLevel: number;
  readonly toDrift: number;
  readonly toOwn: number;
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

export function unknownEffect(weight: number, level: number, drift: number): UnknownEffect {
  const responses = { levelResponse: 0, driftResponse: 0, ownResponse: 0 };
  return { weight, level, drift, own: 0, ...responses, information: 1, score: 0 };
}

/** One period passes, see `predict` of the track. */
export function predictUnknown(branch: UnknownEffect, memory: number, ownMemory: number): void {
  branch.drift *= memory;
  branch.driftResponse *= memory;
  branch.own *= ownMemory;
  branch.ownResponse *= ownMemory;
}

/** Takes in a value of the canary (`effectPart` 1) or of the baseline (0), see `update` of the track. */
export function updateUnknown(branch: UnknownEffect, value: number, effectPart: number, gains: Gains): void {
  const { driftPart, ownPart, halfDegrees, state, noise, toLevel, toDrift, toOwn } = gains;
  const without = value - branch.level - driftPart * branch.drift - ownPart * branch.own;
  const response = effectPart - branch.levelResponse - driftPart * branch.driftResponse - ownPart * branch.ownResponse;
  const residual = without - (response * branch.score) / branch.information;
  const total = state + noise + (response * response) / branch.information;
  const z = 1 + (residual * residual) / (2 * halfDegrees * total);
  branch.weight *= (studentPeak(halfDegrees) / Math.sqrt(total)) * studentTail(z, halfDegrees);
  const trusted = 1 / (state + (noise * z) / (1 + 1 / (2 * halfDegrees)));
  branch.information += response * response * trusted;
  branch.score += response * without * trusted;
  branch.level += toLevel * without * trusted;
  branch.drift += toDrift * without * trusted;
  branch.own += toOwn * without * trusted;
  branch.levelResponse += toLevel * response * trusted;
  branch.driftResponse += toDrift * response * trusted;
  branch.ownResponse += toOwn * response * trusted;
}

/** ln of a normal density, without its constant. */
function logNormal(x: number, mean: number, variance: number): number {
  return -0.5 * ((x - mean) ** 2 / variance + Math.log(variance));
}

/** Bisections of each end: to a thousandth of the farthest end that is looked for. */
const bisections = 18;
const farthest = Math.log(1000);
/** Components beyond the likeliest of these hardly move the ends. */
const mostComponents = 12;

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
    log: Math.log(Math.max(Number.MIN_VALUE, weight / sum)),
    mean: score / information,
    variance: 1 / information,
  }));
  const support = (shift: number) => {
    let density = 0;
    for (const { log, mean, variance } of components) density += Math.exp(log + logNormal(shift, mean, variance));
    return density / Math.exp(logNormal(shift, 0, 1));
  };
  const centre = components[0]?.mean ?? 0;
  const end = (outside: number) => {
    let [inner, outer] = [centre, outside];
    if (support(outer) > alpha) return outer;
    for (let i = 0; i < bisections; i += 1) {
      const middle = (inner + outer) / 2;
      if (support(middle) > alpha) inner = middle;
      else outer = middle;
    }
    return outer;
  };
  return { lower: end(-farthest), upper: end(farthest) };
}
