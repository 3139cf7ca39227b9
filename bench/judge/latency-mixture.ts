import { normalBelow } from '../../src/canary/statistics/normal.ts';
import { type Random, uniformOrderStatistic } from './random.ts';

interface Part {
  readonly weight: number;
  /** ln of the median, seconds. */
  readonly centre: number;
  readonly deviation: number;
}

/** Response times of an ordinary service: cached answers, answers with queries, and one slow report. */
const parts: readonly Part[] = [
  { weight: 0.82, centre: Math.log(0.12), deviation: 0.45 },
  { weight: 0.15, centre: Math.log(0.45), deviation: 0.5 },
  { weight: 0.03, centre: Math.log(1.8), deviation: 0.7 },
];

/** P(response time > exp(x)). */
export function slowerThan(x: number): number {
  let sum = 0;
  for (const { weight, centre, deviation } of parts) sum += weight * normalBelow((centre - x) / deviation);
  return sum;
}

/** ln of the density of ln(response time). */
export function logDensity(x: number): number {
  let sum = 0;
  for (const { weight, centre, deviation } of parts) {
    sum += (weight / deviation) * Math.exp(-0.5 * ((x - centre) / deviation) ** 2);
  }
  return Math.log(sum / Math.sqrt(2 * Math.PI));
}

const lowest = Math.log(0.005);
const step = 0.004;
const tails = Float64Array.from({ length: 2800 }, (_, at) => slowerThan(lowest + at * step));

/** The x with slowerThan(x) = `tail`, by a table that is interpolated on the tail's own log scale. */
export function quantile(tail: number): number {
  let low = 0;
  let high = tails.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((tails[middle] ?? 0) >= tail) low = middle;
    else high = middle;
  }
  const above = Math.log(tails[low] ?? 1);
  const below = Math.log(tails[high] ?? 0);
  const part = above === below ? 0 : (above - Math.log(tail)) / (above - below);
  return lowest + (low + Math.min(1, Math.max(0, part))) * step;
}

/**
 * ln of the `percentile` (0.95) of the response times of so many requests: drawn as the order statistic it is, so that
 * a hundred thousand requests cost what ten do.
 */
export function drawPercentile(random: Random, requests: number, percentile: number): number {
  const rank = percentileRank(requests, percentile);
  return quantile(1 - uniformOrderStatistic(random, rank, requests));
}

/** Which of so many sorted values is the percentile. */
export function percentileRank(requests: number, percentile: number): number {
  return Math.min(requests, Math.max(1, Math.ceil(percentile * requests)));
}
