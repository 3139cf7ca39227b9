import { describe, expect, test } from '@jest/globals';
import type { Comparison, Counts, RatioSeries } from '../../../src/canary/comparison.ts';
import { type PlannedCanary, playCanary } from '../../../src/canary/power/planned-canary.ts';
import { underpowered } from '../../../src/canary/power/underpowered.ts';
import { streamOf } from '../../../src/canary/simulation/random.ts';

const planned: PlannedCanary = {
  traffic: { source: 'rates', requestsPerMinute: 700, errorRatio: 0.005 },
  share: 0.05,
  minutes: 60,
  alpha: 0.01,
  metrics: 1,
  increase: 2,
};

/** A watch of which only the first periods have been seen. */
function seen(over: Partial<PlannedCanary>, periods: number, change: Partial<RatioSeries> = {}): Comparison {
  const comparison = playCanary({ ...planned, ...over }, 1, streamOf('seen', 7));
  const metrics = comparison.metrics.map((metric) => {
    if (metric.kind !== 'ratio') return metric;
    return {
      ...metric,
      canary: metric.canary.slice(0, periods),
      baseline: metric.baseline.slice(0, periods),
      ...change,
    };
  });
  return { ...comparison, metrics };
}

describe('a watch that has just begun', () => {
  test('says that it will not find what its policy wants, and what it would take', () => {
    const [warning] = underpowered(seen({}, 3));
    expect(warning).toMatchObject({ code: 'underpowered', metric: 'errors', increase: 2 });
    expect(warning?.detectable).toBeGreaterThan(2.4);
    expect(warning?.detectable).toBeLessThan(4);
    expect(warning?.periodsNeeded).toBeGreaterThan(120);
    expect(warning?.shareNeeded).toBeGreaterThan(0.1);
  });

  test('says nothing where it will, or the policy wants no more than it finds', () => {
    const busy = { traffic: { source: 'rates', requestsPerMinute: 20_000, errorRatio: 0.005 } } as const;
    expect(underpowered(seen(busy, 3))).toEqual([]);
    expect(underpowered(seen({ increase: 5 }, 3))).toEqual([]);
  });

  test('says nothing while there is no traffic to judge by', () => {
    expect(underpowered(seen({}, 0))).toEqual([]);
    const empty = [null, { events: 0, total: 0 }];
    expect(underpowered(seen({}, 2, { canary: empty }))).toEqual([]);
    expect(underpowered({ ...seen({}, 2), metrics: [] })).toEqual([]);
  });

  test('needs more where the history is noisier than counting, or there is none', () => {
    const factorOf = (change: Partial<RatioSeries>) => Number(underpowered(seen({}, 3, change))[0]?.detectable);
    const bursty = Array.from({ length: 120 }, (_, at): Counts => ({ events: at % 10 === 0 ? 35 : 0, total: 700 }));
    expect(factorOf({ history: bursty })).toBeGreaterThan(factorOf({}) * 1.5);
    expect(factorOf({ history: [] })).toBeGreaterThan(factorOf({}));
  });

  test('takes no time that a look would notice', () => {
    const comparison = seen({}, 3);
    const begin = performance.now();
    for (let run = 0; run < 20; run += 1) underpowered(comparison);
    expect((performance.now() - begin) / 20).toBeLessThan(50);
  });
});
