import type { Effects } from './effects.ts';
import {
  branchWidth,
  jumpChance,
  jumpDeviations,
  jumpVariance,
  predict,
  type Track,
  trackWeight,
  update,
} from './track.ts';
import { updateUnknown } from './unknown-effect.ts';

/** The judged values of one period; null where a side has none, or where it does not count. */
export interface Sides {
  readonly baseline: number | null;
  readonly canary: number | null;
  /** The most that the baseline's noise variance can have grown since the history, by having less load. */
  readonly baselineNoise: number;
}

/** Takes one period into a track. */
export function observeSides(track: Track, sides: Sides, effects: Effects | null): void {
  predict(track);
  const { baseline, canary } = sides;
  if (baseline !== null && isFarOut(track, baseline, track.hypothesis.noise, 0)) {
    observeShock(track, sides, effects, { chance: jumpChance, place: levelPlace });
  } else if (canary !== null && track.burstChance > 0 && isFarOut(track, canary, canaryNoiseOf(track), 1)) {
    observeShock(track, sides, effects, { chance: track.burstChance, place: ownPlace });
  } else observeCalm(track, sides, effects);
}

function canaryNoiseOf({ hypothesis, canaryNoise }: Track): number {
  return hypothesis.noise * canaryNoise;
}

/** Where the variances of the level and of the canary's own deviation lie in a covariance. */
const levelPlace = 0;
const ownPlace = 5;

/** Something that may have happened in a period: how likely it was, and the state whose variance it adds to. */
interface Shock {
  readonly chance: number;
  readonly place: number;
}

function observeCalm(track: Track, { baseline, canary, baselineNoise }: Sides, effects: Effects | null): void {
  if (baseline !== null) observeSide(track, baseline, null, Math.min(track.canaryNoise, baselineNoise));
  if (canary !== null && effects !== null) observeSide(track, canary, effects, track.canaryNoise);
}

function observeSide(track: Track, value: number, effects: Effects | null, noiseFactor: number): void {
  updateUnknown(track, value, effects === null ? 0 : 1, noiseFactor);
  update(track, value, effects, noiseFactor);
}

/** Whether a value is far from what a healthy track expects of its side. */
function isFarOut({ branches, covariance, follow }: Track, value: number, noise: number, ownPart: number): boolean {
  const driftPart = ownPart === 0 ? 1 : follow;
  // By index: to take an array apart by its iterator costs more than the rest of this.
  const expected = (branches[1] as number) + driftPart * (branches[2] as number) + ownPart * (branches[3] as number);
  const residual = value - expected;
  const shared =
    (covariance[0] as number) +
    2 * driftPart * (covariance[1] as number) +
    driftPart * driftPart * (covariance[3] as number);
  const own = 2 * (covariance[2] as number) + 2 * driftPart * (covariance[4] as number) + (covariance[5] as number);
  const state = shared + ownPart * own;
  return residual * residual > jumpDeviations ** 2 * (state + noise);
}

/**
 * A value is far out: a spike, or something that lasts. The baseline's may be a new level, which the canary has as well;
 * the canary's may be a burst of its own, where the history has such. Both are run, and merged by their first two moments (the interacting multiple model filter, Blom and Bar-Shalom 1988).
 */
function observeShock(track: Track, sides: Sides, effects: Effects | null, { chance, place }: Shock): void {
  const { branches, covariance, unknown } = track;
  const jumped: Track = {
    ...track,
    branches: branches.slice(),
    covariance: covariance.slice(),
    unknown: unknown === null ? null : { ...unknown, weight: unknown.weight * chance },
  };
  jumped.covariance[place] = (covariance[place] as number) + jumpVariance;
  scaleWeights(jumped.branches, chance);
  scaleWeights(branches, 1 - chance);
  observeCalm(track, sides, effects);
  observeCalm(jumped, sides, effects);
  merge(track, jumped);
}

function scaleWeights(branches: Float64Array, factor: number): void {
  for (let at = 0; at < branches.length; at += branchWidth) branches[at] = (branches[at] as number) * factor;
}

/** The places in a covariance, as pairs of states. */
const pairs = [
  [1, 1],
  [1, 2],
  [1, 3],
  [2, 2],
  [2, 3],
  [3, 3],
] as const;

/** Makes of two tracks of one hypothesis their mixture's mean and covariance, in the first of them. */
function merge(into: Track, other: Track): void {
  const { branches, covariance, unknown } = into;
  const otherWeight = trackWeight(other);
  const part = otherWeight / (trackWeight(into) + otherWeight);
  const apart = [0, 1, 2, 3].map((at) => (other.branches[at] as number) - (branches[at] as number));
  pairs.forEach(([one, two], at) => {
    const within = (1 - part) * (covariance[at] as number) + part * (other.covariance[at] as number);
    covariance[at] = within + part * (1 - part) * (apart[one] as number) * (apart[two] as number);
  });
  for (let at = 0; at < branches.length; at += branchWidth) {
    const weight = (branches[at] as number) + (other.branches[at] as number);
    const share = weight > 0 ? (other.branches[at] as number) / weight : 0;
    branches[at] = weight;
    for (let state = at + 1; state < at + branchWidth; state += 1) {
      branches[state] = (1 - share) * (branches[state] as number) + share * (other.branches[state] as number);
    }
  }
  if (unknown === null || other.unknown === null) return;
  const weight = unknown.weight + other.unknown.weight;
  // An effect's posterior of two modes has no short form: the likelier one goes on, with both weights.
  if (other.unknown.weight > unknown.weight) Object.assign(unknown, other.unknown);
  unknown.weight = weight;
}
