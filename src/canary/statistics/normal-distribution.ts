/**
 * The chance that a standard normal variable exceeds `z`; relative error below 1e-14, also far out in the tail.
 * Beside the middle the series of Abramowitz and Stegun 26.2.11, beyond 3 the continued fraction 26.2.14.
 */
export function normalUpperTail(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z < 0) return 1 - normalUpperTail(-z);
  const density = Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let k = 3; term > sum * 1e-17; k += 2) {
      term *= (z * z) / k;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  if (z > 40) return 0;
  let fraction = z;
  for (let k = 120; k >= 1; k -= 1) fraction = z + k / fraction;
  return density / fraction;
}

/**
 * The point that a standard normal variable stays below with `probability`.
 * A rational start (Abramowitz and Stegun 26.2.23, off by 4.5e-4 at most) and Halley's steps on the tail above: a
 * double's precision after three.
 */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) {
    if (probability === 0) return Number.NEGATIVE_INFINITY;
    return probability === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  }
  if (probability > 0.5) return -normalQuantile(1 - probability);
  const t = Math.sqrt(-2 * Math.log(probability));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  let z = t - above / below; // the upper point of the same tail
  for (let step = 0; step < 3; step += 1) {
    const density = Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
    const newton = (normalUpperTail(z) - probability) / density;
    z += newton / (1 + (z * newton) / 2);
  }
  return probability === 0.5 ? 0 : -z;
}
