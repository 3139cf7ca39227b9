import { describe, expect, test } from '@jest/globals';
import type { Comparison, Counts } from '../../../src/canary/comparison.ts';
import type { ComparisonVerdict } from '../../../src/canary/judge-comparison.ts';
import { canaryPolicy } from '../../../src/canary/policy.ts';
import { dispersionOf } from '../../../src/canary/power/dispersion.ts';
import { lookCost } from '../../../src/canary/power/look-cost.ts';
import { planCanary } from '../../../src/canary/power/plan.ts';
import { type PlannedCanary, playCanary } from '../../../src/canary/power/planned-canary.ts';
import { binomial, poisson, streamOf } from '../../../src/canary/simulation/random.ts';

const planned: PlannedCanary = {
  traffic: { source: 'rates', requestsPerMinute: 2000, errorRatio: 0.01 },
  share: 0.1,
  minutes: 30,
  alpha: 0.02,
  metrics: 3,
  increase: 2,
};

function sidesOf({ metrics: [errors] }: Comparison) {
  if (errors?.kind !== 'ratio') throw new Error('errors are a ratio');
  const sum = (series: readonly (Counts | null)[]) => ({
    events: series.reduce((total, one) => total + (one?.events ?? 0), 0),
    total: series.reduce((total, one) => total + (one?.total ?? 0), 0),
  });
  return { errors, canary: sum(errors.canary), baseline: sum(errors.baseline) };
}

describe('a played canary', () => {
  test('has the traffic, the share and the errors that were planned', () => {
    const { errors, canary, baseline } = sidesOf(playCanary({ ...planned, minutes: 3000 }, 3, streamOf('play', 1)));
    expect(errors.history).toHaveLength(120);
    expect((canary.total + baseline.total) / 3000 / 2000).toBeCloseTo(1, 2);
    expect(canary.total / (canary.total + baseline.total)).toBeCloseTo(0.1, 2);
    expect(baseline.events / baseline.total).toBeCloseTo(0.01, 3);
    expect(canary.events / canary.total).toBeCloseTo(0.03, 3);
  });

  test('gives the errors half of the budget beside other metrics, and all of it alone', () => {
    expect(playCanary(planned, 1, streamOf('a', 0)).policy).toMatchObject({ alpha: 0.01, promote: { ratio: 2 } });
    expect(playCanary({ ...planned, metrics: 1 }, 1, streamOf('a', 0)).policy.alpha).toBe(0.02);
  });

  test('splits recorded minutes without losing or inventing a request', () => {
    const minutes = Array.from({ length: 50 }, (_, at) => ({ events: at, total: 1000 + at }));
    const { errors } = sidesOf(
      playCanary({ ...planned, traffic: { source: 'history', minutes } }, 1, streamOf('split', 3)),
    );
    errors.canary.forEach((canary, at) => {
      const baseline = errors.baseline[at];
      const events = (canary?.events ?? 0) + (baseline?.events ?? 0);
      expect((canary?.total ?? 0) + (baseline?.total ?? 0)).toBe(1000 + events);
    });
    expect(errors.history).toEqual(minutes);
  });
});

/** Rolls back at the first minute from which on the canary has had twice the errors that it should, with ten at least. */
function bluntJudge({ id, metrics: [errors], policy }: Comparison): ComparisonVerdict {
  if (errors?.kind !== 'ratio') throw new Error('errors are a ratio');
  const nothing = { id, metric: null, evidence: [], reasons: [] };
  let seen = 0;
  let expected = 0;
  for (let period = 0; period < policy.plannedPeriods; period += 1) {
    seen += errors.canary[period]?.events ?? 0;
    expected += (errors.canary[period]?.total ?? 0) * 0.01;
    if (seen >= 10 && seen > 2 * expected) return { ...nothing, verdict: 'rollback', decidedAt: period };
  }
  const good = seen < 1.5 * expected;
  return { ...nothing, verdict: good ? 'promote' : 'inconclusive', decidedAt: good ? policy.plannedPeriods - 1 : null };
}

