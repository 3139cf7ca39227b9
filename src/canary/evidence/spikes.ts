/** Values that are no part of the noise: how many, and where they lie. */
export interface Spikes {
  readonly part: number;
  /** Above the rest, as when a service has a slow way besides its fast one; else anywhere. */
  readonly upward: boolean;
}

/** Of upward spikes, the part that may lie anywhere all the same. */
const stray = 0.02;

/** The density of a spike's distance from where the value was expected: Cauchy's, of scale 1, or the upper half of one of scale 2. */
export function spikeDensity(distance: number, upward: boolean): number {
  const squared = distance * distance;
  const anywhere = 1 / (Math.PI * (1 + squared));
  if (!upward) return anywhere;
  return stray * anywhere + (distance > 0 ? (1 - stray) / (Math.PI * (1 + squared / 4)) : 0);
}
