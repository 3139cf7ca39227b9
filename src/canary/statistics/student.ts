// Called some hundred thousand times a canary; a look-up of the global each time is slow inside a vm context.
const { sqrt } = Math;

const peaks: number[] = [0];

/** The density of Student's t at 0 for 2 * halfDegrees degrees: Γ(h + 1/2) / (Γ(h) √(2hπ)). halfDegrees >= 1, whole. */
function studentPeak(halfDegrees: number): number {
  for (let h = peaks.length; h <= halfDegrees; h += 1) {
    let gammas = Math.sqrt(Math.PI) / 2; // Γ(3/2) / Γ(1)
    for (let k = 1; k < h; k += 1) gammas *= (k + 0.5) / k;
    peaks.push(gammas / Math.sqrt(2 * h * Math.PI));
  }
  return peaks[halfDegrees] ?? 0;
}

/**
 * Student's t density for an even number of degrees, 2h, which needs no logarithm.
 * @param z 1 + r² / (2h scale²), r the distance from the centre
 * @param variance the squared scale
 */
export function studentDensity(z: number, variance: number, halfDegrees: number): number {
  let power = sqrt(z * variance);
  for (let i = 0; i < halfDegrees; i += 1) power *= z;
  return studentPeak(halfDegrees) / power;
}
