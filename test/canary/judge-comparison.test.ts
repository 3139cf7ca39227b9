import { describe, expect, test } from '@jest/globals';
import type { Comparison, ComparisonPolicy, Counts, RatioSeries } from '../../src/canary/comparison.ts';
import { judgeComparison } from '../../src/canary/judge-comparison.ts';
import { comparisonOf, countSeries, ratioSeries, requests } from '../support/comparisons.ts';

const healthy = ratioSeries();
const ill = requests(5, 20, 700, 0.03);
const none = new Array<null>(20).fill(null);

function until(period: number, series: RatioSeries = healthy): RatioSeries {
  return { ...series, canary: series.canary.map((one, at) => (at < period ? one : null)) };
}

function cut(period: number, series: RatioSeries): RatioSeries {
  return { ...series, canary: series.canary.slice(0, period), baseline: series.baseline.slice(0, period) };
}

function outcome(metrics: Comparison['metrics'], policy: Partial<ComparisonPolicy> = {}) {
  const { verdict, decidedAt, metric, reasons } = judgeComparison(comparisonOf(metrics, policy));
  return { verdict, decidedAt, metric, codes: reasons.map(({ code }) => code) };
}

describe('a canary is', () => {
  test('promoted at the planned end where every metric excludes the size', () => {
    expect(outcome([healthy, countSeries({ name: 'timeouts', main: false })])).toEqual({
      verdict: 'promote',
      decidedAt: 19,
      metric: null,
      codes: ['no-harm', 'no-harm'],
    });
  });

  test('rolled back at the first look at which harm reaches the threshold, by the metric that shows it', () => {
    const metrics = [healthy, ratioSeries({ name: 'slow', main: false, canary: ill })];
    const { verdict, decidedAt, metric, evidence, reasons } = judgeComparison(comparisonOf(metrics));
    expect([verdict, metric, reasons.map(({ code }) => code)]).toEqual([
      'rollback',
      'slow',
      ['worse-than-baseline', 'no-harm'],
    ]);
    const [, slow] = evidence;
    expect(slow?.harm).toBeGreaterThanOrEqual(slow?.threshold ?? Infinity);
    expect(slow?.periods).toBe((decidedAt ?? -1) + 1);
    const before = judgeComparison(comparisonOf(metrics.map((one) => cut(decidedAt ?? 0, one))));
    expect(before.verdict).toBe('continue');
    expect(before.evidence[1]?.harm ?? -Infinity).toBeLessThan(before.evidence[1]?.threshold ?? 0);
  });

  test('not judged beyond the planned periods', () => {
    const late = ratioSeries({ canary: [...requests(1, 10, 700, 0.01), ...requests(5, 10, 700, 0.3)] });
    expect(outcome([late]).verdict).toBe('rollback');
    expect(outcome([late], { plannedPeriods: 10 })).toMatchObject({ verdict: 'promote', codes: ['no-harm'] });
  });

  test('to go on while periods are still to come', () => {
    expect(outcome([healthy], { plannedPeriods: 21 })).toEqual({
      verdict: 'continue',
      decidedAt: null,
      metric: null,
      codes: ['no-harm'],
    });
    expect(outcome([cut(0, healthy)])).toMatchObject({ verdict: 'continue', codes: [] });
  });

  test('judged the same again for the same numbers', () => {
    const comparison = comparisonOf([ratioSeries({ canary: ill }), countSeries({ name: 'timeouts' })]);
    expect(judgeComparison(comparison)).toEqual(judgeComparison(comparison));
  });
});

