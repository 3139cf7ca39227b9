import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judgeMannWhitney, lookMannWhitney } from '../../../src/canary/mann-whitney/judge.ts';
import { mannWhitneySettings } from '../../../src/canary/mann-whitney/settings.ts';
import type { PeriodValues } from '../../../src/canary/period-values.ts';

type Values = readonly (number | null)[];

function settings(metrics: readonly object[], more: object = {}) {
  const full = metrics.map((metric) => ({ groups: ['all'], ...metric }));
  return mannWhitneySettings.parse({ groupWeights: { all: 100 }, ...more, metrics: full });
}

function series(name: string, canary: Values, baseline: Values): PeriodValues {
  return { name, canary, baseline };
}

/** Ten different values around a level. */
function around(level: number, step = level / 1000): Values {
  return Array.from({ length: 10 }, (_, index) => level + ((index * 7) % 10) * step);
}

const none = Array.from({ length: 10 }, () => null);

function textOf(reasons: readonly { readonly code: string; readonly text: string }[], code: string): string {
  return reasons.find((reason) => reason.code === code)?.text ?? '';
}

describe('a metric is classed', () => {
  const up = settings([{ metric: 'm', direction: 'increase' }]);
  test.each<[string, object, Values, Values, string]>([
    ['High when it is clearly higher', {}, around(20), around(10), 'High'],
    ['Pass when the same happens downwards', {}, around(10), around(20), 'Pass'],
    ['Low in direction decrease', { direction: 'decrease' }, around(10), around(20), 'Low'],
    ['High or Low in either', { direction: 'either' }, around(10), around(20), 'Low'],
    ['Pass when the values are the same in another order', {}, around(10), around(10).toReversed(), 'Pass'],
    ['Pass when all values are one', {}, [1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1], 'Pass'],
    ['High when each side is constant, and the canary is higher', {}, [2, 2, 2, 2, 2], [1, 1, 1, 1, 1], 'High'],
    ['Pass below allowedIncrease', { effectSize: { allowedIncrease: 2.5 } }, around(20), around(10), 'Pass'],
    ['High at allowedIncrease', { effectSize: { allowedIncrease: 1.9 } }, around(20), around(10), 'High'],
    [
      'High by the chance to be higher',
      { effectSize: { measure: 'cles', allowedIncrease: 0.9 } },
      around(20),
      around(10),
      'High',
    ],
    [
      'High although the ratio of means cannot be computed',
      { effectSize: { allowedIncrease: 9 } },
      around(1),
      around(0, 0),
      'High',
    ],
    ['Nodata without values', {}, none, none, 'Nodata'],
    ['NodataFailMetric where it must have some', { mustHaveData: true }, none, around(1), 'NodataFailMetric'],
    [
      'in the unit that the policy reads',
      { as: 'complement', direction: 'decrease' },
      around(0.02),
      around(0.01),
      'Low',
    ],
  ])('%s', (_name, over, canary, baseline, expected) => {
    const [first] = up.metrics;
    const own = settings([{ metric: first?.metric, direction: first?.direction, ...over }]);
    const { metrics } = judgeMannWhitney(own, [series('m', canary, baseline)], true);
    expect(metrics.map(({ classification }) => classification)).toEqual([expected]);
  });

  test('with a shift below a quarter of its own uncertainty it passes', () => {
    const canary = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10.5];
    const baseline = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5];
    const { metrics } = judgeMannWhitney(up, [series('m', canary, baseline)], true);
    expect(metrics[0]?.classification).toBe('Pass');
    expect(metrics[0]?.compared?.shift.lower).toBeLessThan(0);
  });
});

