import { normalBelow } from './normal.ts';

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
    const newton = (normalBelow(-z) - probability) / density;
    z += newton / (1 + (z * newton) / 2);
  }
  return probability === 0.5 ? 0 : -z;
}