describe('what is not known promotes nobody', () => {
  test.each<[string, RatioSeries]>([
    ['canary-missing', { ...healthy, canary: none }],
    ['baseline-missing', { ...healthy, baseline: none }],
    ['no-data', { ...healthy, canary: none, baseline: none }],
    ['no-traffic', { ...healthy, canary: requests(1, 20, 0, 0) }],
    ['warming-up', { ...healthy, warmup: 20 }],
  ])('a metric that is %s to the end', (state, series) => {
    const timeouts = countSeries({ name: 'timeouts', main: false });
    const { verdict, metric, decidedAt, reasons } = judgeComparison(comparisonOf([timeouts, series]));
    expect({ verdict, metric, decidedAt }).toEqual({ verdict: 'inconclusive', metric: 'errors', decidedAt: null });
    expect(reasons).toMatchObject([{ code: 'nothing-judged', metric: 'errors', state, periods: 0 }]);
  });

  test('data that stop for the last five periods, however good they were', () => {
    expect(outcome([until(16)]).verdict).toBe('promote');
    const stopped = judgeComparison(comparisonOf([until(15)]));
    expect(stopped.verdict).toBe('inconclusive');
    expect(stopped.reasons).toMatchObject([{ code: 'data-stopped', silent: 5, periods: 15, state: 'canary-missing' }]);
  });

  test('a shared metric of which there is no number', () => {
    const shared = ratioSeries({ name: 'database', main: false, shared: true, canary: none, baseline: none });
    const { verdict, codes } = outcome([shared]);
    expect([verdict, codes[0]]).toEqual(['inconclusive', 'nothing-judged']);
    expect(outcome([healthy, shared])).toMatchObject({ verdict: 'inconclusive', metric: 'database' });
  });

  test('a shared metric alone, however good its numbers are', () => {
    const codes = ['nothing-compared'];
    expect(outcome([{ ...healthy, shared: true }])).toMatchObject({ verdict: 'inconclusive', codes });
  });

  test('no metric at all', () => {
    expect(outcome([]).verdict).toBe('continue');
  });
});

describe('a promotion', () => {
  /** One request of every tenth period fails: one in a hundred. */
  const few = (periods: number) =>
    Array.from({ length: periods }, (_, at) => ({ events: at % 10 === 2 ? 1 : 0, total: 10 }));
  const thin = ratioSeries({ canary: few(20), baseline: few(20) });

  test('is held up by too little traffic, with what it would take', () => {
    const { verdict, metric, reasons } = judgeComparison(comparisonOf([healthy, { ...thin, name: 'thin' }]));
    expect([verdict, metric, reasons.map(({ code }) => code)]).toEqual([
      'inconclusive',
      'thin',
      ['regression-not-excluded'],
    ]);
    const [reason] = reasons;
    const more = reason?.morePeriods;
    expect(more).toBeGreaterThan(0);
    expect(reason?.text).toContain(`about ${String(more)} more periods`);
  });

  test('comes once those periods and a few more were healthy', () => {
    const [reason] = judgeComparison(comparisonOf([thin])).reasons;
    const periods = 20 + 4 * Number(reason?.morePeriods);
    expect(periods).toBeGreaterThan(20);
    const long = { ...thin, canary: few(periods), baseline: few(periods) };
    expect(outcome([long], { plannedPeriods: periods }).verdict).toBe('promote');
  });

  test('asks for the size of the metric, else for that of the policy', () => {
    const promote = { ratio: 1.01, count: 2, gauge: 1.5, latency: 1.5 };
    const alike = ratioSeries({
      canary: new Array<Counts>(20).fill({ events: 7, total: 700 }),
      baseline: new Array<Counts>(20).fill({ events: 21, total: 2100 }),
    });
    expect(outcome([alike], { promote }).verdict).toBe('inconclusive');
    expect(outcome([{ ...alike, promoteSize: 2 }], { promote }).verdict).toBe('promote');
    expect(outcome([{ ...thin, promoteSize: 50 }]).verdict).toBe('promote');
  });

  test('excludes both ways where either is worse', () => {
    const half = { canary: requests(5, 6, 700, 0.005), baseline: requests(6, 6, 2100, 0.01) };
    const policy = { plannedPeriods: 6 };
    expect(outcome([ratioSeries(half)], policy).verdict).toBe('promote');
    expect(outcome([ratioSeries({ ...half, direction: 'either' })], policy)).toMatchObject({
      verdict: 'inconclusive',
      codes: ['regression-not-excluded'],
    });
  });

  test('held up where the canary looks worse says so, in numbers', () => {
    const { verdict, reasons } = judgeComparison(
      comparisonOf([ratioSeries({ canary: requests(5, 6, 700, 0.2), baseline: requests(6, 6, 2100, 0.01) })], {
        alpha: 1e-30,
        plannedPeriods: 6,
      }),
    );
    expect(verdict).toBe('inconclusive');
    expect(reasons).toMatchObject([{ code: 'regression-not-excluded', morePeriods: null }]);
    expect(reasons[0]?.text).not.toMatch(/NaN|Infinity/);
  });
});

