import type { PeriodValues } from '../period-values.ts';
import { binomial, poisson, type Random } from '../simulation/random.ts';
import { normalQuantile } from '../statistics/normal-quantile.ts';
import type { MappedMetric } from './mapped-metric.ts';

/** The traffic that canaries are played at. */
export interface PlayedTraffic {
  readonly requestsPerMinute: number;
  /** The canary's part of it, in (0, 1). */
  readonly canaryShare: number;
  /** The part of the baseline's requests that fail. */
  readonly errorRatio: number;
  /** The median response time; null where it is not known: then no limit in seconds can be played. */
  readonly latencySeconds: number | null;
}

/** How a metric behaves while all is well. */
export type PlayedMetric =
  | { readonly name: string; readonly is: 'error-ratio'; readonly scale: 1 | 100 }
  | { readonly name: string; readonly is: 'latency'; readonly percentile: number | 'mean' }
  | { readonly name: string; readonly is: 'level' };

/** Spread of the logarithm of a response time: requests differ by a factor of 1.6 up or down. */
const latencySpread = 0.5;

/** Relative standard deviation, from minute to minute, of what nothing is known of. */
const levelNoise = 0.05;

/** How a mapped metric behaves while all is well. */
export function playedMetric(metric: MappedMetric): PlayedMetric {
  const { name } = metric;
  if (metric.kind === 'own' && metric.measures === 'error-percent') return { name, is: 'error-ratio', scale: 100 };
  if (name === 'error-ratio' || (metric.kind === 'own' && metric.measures === 'error-ratio')) {
    return { name, is: 'error-ratio', scale: 1 };
  }
  if (name === 'latency-mean') return { name, is: 'latency', percentile: 'mean' };
  const percentile = /^latency-p(\d+)(?:-(\d+))?$/.exec(name);
  if (percentile !== null) {
    return { name, is: 'latency', percentile: Number(`${percentile[1]}.${percentile[2] ?? 0}`) };
  }
  return { name, is: 'level' };
}

/**
 * A canary beside its baseline: numbers of requests are Poisson, each fails by itself with the same chance in every
 * minute, response times are log-normal and independent, other levels are normal around 1. Nothing drifts, nothing comes
 * in bursts: what a policy does here is what it does of itself, not what a noisy service makes of it.
 * @param errorFactor how many times as often the canary's requests fail; 1 is healthy
 * @returns for each metric one number a minute; null where a side had no request
 */
export function playCanary(
  metrics: readonly PlayedMetric[],
  traffic: PlayedTraffic,
  { minutes, errorFactor }: { readonly minutes: number; readonly errorFactor: number },
  random: Random,
): readonly PeriodValues[] {
  const side = (share: number, errorRatio: number) => {
    const requests = Array.from({ length: minutes }, () => poisson(random, traffic.requestsPerMinute * share));
    return metrics.map((metric) =>
      requests.map((count) => playedValue(metric, count, { ...traffic, errorRatio }, random)),
    );
  };
  const { canaryShare, errorRatio } = traffic;
  const canary = side(canaryShare, Math.min(1, errorFactor * errorRatio));
  const baseline = side(1 - canaryShare, errorRatio);
  return metrics.map(({ name }, at) => ({ name, canary: canary[at] ?? [], baseline: baseline[at] ?? [] }));
}

function playedValue(metric: PlayedMetric, requests: number, traffic: PlayedTraffic, random: Random): number | null {
  if (requests === 0) return null;
  switch (metric.is) {
    case 'error-ratio':
      return (metric.scale * binomial(random, requests, traffic.errorRatio)) / requests;
    case 'latency': {
      // without a level a median of 1 does: only ratios of it are judged then
      const median = traffic.latencySeconds ?? 1;
      return metric.percentile === 'mean'
        ? median * meanOfLogNormal(requests, random)
        : median * Math.exp(latencySpread * normalPercentile(metric.percentile, requests, random));
    }
    case 'level':
      return 1 + levelNoise * normalDraw(random);
  }
}

/** The mean of n log-normal values is nearly log-normal itself, with the mean and variance that it must have (Fenton 1960). */
function meanOfLogNormal(count: number, random: Random): number {
  const variance = latencySpread ** 2;
  const mean = Math.exp(variance / 2);
  const spread = Math.log1p((Math.exp(variance) - 1) / count);
  return mean * Math.exp(Math.sqrt(spread) * normalDraw(random) - spread / 2);
}

/**
 * A percentile of `count` standard normal values, by the uniform order statistic at its rank: from the largest down, each
 * is the one above times a power of a uniform draw (Devroye 1986, Non-Uniform Random Variate Generation, V.3); far from
 * both ends the beta distribution of its rank is nearly normal.
 */
function normalPercentile(percentile: number, count: number, random: Random): number {
  const rank = Math.min(count, Math.max(1, Math.ceil((percentile / 100) * count)));
  if (Math.min(rank, count - rank + 1) > 60) {
    const middle = rank / (count + 1);
    const spread = Math.sqrt((middle * (1 - middle)) / (count + 2));
    return normalQuantile(Math.min(1 - 1e-9, Math.max(1e-9, middle + spread * normalDraw(random))));
  }
  const fromTop = count - rank + 1 <= rank;
  const steps = fromTop ? count - rank + 1 : rank;
  let uniform = 1;
  for (let left = count; left > count - steps; left -= 1) uniform *= (1 - random()) ** (1 / left);
  return fromTop ? normalQuantile(uniform) : normalQuantile(1 - uniform);
}

function normalDraw(random: Random): number {
  return normalQuantile(1 - random());
}
