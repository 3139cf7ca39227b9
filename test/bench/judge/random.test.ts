import { describe, expect, test } from '@jest/globals';
import { fixedClusters, geometricClusters, independent, linearExcess } from '../../../bench/judge/counting.ts';
import { drawPercentile, quantile, slowerThan } from '../../../bench/judge/latency-mixture.ts';
import { logGamma } from '../../../bench/judge/log-gamma.ts';
import {
  binomial,
  gamma,
  negativeBinomial,
  pareto,
  poisson,
  type Random,
  streamOf,
  uniformOrderStatistic,
} from '../../../bench/judge/random.ts';

const draws = 20_000;

function moments(name: string, draw: (random: Random) => number) {
  const random = streamOf(name, 0);
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < draws; at += 1) {
    const x = draw(random);
    sum += x;
    squares += x * x;
  }
  const mean = sum / draws;
  return { mean, variance: squares / draws - mean * mean };
}

describe('samplers have the mean and the variance of their distribution', () => {
  const cases: readonly (readonly [string, (random: Random) => number, number, number])[] = [
    ['poisson 0.2', (random) => poisson(random, 0.2), 0.2, 0.2],
    ['poisson 9.9', (random) => poisson(random, 9.9), 9.9, 9.9],
    ['poisson 10.1', (random) => poisson(random, 10.1), 10.1, 10.1],
    ['poisson 3000', (random) => poisson(random, 3000), 3000, 3000],
    ['binomial 35 of 0.005', (random) => binomial(random, 35, 0.005), 0.175, 0.175 * 0.995],
    ['binomial 40 of 0.9', (random) => binomial(random, 40, 0.9), 36, 3.6],
    ['binomial 100 of 0.3', (random) => binomial(random, 100, 0.3), 30, 21],
    ['binomial 100,000 of 0.05', (random) => binomial(random, 100_000, 0.05), 5000, 4750],
    ['gamma 0.3', (random) => gamma(random, 0.3), 0.3, 0.3],
    ['gamma 7', (random) => gamma(random, 7), 7, 7],
    ['negative binomial', (random) => negativeBinomial(random, 12, 2), 12, 36],
    ['order statistic', (random) => uniformOrderStatistic(random, 19, 20), 19 / 21, (19 * 2) / (21 ** 2 * 22)],
    ['pareto 5', (random) => pareto(random, 5), 1.25, 5 / (16 * 3)],
    ['clusters of six', (random) => fixedClusters(6).draw(random, 10_000, 0.01), 100, 600],
    ['geometric clusters of four', (random) => geometricClusters(4).draw(random, 10_000, 0.01), 100, 700],
  ];
  test.each(cases)('%s', (name, draw, mean, variance) => {
    const seen = moments(name, draw);
    // Five standard errors: of the mean exactly, of the variance for tails a little heavier than a normal's.
    expect(Math.abs(seen.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / draws));
    expect(Math.abs(seen.variance / variance - 1)).toBeLessThan(0.12);
  });

  test('a stream is the same for the same name and run, and another for another', () => {
    const some = (name: string, run: number) => {
      const random = streamOf(name, run);
      return [random(), random(), random()];
    };
    expect(some('a cell', 3)).toEqual(some('a cell', 3));
    expect(some('a cell', 3)).not.toEqual(some('a cell', 4));
    expect(some('a cell', 3)).not.toEqual(some('another', 3));
  });
});

describe('the masses that the oracle reckons with are those of the draws', () => {
  const cases = [
    ['independent', independent, 60, 0.1],
    ['linear excess', linearExcess(2), 2000, 0.004],
    ['clusters of six', fixedClusters(6), 2000, 0.006],
    ['geometric clusters', geometricClusters(4), 2000, 0.004],
  ] as const;
  test.each(cases)('%s', (name, counting, requests, probability) => {
    const random = streamOf(name, 1);
    const seen = new Map<number, number>();
    for (let at = 0; at < draws; at += 1) {
      const events = counting.draw(random, requests, probability);
      seen.set(events, (seen.get(events) ?? 0) + 1);
    }
    for (const [events, times] of seen) {
      const expected = draws * Math.exp(counting.logMass(events, requests, probability));
      expect(Math.abs(times - expected)).toBeLessThan(5 * Math.sqrt(expected) + 3);
    }
  });
});

describe('special functions', () => {
  test('ln gamma agrees with factorials and with gamma(1/2) = sqrt(pi)', () => {
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 11);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 11);
  });

  test('quantiles of response times are where their tail says', () => {
    for (const tail of [0.999, 0.5, 0.1, 0.01, 1e-5]) expect(slowerThan(quantile(tail)) / tail).toBeCloseTo(1, 4);
  });

  test('a percentile of ever more requests comes to the true one', () => {
    const seen = moments('percentile', (random) => drawPercentile(random, 100_000, 0.95));
    expect(seen.mean).toBeCloseTo(quantile(0.05), 2);
  });
});
