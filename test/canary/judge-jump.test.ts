import { describe, expect, test } from '@jest/globals';
import type { Counts } from '../../src/canary/comparison.ts';
import { judgeComparison } from '../../src/canary/judge-comparison.ts';
import { binomial, streamOf } from '../../src/canary/simulation/random.ts';

const policy = {
  alpha: 0.01,
  warmup: null,
  promote: { ratio: 2, count: 2, gauge: 1.5, latency: 1.5 },
};
const random = streamOf('jump', 1);

function minutes(count: number, total: number, ratioAt: (minute: number) => number): readonly Counts[] {
  return Array.from({ length: count }, (_, minute) => ({ events: binomial(random, total, ratioAt(minute)), total }));
}

describe('a canary of 5,000 requests a minute beside 10,000, 1 % of which fail, as they did all along', () => {
  // 10 lies between the factors that are tried, and 500 errors a minute instead of 50 leave no doubt.
  test.each([
    [10, 0],
    [10, 10],
    [8, 0],
    [3, 10],
  ])('is rolled back within four minutes of failing %d times as often from minute %d on', (factor, begin) => {
    const load = (value: number) => new Array<number>(20).fill(value);
    const { verdict, decidedAt } = judgeComparison({
      id: 'jump',
      policy: { ...policy, plannedPeriods: 20 },
      metrics: [
        {
          name: 'errors',
          kind: 'ratio',
          direction: 'increase',
          main: true,
          shared: false,
          canary: minutes(20, 5000, (minute) => (minute >= begin ? 0.01 * factor : 0.01)),
          baseline: minutes(20, 10_000, () => 0.01),
          history: minutes(40, 15_000, () => 0.01),
          parts: [],
          exposure: { canary: load(1), baseline: load(2) },
          hosts: null,
        },
      ],
    });
    expect(verdict).toBe('rollback');
    expect(decidedAt).toBeGreaterThanOrEqual(begin);
    expect(decidedAt).toBeLessThan(begin + 4);
  });
});

describe('evidence', () => {
  test('is always a number, and promotes nothing where it is none', () => {
    const share = (...parts: readonly number[]) => parts.map((part) => ({ events: 1e6 * part, total: 1e6 }));
    const { evidence } = judgeComparison({
      id: 'extreme',
      policy: { ...policy, plannedPeriods: 2 },
      metrics: [
        {
          name: 'errors',
          kind: 'ratio',
          direction: 'increase',
          main: true,
          shared: false,
          canary: share(1, 0.3),
          baseline: share(0.5, 1),
          history: share(0.5, 1, 0.5, 1, 0.5, 1),
          parts: [],
          exposure: { canary: [1, 1], baseline: [1, 1] },
          hosts: null,
        },
      ],
    });
    for (const { harm, safety } of evidence) expect([Number.isNaN(harm), Number.isNaN(safety)]).toEqual([false, false]);
  });
});

describe('a canary that fails less than its baseline', () => {
  test.each([100, 1000, 5000])('is not rolled back as worse, with %d requests a minute', (requests) => {
    const same = (events: number, total: number, count: number) =>
      Array.from({ length: count }, () => ({ events, total }));
    const load = (value: number) => new Array<number>(60).fill(value);
    const { verdict } = judgeComparison({
      id: 'better',
      policy: { ...policy, plannedPeriods: 60 },
      metrics: [
        {
          name: 'errors',
          kind: 'ratio',
          direction: 'increase',
          main: true,
          shared: false,
          canary: same(0, requests, 60),
          baseline: same(requests / 20, requests * 9, 60),
          history: same(requests / 20, requests * 10, 60),
          parts: [],
          exposure: { canary: load(1), baseline: load(9) },
          hosts: null,
        },
      ],
    });
    expect(verdict).not.toBe('rollback');
  });
});
