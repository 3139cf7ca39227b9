import type { Counts, MetricSeries } from '../../src/canary/comparison.ts';
import type { Counting } from './counting.ts';
import { drawPercentile, logDensity, percentileRank, quantile, slowerThan } from './latency-mixture.ts';
import { normal, type Random } from './random.ts';

/** A value of one side in one minute. */
export type Value = Counts | number;

/**
 * A kind of metric: how a minute's value comes about, and how likely it was. `logRate` is what the noise does to the
 * side's rate or level in this minute, `effect` the factor of the regression (1: healthy).
 */
export interface Channel {
  readonly kind: MetricSeries['kind'];
  /** Values of parallel slices add up to the whole's. */
  readonly additive: boolean;
  /** Null: no requests, no value. */
  draw(random: Random, requests: number, logRate: number, effect: number): Value | null;
  /** ln of the likelihood of a value, up to a term that neither `logRate` nor `effect` changes. */
  logLikelihood(value: Value, requests: number, logRate: number, effect: number): number;
}

/** Noise that multiplies error rates by two moves latency and CPU by this power of it only. */
const levelLoading = 0.3;
const mostProbable = 0.98;

function countsOf(value: Value): Counts {
  if (typeof value === 'number') throw new TypeError(`a ratio's value is {events, total}, not ${value}`);
  return value;
}

function numberOf(value: Value): number {
  if (typeof value !== 'number') throw new TypeError('a level is one number, not {events, total}');
  return value;
}

function ratioOf(probabilityAt: (logRate: number, effect: number) => number, counting: Counting): Channel {
  const probability = (logRate: number, effect: number) =>
    Math.min(mostProbable, Math.max(1e-12, probabilityAt(logRate, effect)));
  return {
    kind: 'ratio',
    additive: true,
    draw: (random, requests, logRate, effect) => ({
      events: counting.draw(random, requests, probability(logRate, effect)),
      total: requests,
    }),
    logLikelihood: (value, requests, logRate, effect) =>
      requests === 0 ? 0 : counting.logMass(countsOf(value).events, requests, probability(logRate, effect)),
  };
}

/** Failed requests out of all. */
export function errorRatio(ratio: number, counting: Counting): Channel {
  return ratioOf((logRate, effect) => ratio * Math.exp(logRate) * effect, counting);
}

/** Requests slower than the limit that `slowPart` of them pass when all is well; noise and effect move latency. */
export function slowRatio(slowPart: number, counting: Counting): Channel {
  const limit = quantile(slowPart);
  return ratioOf((logRate, effect) => slowerThan(limit - levelLoading * logRate - Math.log(effect)), counting);
}

/** A percentile of response times in seconds, from the minute's requests. */
export function latencyPercentile(percentile: number): Channel {
  return {
    kind: 'latency',
    additive: false,
    draw: (random, requests, logRate, effect) =>
      requests === 0 ? null : Math.exp(drawPercentile(random, requests, percentile) + levelLoading * logRate) * effect,
    logLikelihood: (value, requests, logRate, effect) => {
      const x = Math.log(numberOf(value)) - levelLoading * logRate - Math.log(effect);
      const tail = Math.max(slowerThan(x), 1e-300);
      const rank = percentileRank(requests, percentile);
      return (rank - 1) * Math.log(Math.max(1 - tail, 1e-300)) + (requests - rank) * Math.log(tail) + logDensity(x);
    },
  };
}

/** CPU percent of a side: a level with 5 % noise a minute, cut at 100. */
export function cpu(level: number): Channel {
  const deviation = 0.05;
  return {
    kind: 'gauge',
    additive: false,
    draw: (random, _requests, logRate, effect) =>
      Math.min(100, level * effect * Math.exp(levelLoading * logRate + deviation * normal(random))),
    // A value cut at 100 is taken as if it were measured: that the oracle knows less there costs it, not us.
    logLikelihood: (value, _requests, logRate, effect) =>
      -0.5 * ((Math.log(numberOf(value) / (level * effect)) - levelLoading * logRate) / deviation) ** 2,
  };
}

/** Events without a known total (failed jobs, log lines): they grow with the load that the side carries. */
export function eventCount(perRequest: number, counting: Counting): Channel {
  const of = errorRatio(perRequest, counting);
  return {
    kind: 'count',
    additive: true,
    draw: (random, requests, logRate, effect) => countsOf(of.draw(random, requests, logRate, effect) ?? 0).events,
    logLikelihood: (value, requests, logRate, effect) =>
      of.logLikelihood({ events: numberOf(value), total: requests }, requests, logRate, effect),
  };
}
