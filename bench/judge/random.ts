import { poisson, type Random } from '../../src/canary/simulation/random.ts';
import { normal } from '../../src/sandbox/random.ts';

export { binomial, poisson, streamOf } from '../../src/canary/simulation/random.ts';
export { normal, type Random };

/** Gamma draw with mean = shape (G. Marsaglia, W. W. Tsang 2000, ACM TOMS 26:363); shapes below 1 by their boost. */
export function gamma(random: Random, shape: number): number {
  if (shape <= 0) return 0;
  if (shape < 1) return gamma(random, shape + 1) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - random();
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Negative binomial of this mean and variance = mean (1 + excess): a Poisson draw with a gamma rate. */
export function negativeBinomial(random: Random, mean: number, excess: number): number {
  if (excess <= 0) return poisson(random, mean);
  return poisson(random, gamma(random, mean / excess) * excess);
}

/** The part of a uniform sample that lies below its `rank`-th smallest of `size`: Beta(rank, size + 1 - rank). */
export function uniformOrderStatistic(random: Random, rank: number, size: number): number {
  const below = gamma(random, rank);
  return below / (below + gamma(random, size + 1 - rank));
}

/** Pareto draw on [1, infinity) with this shape: variance is infinite up to a shape of 2. */
export function pareto(random: Random, shape: number): number {
  return (1 - random()) ** (-1 / shape);
}
