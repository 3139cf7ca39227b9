import { describe, expect, test } from '@jest/globals';
import { judgeComparison } from '../../src/canary/judge-comparison.ts';
import { readComparison } from '../../src/canary/read-comparison.ts';

const periods = 20;
const counts = (events: number, total: number, length = periods) => Array.from({ length }, () => ({ events, total }));
const level = (value: number, length = periods) => Array.from({ length }, () => value);

function judged(metrics: readonly object[], policy: object = {}) {
  const read = readComparison({ id: 'a', policy, metrics });
  if (read.status === 'refused') throw new Error(JSON.stringify(read.problems));
  const { verdict, metric, reasons, decidedAt } = judgeComparison(read.comparison);
  return { verdict, metric, decidedAt, codes: reasons.map(({ code }) => code), texts: reasons.map(({ text }) => text) };
}

const errors = {
  name: 'errors',
  kind: 'ratio',
  direction: 'increase',
  baseline: counts(5, 900),
  history: counts(5, 1000, 60),
};
const pool = {
  name: 'pool',
  kind: 'gauge',
  direction: 'increase',
  shared: true,
  canary: level(50),
  baseline: level(50),
};

describe('the reasons of a verdict', () => {
  test('tell the counts of the periods up to the one that decided, and no later ones', () => {
    const { verdict, decidedAt, texts } = judged([{ ...errors, canary: counts(45, 100) }]);
    expect([verdict, decidedAt]).toEqual(['rollback', 0]);
    expect(texts[0]).toMatch(
      /^errors: canary 45 of 100 \(45\.0 %\) against the baseline's 5 of 900 \(0\.556 %\) in the whole watch; /,
    );
  });

  test('tell the newest periods of a harm that has just begun', () => {
    const canary = [...counts(0, 100, 17), ...counts(60, 100, 3)];
    expect(judged([{ ...errors, canary }]).texts[0]).toMatch(/^errors: canary 60 of 300 .* in the last 3 periods; /);
  });

  test('tell the whole watch of a ratio that fell from the start', () => {
    const falling = { ...errors, direction: 'decrease', baseline: counts(890, 900), history: counts(990, 1000, 60) };
    const { verdict, texts } = judged([{ ...falling, canary: counts(50, 100) }]);
    expect([verdict, texts[0]]).toEqual(['rollback', expect.stringContaining('(98.9 %) in the whole watch; ')]);
  });

  test('tell events beside what the load lets expect', () => {
    const load = { exposure: { canary: 5, baseline: 95 } };
    const crashes = { name: 'crashes', kind: 'count', direction: 'increase', ...load };
    const { verdict, texts } = judged([{ ...crashes, canary: level(80), baseline: level(95), history: level(95) }]);
    expect(verdict).toBe('rollback');
    expect(texts[0]).toMatch(/^crashes: canary 80 against 5 that the baseline's rate gives at the canary's load; /);
  });

  test('tell the effect of a ratio in points, too, and what a promotion excludes', () => {
    const { verdict, texts } = judged([{ ...errors, canary: counts(3, 900, 120), baseline: counts(5, 900, 120) }]);
    expect(verdict).toBe('promote');
    expect(texts[0]).toMatch(/ times the baseline \(-0\.\d+ to [+-]0\.\d+ points\); asked once, at the end, /);
    expect(texts[0]).toContain('a regression to 2 times the baseline is excluded');
  });

  test('tell which part of what must not fall is not excluded', () => {
    const success = { ...errors, direction: 'decrease', canary: counts(0, 20) };
    const { verdict, texts } = judged([success], { promote: 4 });
    expect(verdict).toBe('inconclusive');
    expect(texts[0]).toContain('a regression to 0.25 times the baseline is not excluded; ');
  });

  test.each([
    ['warming-up', { canary: counts(0, 100) }, 'run the canary for longer, or make the warm-up shorter'],
    [
      'canary-missing',
      { canary: Array(periods).fill(null) },
      'see that the canary has traffic, and reports this metric',
    ],
    ['no-traffic', { canary: counts(0, 0) }, 'see that both sides have traffic'],
  ])('name what mends %s', (state, sides, wayOut) => {
    const { verdict, texts } = judged([{ ...errors, ...sides }], state === 'warming-up' ? { warmup: periods } : {});
    expect([verdict, texts]).toEqual([
      'inconclusive',
      [`errors: not one period could be judged (${state}); ${wayOut}`],
    ]);
  });
});

describe('a level that was beyond the size in all of the newest periods', () => {
  const depth = { name: 'depth', kind: 'gauge', direction: 'increase', baseline: level(2) };
  const late = (value: number, length: number) => [...level(2, periods - length), ...level(value, length)];

  test.each([
    ['a queue that grows beyond all measure', { canary: late(200_000, 8) }, 'lately-worse'],
    ['a queue that was empty', { canary: [...level(0, 12), ...level(200_000, 8)], baseline: level(0) }, 'lately-worse'],
    ['in two periods only', { canary: late(200_000, 2) }, 'no-harm'],
    ['the better way', { canary: late(0.001, 8) }, 'no-harm'],
  ])('earns no promotion: %s', (_, sides, code) => {
    const { verdict, codes } = judged([{ ...depth, ...sides }]);
    expect([verdict, codes]).toEqual([code === 'no-harm' ? 'promote' : 'inconclusive', [code]]);
  });
});

describe('what both versions share', () => {
  test('earns no promotion by itself', () => {
    expect(judged([pool])).toMatchObject({ verdict: 'inconclusive', metric: 'pool', codes: ['nothing-compared'] });
  });

  test('holds no promotion up that another metric has earned', () => {
    const healthy = { ...errors, canary: counts(4, 900, 120), baseline: counts(5, 900, 120) };
    const beside = { ...pool, canary: level(50, 120), baseline: level(50, 120) };
    const { verdict, texts } = judged([healthy, beside]);
    expect(verdict).toBe('promote');
    expect(texts[1]).toBe('pool: both versions share it, so it is no reason to roll back; nothing unlike its own past');
  });
});