test('the class alone is the class with all its numbers, on values of every kind', () => {
  const one = fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.integer({ min: -3, max: 3 }), fc.constant(null));
  const list = fc.array(one, { minLength: 5, maxLength: 25 });
  const direction = fc.constantFrom('increase', 'decrease', 'either');
  const interval = fc.constantFrom('normal', 'exact');
  const shift = fc.constantFrom(0, 1, 4);
  const same = (canary: Values, baseline: Values, way: string, method: string, by: number) => {
    const own = settings([{ metric: 'm', direction: way }], { interval: method });
    const moved = canary.map((value) => (value === null ? null : value + by));
    const look = (detail: 'full' | 'class') => lookMannWhitney(own, [series('m', moved, baseline)], true, detail);
    expect(look('class').metrics[0]?.classification).toBe(look('full').metrics[0]?.classification);
    expect(look('class').decision).toBe(look('full').decision);
  };
  fc.assert(fc.property(list, list, direction, interval, shift, same), { numRuns: 500, seed: 7 });
});

describe('the score', () => {
  const metrics = [
    { metric: 'a', groups: ['errors'], direction: 'increase' },
    { metric: 'b', groups: ['latency'], direction: 'increase' },
    { metric: 'c', groups: ['latency'], direction: 'increase' },
  ];
  const worse = (name: string) => series(name, around(20), around(10));
  const same = (name: string) => series(name, around(10), around(10).toReversed());

  test.each([
    ['all pass', [same('a'), same('b'), same('c')], 100, 'promote'],
    ['half of a group of 40 fails: marginal', [same('a'), worse('b'), same('c')], 80, 'inconclusive'],
    ['a group of 60 fails', [worse('a'), same('b'), same('c')], 40, 'rollback'],
    ['a group without data gives its weight', [same('a'), series('b', none, none), same('c')], 100, 'promote'],
  ])('%s', (_name, values, score, decision) => {
    const weighted = settings(metrics, { groupWeights: { errors: 60 } });
    const verdict = judgeMannWhitney(weighted, values, true);
    expect(verdict.score?.score).toBe(score);
    expect(verdict.decision).toBe(decision);
  });

  test('groups without a weight share what is left', () => {
    const { score } = judgeMannWhitney(
      settings(metrics, { groupWeights: {} }),
      [same('a'), same('b'), same('c')],
      true,
    );
    expect(score?.groups.map(({ group, weight }) => [group, weight])).toEqual([
      ['errors', 50],
      ['latency', 50],
    ]);
  });

  test('a critical metric that fails makes it 0, a muted one has no part', () => {
    const critical = settings([
      { metric: 'a', critical: true, effectSize: { criticalIncrease: 1.5 } },
      { metric: 'b' },
      { metric: 'c' },
    ]);
    const values = [worse('a'), same('b'), same('c')];
    const failed = judgeMannWhitney(critical, values, false);
    expect(failed).toMatchObject({ decision: 'rollback', score: { score: 0, sum: 66.67, zeroed: { metrics: ['a'] } } });
    expect(failed.reasons[0]?.text).toContain('a is critical and did not pass');
    const muted = settings([{ metric: 'a', critical: true, muted: true }, { metric: 'b' }, { metric: 'c' }]);
    expect(judgeMannWhitney(muted, values, true)).toMatchObject({ decision: 'promote', score: { score: 100 } });
  });

  test('below criticalIncrease a critical metric fails its group only', () => {
    const mild = settings([
      { metric: 'a', critical: true, effectSize: { criticalIncrease: 5 } },
      { metric: 'b' },
      { metric: 'c' },
    ]);
    const verdict = judgeMannWhitney(mild, [worse('a'), same('b'), same('c')], true);
    expect(verdict).toMatchObject({ decision: 'rollback', score: { score: 66.67, zeroed: null } });
  });
});