describe('a plan', () => {
  test('counts what the judge says of ill and of healthy canaries', () => {
    const plan = planCanary({ ...planned, increase: 3 }, bluntJudge, 100);
    expect(plan.regressions.map(({ factor }) => factor)).toEqual([1.5, 2, 3, 5, 20]);
    const [mild, , wanted, five, twenty] = plan.regressions;
    expect(mild?.found).toBeLessThan(0.5);
    expect(wanted).toMatchObject({ found: 1 });
    expect(twenty?.medianMinute).toBe(1);
    expect(five?.medianMinute).toBeLessThan(wanted?.medianMinute ?? 0);
    expect(plan).toMatchObject({ powered: true, remedies: null });
    const { promoted, rolledBack, inconclusive } = plan.healthy;
    expect(promoted).toBeGreaterThanOrEqual(0.95);
    expect(promoted + rolledBack + inconclusive).toBeCloseTo(1);
    expect(plan.detectable?.factor).toBeGreaterThan(1.5);
    expect(plan.detectable?.factor).toBeLessThan(3);
    expect(plan.detectable?.found).toBeGreaterThanOrEqual(0.95);
  });

  test('says the same again', () => {
    expect(planCanary(planned, bluntJudge, 30)).toEqual(planCanary(planned, bluntJudge, 30));
  });

  test('without the power looks for more minutes and for more of the traffic, and says when there is none', () => {
    const blind = (comparison: Comparison): ComparisonVerdict => ({
      ...bluntJudge(comparison),
      verdict: 'inconclusive',
    });
    const plan = planCanary(planned, blind, 20);
    expect(plan).toMatchObject({ detectable: null, powered: false, remedies: { minutes: null, share: null } });
    const patient = (comparison: Comparison): ComparisonVerdict =>
      comparison.policy.plannedPeriods < 100 ? blind(comparison) : bluntJudge(comparison);
    const { remedies } = planCanary({ ...planned, increase: 3 }, patient, 20);
    expect(remedies?.share).toBeNull();
    expect(remedies?.minutes).toBeGreaterThanOrEqual(100);
    expect(remedies?.minutes).toBeLessThan(130);
  });
});

describe('dispersion', () => {
  const random = streamOf('dispersion', 0);
  test('is 1 for independent requests, whatever their number', () => {
    const counts = Array.from({ length: 4000 }, () => {
      const total = poisson(random, 500);
      return { events: binomial(random, total, 0.02), total };
    });
    expect(dispersionOf(counts)).toBeCloseTo(1, 1);
  });

  test('is the size of clusters where errors come in clusters', () => {
    const counts = Array.from({ length: 4000 }, () => ({ events: 6 * poisson(random, 2), total: 10_000 }));
    expect(Math.abs(dispersionOf(counts) - 6)).toBeLessThan(0.6);
  });

  test('is 1 where nothing tells', () => {
    expect(dispersionOf([])).toBe(1);
    expect(dispersionOf([null, { events: 0, total: 0 }, { events: 0, total: 9 }])).toBe(1);
  });
});

describe('what the looks cost', () => {
  test('is each metric of each look, with up to five statistics of one metric for one', () => {
    const policy = canaryPolicy.parse({ metrics: ['error-ratio', 'latency-p50', 'latency-p95'], duration: '60m' });
    const counts = 3; // requests, errors, connection errors
    const perLook = 2 * (counts + 1);
    expect(lookCost(policy)).toEqual({
      looks: 62,
      metricsPerLook: perLook,
      metricsRequested: perLook * 63,
      dollars: (perLook * 63 * 0.01) / 1000,
    });
    expect(lookCost({ ...policy, historyPeriods: 0 }).metricsRequested).toBe(perLook * 62);
  });
});
