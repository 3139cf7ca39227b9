/**
 * A Gaussian belief about five numbers on the log scale: the level, the drift that both sides share, each side's own
 * drift, and the canary's lasting offset. Beliefs lie one after the other in one array: five means, then the upper
 * triangle of their covariance, row by row.
 */
export const stateSize = 20;

export const [level, sharedDrift, baselineDrift, canaryDrift, offset] = [0, 1, 2, 3, 4] as const;
const parts = 5;

/** Where the covariance of two parts lies behind the means. */
const cell: readonly (readonly number[])[] = [
  [5, 6, 7, 8, 9],
  [6, 10, 11, 12, 13],
  [7, 11, 14, 15, 16],
  [8, 12, 15, 17, 18],
  [9, 13, 16, 18, 19],
];

export function cellOf(a: number, b: number): number {
  return cell[a]?.[b] ?? 0;
}

/** Which parts make up a side's log rate. */
export type Side = 'baseline' | 'canary';

/** The level itself wanders, by a per cent a period: nothing stays where an hour of history has nailed it. */
const wandering = 0.01 ** 2;

/** The level wanders; the three drifts forget: mean and covariance shrink by the memory, and the stationary variance comes back. */
export function forget(
  states: Float64Array,
  at: number,
  memory: number,
  variances: { readonly shared: number; readonly baseline: number; readonly canary: number },
): void {
  const m = memory;
  const fresh = 1 - m * m;
  const mm = m * m;
  const s = states;
  s[at + 5] = (s[at + 5] as number) + wandering;
  s[at + 1] = (s[at + 1] as number) * m;
  s[at + 2] = (s[at + 2] as number) * m;
  s[at + 3] = (s[at + 3] as number) * m;
  s[at + 6] = (s[at + 6] as number) * m;
  s[at + 7] = (s[at + 7] as number) * m;
  s[at + 8] = (s[at + 8] as number) * m;
  s[at + 13] = (s[at + 13] as number) * m;
  s[at + 16] = (s[at + 16] as number) * m;
  s[at + 18] = (s[at + 18] as number) * m;
  s[at + 10] = (s[at + 10] as number) * mm + fresh * variances.shared;
  s[at + 11] = (s[at + 11] as number) * mm;
  s[at + 12] = (s[at + 12] as number) * mm;
  s[at + 14] = (s[at + 14] as number) * mm + fresh * variances.baseline;
  s[at + 15] = (s[at + 15] as number) * mm;
  s[at + 17] = (s[at + 17] as number) * mm + fresh * variances.canary;
}

/** Mean of a side's log rate. */
export function meanOf(s: Float64Array, at: number, side: Side): number {
  const common = (s[at] as number) + (s[at + 1] as number);
  return side === 'baseline' ? common + (s[at + 2] as number) : common + (s[at + 3] as number) + (s[at + 4] as number);
}

/** Room for the covariance of a side's log rate with each part. */
export function newGain(): Float64Array {
  return new Float64Array(parts);
}

/** Variance of a side's log rate; writes its covariance with each part into `gain`, for the `absorb` that follows. */
export function varianceOf(s: Float64Array, at: number, side: Side, gain: Float64Array): number {
  const first = at + 5;
  if (side === 'baseline') {
    gain[0] = (s[first] as number) + (s[first + 1] as number) + (s[first + 2] as number);
    gain[1] = (s[first + 1] as number) + (s[first + 5] as number) + (s[first + 6] as number);
    gain[2] = (s[first + 2] as number) + (s[first + 6] as number) + (s[first + 9] as number);
    gain[3] = (s[first + 3] as number) + (s[first + 7] as number) + (s[first + 10] as number);
    gain[4] = (s[first + 4] as number) + (s[first + 8] as number) + (s[first + 11] as number);
    return (gain[0] as number) + (gain[1] as number) + (gain[2] as number);
  }
  gain[0] = (s[first] as number) + (s[first + 1] as number) + (s[first + 3] as number) + (s[first + 4] as number);
  gain[1] = (s[first + 1] as number) + (s[first + 5] as number) + (s[first + 7] as number) + (s[first + 8] as number);
  gain[2] = (s[first + 2] as number) + (s[first + 6] as number) + (s[first + 10] as number) + (s[first + 11] as number);
  gain[3] = (s[first + 3] as number) + (s[first + 7] as number) + (s[first + 12] as number) + (s[first + 13] as number);
  gain[4] = (s[first + 4] as number) + (s[first + 8] as number) + (s[first + 13] as number) + (s[first + 14] as number);
  return (gain[0] as number) + (gain[1] as number) + (gain[3] as number) + (gain[4] as number);
}

/**
 * The linear Bayes update after `varianceOf` (West, Harrison and Migon 1985): the log rate moves by `shift` and keeps
 * 1 - `learned` of its variance; each part follows by its covariance.
 */
export function absorb(
  s: Float64Array,
  at: number,
  gain: Float64Array,
  variance: number,
  shift: number,
  learned: number,
): void {
  const perShift = shift / variance;
  const perLearned = learned / variance;
  let index = at + parts;
  for (let row = 0; row < parts; row += 1) {
    const rowGain = gain[row] as number;
    s[at + row] = (s[at + row] as number) + rowGain * perShift;
    for (let column = row; column < parts; column += 1) {
      s[index] = (s[index] as number) - rowGain * (gain[column] as number) * perLearned;
      index += 1;
    }
  }
}

/** Both sides' drift may have gone anywhere: its variance grows. */
export function addVariance(s: Float64Array, at: number, variance: number): void {
  const shared = at + cellOf(sharedDrift, sharedDrift);
  s[shared] = (s[shared] as number) + variance;
}

/** Nothing is known of the canary's offset but how far it may go. */
export function forgetOffset(s: Float64Array, at: number, variance: number): void {
  s[at + offset] = 0;
  for (const part of [level, sharedDrift, baselineDrift, canaryDrift]) s[at + cellOf(part, offset)] = 0;
  s[at + cellOf(offset, offset)] = variance;
}

/** Mixes the belief at `other` into the one at `at`, with weight `share`: the mixture's own mean and covariance. */
export function mergeInto(s: Float64Array, at: number, other: number, share: number): void {
  const keep = 1 - share;
  let index = parts;
  for (let row = 0; row < parts; row += 1) {
    const rowGap = (s[at + row] as number) - (s[other + row] as number);
    for (let column = row; column < parts; column += 1) {
      const columnGap = (s[at + column] as number) - (s[other + column] as number);
      s[at + index] =
        keep * (s[at + index] as number) + share * (s[other + index] as number) + keep * share * rowGap * columnGap;
      index += 1;
    }
  }
  for (let row = 0; row < parts; row += 1) {
    s[at + row] = keep * (s[at + row] as number) + share * (s[other + row] as number);
  }
}
