import { logRising } from '../statistics/log-rising.ts';

/** What one period's count says, given a belief about its log rate. */
export interface CountReading {
  /** ln of the count's probability, but for a term that is the same whatever the belief. */
  logLikelihood: number;
  /** How far the log rate moves. */
  shift: number;
  /** The part of the log rate's variance that the count takes away. */
  learned: number;
}

/** How counts come about, given a belief about their log rate. */
export interface CountLaw {
  /** Reads a count in the light of the belief's mean and variance, and of how events cluster. */
  readonly read: (
    out: CountReading,
    mean: number,
    variance: number,
    clusters: number,
    events: number,
    total: number,
  ) => void;
  /** ln of how much likelier the count is at the rate times e^logFactor, the rate taken as certain and without noise. */
  readonly roughRatio: (mean: number, logFactor: number, events: number, total: number) => number;
}

/** Beyond this a belief is as good as none, and exp() of it no number to work with. */
const mostVariance = 4;

/** Below this a belief is certain: the beta distribution of it would be too narrow for doubles. */
const leastVariance = 1e-7;

/** A ratio nearer to 0 or 1 than one in a thousand million is no use to anybody, and would make its counts impossible. */
const mostLogOdds = 20;

/** exp(variance) - 1: the odds' relative variance. Math.expm1 costs three times as much as what is here. */
function spreadOf(variance: number): number {
  const v = Math.min(mostVariance, Math.max(leastVariance, variance));
  return v < 0.01 ? v * (1 + (v / 2) * (1 + (v / 3) * (1 + v / 4))) : Math.exp(v) - 1;
}

/**
 * Events out of `total`, by the dynamic generalized linear model of the binomial with log odds (West, Harrison, Migon
 * 1985, section 3): the belief about the log odds becomes the beta distribution with the same mean, and the same
 * relative variance of the odds; the prediction is beta-binomial, its correlation raised by what clusters add.
 * `mean` is the log odds of the expected ratio.
 */
function readRatio(
  out: CountReading,
  mean: number,
  variance: number,
  clusters: number,
  events: number,
  total: number,
): void {
  const spread = spreadOf(variance);
  const odds = Math.exp(Math.min(mostLogOdds, Math.max(-mostLogOdds, mean)));
  const rest = 1 / (1 + odds);
  const ratio = odds * rest;
  const a = 1 / (rest * spread);
  const b = 1 / (ratio * spread);
  const size = a + b;
  const clustered = clusters === 0 ? size : 1 / (1 / size + clusters / total);
  const predictA = clustered * ratio;
  const predictB = clustered * rest;
  out.logLikelihood =
    logRising(predictA, events) + logRising(predictB, total - events) - logRising(predictA + predictB, total);
  const effective = 1 / (1 + clusters);
  const seen = effective * total;
  out.shift = Math.log((a + effective * events) / (b + effective * (total - events))) - Math.log(a / b);
  out.learned = seen / (size + seen);
}

/**
 * Events at a load of `total` (any unit): the same with a gamma belief about the rate, and a negative binomial
 * prediction. `mean` is the log of the expected events per unit of load.
 */
function readCount(
  out: CountReading,
  mean: number,
  variance: number,
  clusters: number,
  events: number,
  total: number,
): void {
  const spread = spreadOf(variance);
  const expected = Math.max(1e-9, total * Math.exp(mean));
  const a = 1 / spread;
  const shape = clusters === 0 ? a : 1 / (spread + clusters / expected);
  out.logLikelihood =
    logRising(shape, events) - shape * Math.log1p(expected / shape) + events * Math.log(expected / (shape + expected));
  const effective = 1 / (1 + clusters);
  const seen = effective * expected;
  out.shift = Math.log((a + effective * events) / (a + seen));
  out.learned = seen / (a + seen);
}

export const ratioLaw: CountLaw = {
  read: readRatio,
  roughRatio: (mean, logFactor, events, total) =>
    events * logFactor - total * Math.log1p(Math.expm1(logFactor) / (1 + Math.exp(-mean))),
};

export const countLaw: CountLaw = {
  read: readCount,
  roughRatio: (mean, logFactor, events, total) => events * logFactor - total * Math.exp(mean) * Math.expm1(logFactor),
};
