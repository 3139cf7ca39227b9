import { logChoose, logFactorial } from '../../src/canary/statistics/log-factorial.ts';
import { logGamma } from './log-gamma.ts';
import { binomial, gamma, negativeBinomial, poisson, type Random } from './random.ts';

/** How events fall on requests when the rate is given. */
export interface Counting {
  draw(random: Random, requests: number, probability: number): number;
  /** ln P(events | requests, probability). */
  logMass(events: number, requests: number, probability: number): number;
}

/** Each request fails independently of the others. */
export const independent: Counting = {
  draw: binomial,
  logMass: (events, requests, probability) =>
    logChoose(requests, events) + events * Math.log(probability) + (requests - events) * Math.log1p(-probability),
};

/** Negative binomial with variance = mean (1 + excess), cut at the number of requests. */
export function linearExcess(excess: number): Counting {
  return {
    draw: (random, requests, probability) =>
      Math.min(requests, negativeBinomial(random, requests * probability, excess)),
    logMass: (events, requests, probability) => logNegativeBinomial(events, requests * probability, excess),
  };
}

/** Errors come in client bursts of `size` requests: compound Poisson, cut at the number of requests. */
export function fixedClusters(size: number): Counting {
  return {
    draw: (random, requests, probability) =>
      Math.min(requests, size * poisson(random, (requests * probability) / size)),
    // Events that are no multiple were cut at the number of requests: the next multiple stands in.
    logMass: (events, requests, probability) => logPoisson(Math.ceil(events / size), (requests * probability) / size),
  };
}

/** Errors come in bursts of a geometric number of requests with this mean (Pólya and Aeppli). */
export function geometricClusters(meanSize: number): Counting {
  return {
    draw: (random, requests, probability) => {
      const clusters = poisson(random, (requests * probability) / meanSize);
      const more = clusters === 0 ? 0 : poisson(random, gamma(random, clusters) * (meanSize - 1));
      return Math.min(requests, clusters + more);
    },
    logMass: (events, requests, probability) => logPolyaAeppli(events, requests * probability, meanSize),
  };
}

function logPoisson(count: number, mean: number): number {
  return count * Math.log(mean) - mean - logFactorial(count);
}

function logNegativeBinomial(count: number, mean: number, excess: number): number {
  const shape = mean / excess;
  const choices = logGamma(shape + count) - logGamma(shape) - logFactorial(count);
  return choices - shape * Math.log1p(excess) + count * Math.log(excess / (1 + excess));
}

/** Beyond this many events the recursion costs more than the difference to a negative binomial is worth. */
const mostByRecursion = 2000;

/**
 * Pólya and Aeppli's distribution by its recursion, k P(k) = (2 r (k-1) + l (1-r)) P(k-1) - r² (k-2) P(k-2), with l
 * the clusters' mean number and r = 1 - 1/size (N. L. Johnson, A. W. Kemp, S. Kotz 2005, Univariate Discrete
 * Distributions, section 9.7). Many events: a negative binomial of the same mean and variance.
 */
function logPolyaAeppli(count: number, mean: number, size: number): number {
  if (count > mostByRecursion) return logNegativeBinomial(count, mean, 2 * (size - 1));
  const clusters = mean / size;
  const r = 1 - 1 / size;
  let logScale = -clusters;
  let before = 0;
  let now = 1;
  for (let k = 1; k <= count; k += 1) {
    const next = ((2 * r * (k - 1) + clusters * (1 - r)) * now - r * r * (k - 2) * before) / k;
    before = now;
    now = next;
    if (now > 1e200 || (now < 1e-200 && now > 0)) {
      logScale += Math.log(now);
      before /= now;
      now = 1;
    }
  }
  return logScale + Math.log(now);
}
