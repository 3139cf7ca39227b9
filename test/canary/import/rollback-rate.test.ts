import { describe, expect, test } from '@jest/globals';
import {
  type PlayedMetric,
  type PlayedTraffic,
  playCanary,
  playedMetric,
} from '../../../src/canary/import/played-values.ts';
import { furtherSentences, leftOutSentence, percent, rateSentence } from '../../../src/canary/import/rate-text.ts';
import { type PlayedPolicy, rollbackRate } from '../../../src/canary/import/rollback-rate.ts';
import { mannWhitneySettings } from '../../../src/canary/mann-whitney/settings.ts';
import { poisson, type Random, streamOf } from '../../../src/canary/simulation/random.ts';
import { mean } from '../../../src/canary/statistics/mean-ratio.ts';
import { quantile } from '../../../src/canary/statistics/quantile.ts';
import { thresholdSettings } from '../../../src/canary/thresholds/settings.ts';
import { normal } from '../../support/random.ts';

const traffic: PlayedTraffic = { requestsPerMinute: 200, canaryShare: 0.5, errorRatio: 0.0005, latencySeconds: null };
const errors: PlayedMetric = { name: 'error-ratio', is: 'error-ratio', scale: 1 };
const level: PlayedMetric = { name: 'pool', is: 'level' };

function ranks(name: string, more: object = {}): PlayedPolicy {
  const metrics = [{ metric: name, groups: ['g'], direction: 'increase' }];
  return { judge: 'mann-whitney', settings: mannWhitneySettings.parse({ metrics, ...more }) };
}

function limits(settings: object): PlayedPolicy {
  return { judge: 'thresholds', settings: thresholdSettings.parse(settings) };
}

/** Four standard errors of a part that was measured in so many runs. */
function margin(part: number, runs: number): number {
  return 4 * Math.sqrt((part * (1 - part)) / runs);
}

describe('how often a policy rolls back', () => {
  const options = { runs: 1000, minutes: 10, errorFactor: 1 };

  test('the first error of some is Poisson: the figure is what the formula says', () => {
    const policy = limits({ ranges: [{ metric: 'error-ratio', max: 0 }] });
    const expected = (factor: number) => 1 - Math.exp(-100 * 0.0005 * factor * 10);
    for (const errorFactor of [1, 2]) {
      const rate = rollbackRate(policy, [errors], traffic, { ...options, errorFactor });
      expect(Math.abs((rate?.rolledBack ?? 0) - expected(errorFactor))).toBeLessThan(
        margin(expected(errorFactor), 1000),
      );
    }
  });

  test('Argo: more than one failure in ten is binomial', () => {
    const policy = limits({
      conditions: [{ metric: 'error-ratio', every: 1, failureLimit: 1, successCondition: 'result[0] <= 0' }],
    });
    const one = 1 - Math.exp(-0.05);
    const expected = 1 - (1 - one) ** 10 - 10 * one * (1 - one) ** 9;
    const rate = rollbackRate(policy, [errors], traffic, options);
    expect(Math.abs((rate?.rolledBack ?? 0) - expected)).toBeLessThan(margin(expected, 1000));
  });

  test('from the first point on ranks call half of all healthy canaries worse; once at the end they keep their level', () => {
    const first = rollbackRate(ranks('pool', { minimumPoints: 1 }), [level], traffic, {
      ...options,
      runs: 300,
      minutes: 12,
    });
    expect(first?.rolledBack).toBeGreaterThan(0.5 - margin(0.5, 300));
    expect(first?.rolledBackAtEnd).toBeLessThan(0.01 + margin(0.01, 300));
    const five = rollbackRate(ranks('pool'), [level], traffic, { ...options, runs: 300, minutes: 12 });
    expect(five?.rolledBack).toBeLessThan(0.1);
    expect(five?.rolledBack).toBeGreaterThanOrEqual(five?.rolledBackAtEnd ?? 1);
  });

  test('the same arguments give the same figure', () => {
    const rate = () => rollbackRate(ranks('error-ratio'), [errors], traffic, { ...options, runs: 30 });
    expect(rate()).toEqual(rate());
  });

  test('limits on a level that nobody told are left out, and named', () => {
    const latency: PlayedMetric = { name: 'latency-p99', is: 'latency', percentile: 99 };
    const policy = limits({
      ranges: [
        { metric: 'error-ratio', max: 0.5 },
        { metric: 'latency-p99', max: 0.001 },
        { metric: 'pool', max: 0.1 },
      ],
    });
    const rate = rollbackRate(policy, [errors, latency, level], traffic, options);
    expect(rate).toMatchObject({ rolledBack: 0, leftOut: ['latency-p99', 'pool'] });
    const known = { ...traffic, latencySeconds: 0.2 };
    expect(rollbackRate(policy, [errors, latency, level], known, options)).toMatchObject({
      rolledBack: 1,
      leftOut: ['pool'],
    });
    expect(rollbackRate(limits({ ranges: [{ metric: 'pool', max: 1 }] }), [level], traffic, options)).toBeNull();
  });
});

