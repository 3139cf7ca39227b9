/** Two samples, held against each other again and again with the first one shifted. */
export interface Samples {
  /** Both sorted. */
  readonly first: readonly number[];
  readonly second: readonly number[];
}

export function samplesOf(first: readonly number[], second: readonly number[]): Samples {
  const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
  return { first: sorted(first), second: sorted(second) };
}

/**
 * The rank test's normal statistic (Mann and Whitney 1947, variance corrected for ties) after `shift` was taken off the
 * first sample: above 0 where it still tends to be the larger. Moved half a step towards 0.
 * @returns NaN where all values are the same
 */
export function rankStatistic({ first, second }: Samples, shift: number): number {
  const n = first.length;
  const m = second.length;
  let ofFirst = 0;
  let ofSecond = 0;
  let larger = 0;
  let tieTerm = 0;
  while (ofFirst < n || ofSecond < m) {
    const x = ofFirst < n ? (first[ofFirst] ?? 0) - shift : Number.POSITIVE_INFINITY;
    const y = ofSecond < m ? (second[ofSecond] ?? 0) : Number.POSITIVE_INFINITY;
    const value = Math.min(x, y);
    const beganFirst = ofFirst;
    const beganSecond = ofSecond;
    while (ofFirst < n && (first[ofFirst] ?? 0) - shift === value) ofFirst += 1;
    while (ofSecond < m && second[ofSecond] === value) ofSecond += 1;
    larger += (ofFirst - beganFirst) * (beganSecond + (ofSecond - beganSecond) / 2);
    const tied = ofFirst - beganFirst + ofSecond - beganSecond;
    tieTerm += tied ** 3 - tied;
  }
  const all = n + m;
  const spread = Math.sqrt(((n * m) / 12) * (all + 1 - tieTerm / (all * (all - 1))));
  const distance = larger - (n * m) / 2;
  return (distance - Math.sign(distance) / 2) / spread;
}

/** The middle of all differences between the samples, found by halving (Hodges and Lehmann 1963). */
export function middleShift(samples: Samples): number {
  const { first, second } = samples;
  let low = (first[0] ?? 0) - (second.at(-1) ?? 0);
  let high = (first.at(-1) ?? 0) - (second[0] ?? 0);
  for (let halving = 0; halving < 40 && high > low; halving += 1) {
    const middle = (low + high) / 2;
    if (rankStatistic(samples, middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
