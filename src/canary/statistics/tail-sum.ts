/**
 * Sums a unimodal distribution's tail: `first` is the term next to the middle, `next(step)` the factor from the
 * step-th term to the one after it. Stops where terms no longer count in a double, so that a tail over a million
 * values costs a few hundred steps.
 */
export function tailSum(first: number, steps: number, next: (step: number) => number): number {
  let term = first;
  let sum = first;
  for (let step = 0; step < steps; step += 1) {
    const factor = next(step);
    term *= factor;
    sum += term;
    if (factor < 1 && term <= sum * 1e-17) break;
  }
  return sum;
}