describe('absence is never a pass, and never a rollback', () => {
  test('a critical metric without data is no reason to roll back, and none to promote', () => {
    const critical = settings([{ metric: 'a', critical: true }, { metric: 'b' }, { metric: 'c' }]);
    const values = [series('a', none, none), series('b', around(1), around(1)), series('c', around(1), around(1))];
    expect(judgeMannWhitney(critical, values, false).decision).toBe('continue');
    expect(judgeMannWhitney(critical, values, true)).toMatchObject({ decision: 'inconclusive', score: { score: 0 } });
  });

  test('half of the metrics without data: score 0 as in Kayenta, and inconclusive', () => {
    const two = settings([{ metric: 'a' }, { metric: 'b' }]);
    const verdict = judgeMannWhitney(two, [series('a', none, none), series('b', around(1), around(1))], true);
    expect(verdict).toMatchObject({ decision: 'inconclusive', score: { score: 0, zeroed: { by: 'no-data' } } });
    expect(judgeMannWhitney(two, [], true).decision).toBe('inconclusive');
  });

  test('too few periods, and periods between two judgements', () => {
    const every = settings([{ metric: 'a' }], { every: 6 });
    const values = (length: number) => [series('a', around(20).slice(0, length), around(10).slice(0, length))];
    expect(judgeMannWhitney(every, values(4), false).reasons[0]).toMatchObject({ code: 'too-few-points', periods: 0 });
    expect(judgeMannWhitney(every, values(5), false).decision).toBe('continue');
    expect(judgeMannWhitney(every, values(8), false)).toMatchObject({ decision: 'rollback', judgedPeriods: 6 });
    expect(judgeMannWhitney(every, values(4), true).decision).toBe('inconclusive');
  });

  test('lookback judges the newest periods only', () => {
    const lookback = settings([{ metric: 'a', direction: 'increase' }], { lookback: 5 });
    const canary = [...around(20), ...around(20), ...around(10).slice(0, 5)];
    const baseline = [...around(10), ...around(10), ...around(10).slice(0, 5)];
    expect(judgeMannWhitney(lookback, [series('a', canary, baseline)], true).decision).toBe('promote');
    expect(judgeMannWhitney(settings([{ metric: 'a' }]), [series('a', canary, baseline)], true).decision).toBe(
      'rollback',
    );
  });
});