describe('a played canary', () => {
  test.each([
    [35, 99],
    [35, 50],
    [400, 95],
    [400, 10],
    [3, 99],
  ])('has the percentile that %i real requests have (p%i)', (requests, percentile) => {
    const metric: PlayedMetric = { name: 'latency', is: 'latency', percentile };
    const minutes = 1500;
    const load = { ...traffic, requestsPerMinute: 2 * requests, latencySeconds: 0.2 };
    const [played] = playCanary([metric], load, { minutes, errorFactor: 1 }, streamOf('played', 1));
    const random = streamOf('brute force', 1);
    const brute = Array.from({ length: minutes }, () => bruteForce(poisson(random, requests), percentile, random));
    const logs = (values: readonly (number | null)[]) =>
      values.flatMap((value) => (value === null ? [] : [Math.log(value / 0.2)]));
    const [one, other] = [logs(played?.canary ?? []), logs(brute)];
    for (const probability of [0.1, 0.5, 0.9]) {
      expect(Math.abs((quantile(one, probability) ?? 9) - (quantile(other, probability) ?? 0))).toBeLessThan(0.05);
    }
    expect(one.length).toBeGreaterThan(0.9 * minutes);
  });

  test('has the mean and the errors that it should, and no number without requests', () => {
    const metrics: readonly PlayedMetric[] = [
      { name: 'mean', is: 'latency', percentile: 'mean' },
      { ...errors, scale: 100 },
    ];
    const load = { ...traffic, errorRatio: 0.01, latencySeconds: 1 };
    const [latency, ratio] = playCanary(metrics, load, { minutes: 3000, errorFactor: 3 }, streamOf('played', 2));
    const known = (values: readonly (number | null)[] = []) => values.flatMap((value) => value ?? []);
    expect(mean(known(latency?.baseline))).toBeCloseTo(Math.exp(0.125), 2);
    expect(mean(known(ratio?.canary))).toBeCloseTo(3, 1);
    expect(mean(known(ratio?.baseline))).toBeCloseTo(1, 1);
    const idle = playCanary(
      metrics,
      { ...load, requestsPerMinute: 1, canaryShare: 0.0001 },
      { minutes: 50, errorFactor: 1 },
      streamOf('played', 3),
    );
    expect(idle[1]?.canary.filter((value) => value === null).length).toBeGreaterThan(45);
  });

  test.each<[string, PlayedMetric]>([
    ['latency-p99', { name: 'latency-p99', is: 'latency', percentile: 99 }],
    ['latency-p99-9', { name: 'latency-p99-9', is: 'latency', percentile: 99.9 }],
    ['latency-mean', { name: 'latency-mean', is: 'latency', percentile: 'mean' }],
    ['error-ratio', errors],
    ['cpu', { name: 'cpu', is: 'level' }],
  ])('%s behaves like one', (name, expected) => {
    expect(playedMetric({ kind: 'built-in', entry: name, name, as: 'value' })).toEqual(expected);
  });
});

function bruteForce(count: number, percentile: number, random: Random): number | null {
  if (count === 0) return null;
  const times = Array.from({ length: count }, () => 0.2 * Math.exp(0.5 * normal(random))).sort((a, b) => a - b);
  return times[Math.min(count, Math.max(1, Math.ceil((percentile / 100) * count))) - 1] ?? null;
}

describe('in words', () => {
  const rate = {
    runs: 2000,
    minutes: 60,
    every: 1,
    rolledBack: 0.1234,
    inconclusive: 0,
    rolledBackAtEnd: 0,
    leftOut: [],
  };
  const incident = { requestsPerMinute: 700, canaryShare: 0.05, errorRatio: 0.005, latencySeconds: null };

  test('the sentence', () => {
    expect(rateSentence(rate, incident, 0.01)).toBe(
      'Looked at each minute at your traffic (700 requests/min, 5 % canary, 0.5 % errors), this policy rolls back 12 % of healthy releases in an hour (2,000 runs); ours: at most 1 %.',
    );
    const other = rateSentence(
      { ...rate, every: 5, minutes: 30, inconclusive: 0.5 },
      { ...incident, latencySeconds: 0.2 },
      0.005,
    );
    expect(other).toBe(
      'Looked at each 5 minutes at your traffic (700 requests/min, 5 % canary, 0.5 % errors, median response 200 ms), this policy rolls back 12 % of healthy releases in 30 minutes, and ends inconclusive for 50 % (2,000 runs); ours: at most 0.5 %.',
    );
    expect(furtherSentences({ doubled: 0.021, fromFirstPoint: 0.52, furtherRuns: 500 })).toEqual([
      'Of releases whose errors double it rolls back 2.1 % in that time (500 runs).',
      'From the first point on, as Kayenta judges (minimumPoints: 1), it rolls back 52 % of healthy ones (500 runs).',
    ]);
    expect(furtherSentences({ doubled: null, fromFirstPoint: null, furtherRuns: 500 })).toEqual([]);
    expect(leftOutSentence([])).toBeNull();
    expect(leftOutSentence(['latency-p99'])).toContain('give --latency 200ms');
    expect([0, 0.0004, 0.0123, 0.996, 1].map(percent)).toEqual(['0 %', '0.04 %', '1.2 %', '99.6 %', '100 %']);
  });
});