describe('the error budget', () => {
  const others = Array.from({ length: 7 }, (_, at) => ratioSeries({ name: `other ${at}`, main: false }));
  const alphas = (metrics: Comparison['metrics']) =>
    judgeComparison(comparisonOf(metrics.map((one) => ({ ...one, canary: [null], baseline: [null] }) as typeof one)))
      .evidence // of no period, so that no slack changes the threshold
      .map(({ threshold }) => Math.exp(-threshold));

  function expectAlphas(metrics: Comparison['metrics'], expected: readonly number[]): void {
    const found = alphas(metrics);
    expect(found).toHaveLength(expected.length);
    found.forEach((alpha, at) => {
      expect(alpha).toBeCloseTo(expected[at] ?? Number.NaN, 10);
    });
  }

  test('goes to the main metric by half, and to the others evenly', () => {
    expectAlphas([healthy, ...others], [0.005, ...new Array<number>(7).fill(0.005 / 7)]);
  });

  test('is the same for all where none is the main one, or all are', () => {
    expectAlphas(others, new Array<number>(7).fill(0.01 / 7));
    expectAlphas([healthy], [0.01]);
    expectAlphas([healthy, { ...healthy, name: 'slow' }], [0.005, 0.005]);
  });

  test('costs nothing for what is shared', () => {
    const shared = ratioSeries({ name: 'database', main: false, shared: true });
    const [main, other] = alphas([healthy, ...others.slice(0, 1), shared]);
    expect(main).toBeCloseTo(0.005, 10);
    expect(other).toBeCloseTo(0.005, 10);
    expect(alphas([healthy, shared])[0]).toBeCloseTo(0.01, 10);
  });

  test('of eight metrics makes one of the others wait longer than the same alone', () => {
    const slow = ratioSeries({ name: 'slow', main: false, canary: requests(5, 20, 700, 0.02) });
    const alone = outcome([slow]);
    const among = outcome([healthy, ...others.slice(0, 6), slow]);
    expect([alone.verdict, among.verdict, among.metric]).toEqual(['rollback', 'rollback', 'slow']);
    expect(among.decidedAt ?? 0).toBeGreaterThan(alone.decidedAt ?? Infinity);
  });
});

describe('what both versions share', () => {
  test('never rolls back, and holds no promotion up', () => {
    const shared = ratioSeries({ name: 'database', main: false, shared: true, canary: ill });
    expect(outcome([healthy, shared])).toMatchObject({ verdict: 'promote', codes: ['no-harm', 'no-harm'] });
    const { evidence } = judgeComparison(comparisonOf([healthy, shared]));
    expect(evidence[1]).toMatchObject({ harm: -Infinity, safety: Infinity, periods: 20 });
  });
});

describe('the warm-up', () => {
  const stormy = ratioSeries({ canary: [...requests(5, 3, 700, 0.5), ...requests(1, 17, 700, 0.01)] });

  test('is none for ratios and counts, unless the policy or the metric has one', () => {
    expect(outcome([stormy])).toMatchObject({ verdict: 'rollback', decidedAt: 0 });
    expect(outcome([stormy], { warmup: 3 }).verdict).toBe('promote');
    expect(outcome([{ ...stormy, warmup: 3 }]).verdict).toBe('promote');
    expect(outcome([{ ...stormy, warmup: 0 }], { warmup: 3 }).verdict).toBe('rollback');
  });
});