describe('what users of Kayenta complain of', () => {
  test('kayenta#733: +106 % classed Pass, score 0: the reasons say how both came about', () => {
    const cpu = settings([{ metric: 'cpu' }, { metric: 'errors', critical: true, direction: 'increase' }]);
    const noisy = series('cpu', [10, 90, 12, 88, 11, 91, 13, 92, 14, 89], [9, 40, 10, 41, 12, 38, 11, 42, 10, 39]);
    const { reasons } = judgeMannWhitney(cpu, [noisy, series('errors', around(3), around(1))], true);
    expect(textOf(reasons, 'score-fail')).toMatch(
      /score 0, Fail .* errors is critical and did not pass; all 1 of 2 passed/,
    );
    expect(textOf(reasons, 'metric-pass')).toMatch(
      /cpu Pass: canary mean 51 of 10 points, baseline mean 25.2 .*does not lie beyond/,
    );
    expect(textOf(reasons, 'metric-pass')).toMatch(
      /ratio of the means, 2.02, and allowedIncrease 1 are not asked then/,
    );
  });

  test('kayenta#744: thresholds seem to have no effect: the reason says whether one was asked, and one that never is is refused', () => {
    const limited = settings([{ metric: 'm', direction: 'increase', effectSize: { allowedIncrease: 3 } }]);
    const { reasons } = judgeMannWhitney(limited, [series('m', around(20), around(10))], true);
    expect(textOf(reasons, 'metric-pass')).toContain('the ratio of the means, 2, does not reach allowedIncrease 3');
    for (const effectSize of [{ allowedDecrease: 0.5 }, { criticalIncrease: 5 }]) {
      const { error } = mannWhitneySettings.safeParse({
        metrics: [{ metric: 'm', groups: ['g'], direction: 'increase', effectSize }],
      });
      expect(error?.issues.map(({ message }) => message)).toEqual([expect.stringContaining('has no effect')]);
    }
  });

  test('kayenta#420: means that are 0 although the data are not: the outliers that were left out are named', () => {
    const rare = settings([{ metric: 'm', outliers: { strategy: 'remove' } }]);
    const spike = [...Array.from({ length: 59 }, () => 0), 40];
    const verdict = judgeMannWhitney(
      rare,
      [
        series(
          'm',
          spike,
          Array.from({ length: 60 }, () => 0),
        ),
      ],
      true,
    );
    expect(verdict.metrics[0]?.canary).toMatchObject({ periods: 60, points: 59, mean: 0, outliers: [40] });
    expect(textOf(verdict.reasons, 'metric-pass')).toContain('canary mean 0 of 59 points (1 outlier left out: 40)');
  });

  test.each([
    ['kayenta#377: a baseline that shows no errors, a canary full of them', 'replace', 'rollback'],
    ['kayenta#799, where values are removed: not compared, and not promoted', 'remove', 'inconclusive'],
  ])('%s', (_name, nanStrategy, decision) => {
    const errors = settings([
      { metric: 'errors', direction: 'increase', nanStrategy },
      { metric: 'b' },
      { metric: 'c' },
    ]);
    const values = [
      series('errors', around(7), none),
      series('b', around(1), around(1)),
      series('c', around(1), around(1)),
    ];
    const verdict = judgeMannWhitney(errors, values, true);
    expect(verdict.decision).toBe(decision);
    expect(verdict.reasons.map(({ text }) => text).join('\n')).toMatch(
      nanStrategy === 'replace'
        ? /10 without a number counted as 0/
        : /the canary has values and the baseline has none/,
    );
  });

  test('spinnaker#5622: responses that only the canary gives, in two thirds of an hour, are found', () => {
    const odd = settings([{ metric: '307s', direction: 'increase', nanStrategy: 'replace' }]);
    const quarter = [4, null, 6, 5, null, 7, 3, null, 5, 6, 4, 8, null, 5, 6];
    const canary = [...quarter, ...quarter, ...quarter, ...quarter];
    const verdict = judgeMannWhitney(
      odd,
      [
        series(
          '307s',
          canary,
          canary.map(() => null),
        ),
      ],
      false,
    );
    expect(verdict.decision).toBe('rollback');
    expect(verdict.metrics[0]?.baseline).toMatchObject({ points: 60, missing: 60, mean: 0 });
  });

  test('spinnaker.github.io#1292: few points are judged as one comparison, and below five not at all', () => {
    const one = settings([{ metric: 'm' }]);
    const single = judgeMannWhitney(one, [series('m', [2], [1])], true);
    expect(single).toMatchObject({ decision: 'inconclusive', reasons: [{ code: 'too-few-points', periods: 1 }] });
    const sparse = [series('m', [3, null, null, null, null, null], around(1).slice(0, 6))];
    expect(judgeMannWhitney(one, sparse, true).metrics[0]).toMatchObject({
      outcome: 'too-few-points',
      classification: 'Nodata',
    });
    const published = settings([{ metric: 'm', direction: 'increase' }], { minimumPoints: 1 });
    expect(judgeMannWhitney(published, [series('m', [2], [1])], true).decision).toBe('rollback');
  });
});

describe('settings that cannot be meant', () => {
  test.each<[string, object, RegExp]>([
    ['weights above 100', { groupWeights: { g: 60, h: 60 } }, /add up to 120; write weights that add up to 100/],
    ['weights below 100 for all groups', { groupWeights: { g: 60, h: 20 } }, /add up to 80/],
    ['a weight for nobody', { groupWeights: { x: 10 } }, /"x": no metric is in it/],
    ['marginal above pass', { scoreThresholds: { pass: 50, marginal: 75 } }, /marginal 75 is above pass 50/],
    [
      'a metric twice',
      {
        metrics: [
          { metric: 'm', groups: ['g'] },
          { metric: 'm', groups: ['h'] },
        ],
      },
      /"m" is there twice/,
    ],
    ['a lookback that never suffices', { lookback: 3 }, /3 periods never hold the 5 of minimumPoints/],
    ['an unknown key', { score: 1 }, /unknown field "score"; accepted: metrics, groupWeights/],
  ])('%s', (_name, over, message) => {
    const metrics = [
      { metric: 'm', groups: ['g'] },
      { metric: 'n', groups: ['h'] },
    ];
    const { error } = mannWhitneySettings.safeParse({ metrics, ...over });
    expect(error?.issues.map((issue) => issue.message).join('\n')).toMatch(message);
  });
});
