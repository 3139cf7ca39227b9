/*
 * Student's t density for 2h degrees of freedom, in two factors, since even degrees need no logarithm:
 * density(r; scale) = studentPeak(h) / scale * studentTail(1 + r² / (2h scale²), h).
 */

const peaks: number[] = [0];

/** The density of Student's t at 0 for 2 * halfDegrees degrees: Γ(h + 1/2) / (Γ(h) √(2hπ)). halfDegrees >= 1, whole. */
export function studentPeak(halfDegrees: number): number {
  for (let h = peaks.length; h <= halfDegrees; h += 1) {
    let gammas = Math.sqrt(Math.PI) / 2; // Γ(3/2) / Γ(1)
    for (let k = 1; k < h; k += 1) gammas *= (k + 0.5) / k;
    peaks.push(gammas / Math.sqrt(2 * h * Math.PI));
  }
  return peaks[halfDegrees] ?? 0;
}

/** z ** -(halfDegrees + 1/2): how far the density has fallen where z = 1 + r² / (degrees * scale²). */
export function studentTail(z: number, halfDegrees: number): number {
  let power = Math.sqrt(z);
  for (let i = 0; i < halfDegrees; i += 1) power *= z;
  return 1 / power;
}
