import { describe, expect, test } from '@jest/globals';
import type { MetricSeries } from '../../src/canary/comparison.ts';
import type { Observation, Point } from '../../src/canary/observation.ts';
import { canaryPolicy } from '../../src/canary/policy.ts';
import { toComparison } from '../../src/canary/to-comparison.ts';
import { watchedData } from '../../src/canary/watched-data.ts';
import { at, type Minutes, observed } from '../support/observations.ts';

const span = { startedAt: at(0), endsAt: at(10) };

function compared(looks: readonly Observation[], over: object = {}) {
  const policy = canaryPolicy.parse({ settle: '0s', duration: '10m', history: 3, metrics: ['error-ratio'], ...over });
  return toComparison(policy, watchedData(policy, span, looks), 'test');
}

function series(looks: readonly Observation[], over: object = {}): MetricSeries {
  const [first] = compared(looks, over).metrics;
  if (first === undefined) throw new Error('nothing is compared');
  return first;
}

function seen(minutes: Minutes, over: Partial<Observation> = {}) {
  return [observed(minutes, over)];
}

const past = [
  { requests: 90, errors: 1 },
  { requests: 91, errors: null },
  { requests: 92, errors: 2 },
];

describe('errors out of requests', () => {
  test.each<[string, Record<string, number | null>, unknown]>([
    ['both counts', { requests: 70, errors: 3, 'connection-errors': 2 }, { events: 5, total: 70 }],
    ['errors that are not there beside requests are none', { requests: 70, errors: null }, { events: 0, total: 70 }],
    ['errors that nobody told of are unknown', { requests: 70 }, null],
    ['without a total there is no ratio', { requests: null, errors: 3 }, null],
    ['no requests are no requests', { requests: 0, errors: null }, { events: 0, total: 0 }],
    ['more errors than requests are all of them', { requests: 3, errors: 5 }, { events: 3, total: 3 }],
    ['nonsense below zero counts as none', { requests: 70, errors: -4 }, { events: 0, total: 70 }],
  ])('%s', (_name, minute, expected) => {
    expect(series(seen({ canary: [{ requests: 10, errors: 0 }, minute], history: past })).canary[1]).toEqual(expected);
  });

  test('slow requests are whole, and unknown where no response time was told', () => {
    const canary = [
      { requests: 70, errors: null, 'slow-p90': 6.6 },
      { requests: 70, errors: null, 'slow-p90': null },
    ];
    const found = series(seen({ canary }, { limits: { 'slow-p90': 0.3 } }), { metrics: ['slow-p90'] });
    expect(found).toMatchObject({ kind: 'ratio', canary: [{ events: 7, total: 70 }, null], warmup: 2 });
  });

  test('a late number revises its period, and nothing is lost by a look without it', () => {
    const looks = [
      observed({ canary: [{ requests: 70, errors: 1 }] }),
      observed({
        canary: [
          { requests: 70, errors: 31 },
          { requests: 69, errors: 2 },
        ],
      }),
      observed({ canary: [{ requests: null, errors: null }] }, { fetchedAt: at(2) }),
    ];
    expect(series(looks).canary).toEqual([
      { events: 31, total: 70 },
      { events: 2, total: 69 },
    ]);
  });
});

describe('the periods', () => {
  test('the canary begins with its first requests; what the baseline had before is history', () => {
    const baseline = [80, 81, 82, 83].map((requests) => ({ requests, errors: null }));
    const canary = [{ requests: null, errors: null }, { requests: null, errors: null }, ...past.slice(0, 2)];
    const found = series(seen({ canary, baseline, history: past }));
    expect(found.canary.map((counts) => (counts as { total: number }).total)).toEqual([90, 91]);
    expect(found.baseline.map((counts) => (counts as { total: number }).total)).toEqual([82, 83]);
    expect(found.history.map((counts) => (counts as { total: number }).total)).toEqual([92, 80, 81]);
  });

  test.each<[string, number, number]>([
    ['a few requests at a weight of 0 are a test, not the canary', 5, 1],
    ['many are the canary, whatever the weight says', 50, 2],
  ])('%s', (_name, requests, expected) => {
    const canary = [requests, 90].map((one) => ({ requests: one, errors: null }));
    const weights = (share: number) => ({ weights: { baseline: 100 - share, canary: share } });
    const looks = [
      observed(
        { canary: canary.slice(0, 1) },
        { ...weights(0), fetchedAt: new Date(Date.parse(at(1)) - 1).toISOString() },
      ),
      observed({ canary }, { ...weights(10), fetchedAt: new Date(Date.parse(at(2)) - 1).toISOString() }),
      observed({ canary }, { ...weights(10), fetchedAt: at(2) }),
    ];
    expect(series(looks).canary.length).toBe(expected);
  });

  test('what has not settled is not judged, and the plan counts whole periods to the end', () => {
    const canary = Array.from({ length: 6 }, () => ({ requests: 9, errors: null }));
    const policy = canaryPolicy.parse({ settle: '2m', duration: '8m', metrics: ['error-ratio'] });
    const found = toComparison(policy, watchedData(policy, span, seen({ canary })), 'test');
    expect([found.metrics[0]?.canary.length, found.policy.plannedPeriods]).toEqual([4, 8]);
  });

  test('weights are those of the newest look before a period’s end, and equal where nobody told', () => {
    const canary = Array.from({ length: 3 }, () => ({ requests: 9, errors: null }));
    const looks = [
      observed({}, { fetchedAt: at(1), weights: { baseline: 90, canary: 10 } }),
      observed({ canary }, { fetchedAt: at(3), weights: { baseline: 0, canary: 100 } }),
    ];
    expect(series(looks).exposure).toEqual({ canary: [10, 10, 10], baseline: [90, 90, 90] });
    expect(series(seen({ canary })).exposure.canary).toEqual([1, 1, 1]);
  });
});

describe('a baseline without traffic of its own', () => {
  const history = Array.from({ length: 6 }, (_, n) => ({ requests: 100 + n, errors: null }));
  const canary = Array.from({ length: 4 }, () => ({ requests: 50, errors: null }));
  const total = (counts: unknown) => (counts as { total: number } | null)?.total ?? null;

  test('is stood in for by the newer half of its past, and the older half stays history', () => {
    const found = series(seen({ canary, history }), { history: 6 });
    expect(found.baseline.map(total)).toEqual([105, 104, 103, null]);
    expect(found.history.map(total)).toEqual([100, 101, 102]);
  });

  test('is stood in for from the period on in which its traffic ended', () => {
    const baseline = [{ requests: 70, errors: null }];
    const found = series(seen({ canary, baseline, history }), { history: 6 });
    expect(found.baseline.map(total)).toEqual([70, 105, 104, 103]);
  });

  test('is waited for where single numbers are late', () => {
    const baseline = [70, 71, null].map((requests) => ({ requests, errors: null }));
    const found = series(seen({ canary: canary.slice(0, 3), baseline, history }), { history: 6 });
    expect(found.baseline.map(total)).toEqual([70, 71, null]);
  });
});

describe('other metrics', () => {
  const sided = { TargetGroup: '$targetGroup' };
  const own = { name: 'own', metric: { namespace: 'P', metricName: 'Own', stat: 'Maximum', dimensions: sided } };
  const canary = [5, 7, 2, null, 9].map((value) => ({ requests: 9, errors: null, own: value }));

  test('a gauge is its numbers', () => {
    expect(series(seen({ canary }), { metrics: [own] })).toMatchObject({
      kind: 'gauge',
      shared: false,
      canary: [5, 7, 2, null, 9],
    });
  });

  test('a counter is what it grew by, and nothing where it fell or its neighbour is missing', () => {
    expect(series(seen({ canary }), { metrics: [{ ...own, counter: true }] })).toMatchObject({
      kind: 'count',
      canary: [null, 2, null, null, null],
    });
  });

  test('what is shared is compared with the median of the same minutes of past days, as finely as these are kept', () => {
    const minute = (days: number, offset: number, value: number): Point => ({
      metric: 'cpu',
      side: 'shared',
      phase: 'past',
      periodStart: new Date(Date.parse(at(offset)) - days * 86_400_000).toISOString(),
      value,
    });
    const [look] = seen({ canary, shared: [60, 61, 62].map((cpu) => ({ cpu })) }, { fetchedAt: at(3) });
    const days = [minute(1, 0, 40), minute(2, 0, 44), minute(1, 1, 41), minute(20, 0, 50)];
    const withPast = { ...look, points: [...(look?.points ?? []), ...days] } as Observation;
    expect(series([withPast], { metrics: ['cpu'], pastDays: [1, 2, 20] })).toMatchObject({
      shared: true,
      canary: [60, 61, 62],
      baseline: [44, 45.5, 50],
    });
  });

  test('parts are the zones of the baseline’s past, where there are two at least', () => {
    const part = (zone: string, metric: string, n: number, value: number | null): Point => ({
      metric,
      side: 'baseline',
      phase: 'history',
      part: zone,
      periodStart: at(n - 3),
      value,
    });
    const zone = (name: string, requests: number) =>
      [0, 1, 2].flatMap((n) => [part(name, 'requests', n, requests + n), part(name, 'errors', n, n === 1 ? null : 1)]);
    const look = (...points: Point[]) =>
      seen({ canary, baseline: canary, history: past }).map((one) => ({ ...one, points: [...one.points, ...points] }));
    expect(series(look(...zone('a', 40), ...zone('b', 50))).parts).toEqual(
      [40, 50].map((requests) => [
        { events: 1, total: requests },
        { events: 0, total: requests + 1 },
        { events: 1, total: requests + 2 },
      ]),
    );
    expect(series(look(...zone('a', 40))).parts).toEqual([]);
  });

  test('hosts are the newest known task counts, where both sides run some', () => {
    const known = { hosts: { baseline: 19, canary: 1 } };
    expect(series(seen({ canary }, known)).hosts).toEqual(known.hosts);
    expect(series(seen({ canary }, { hosts: { baseline: 19, canary: 0 } })).hosts).toBeNull();
  });
});

test('a promotion must exclude the policy’s size, or the rise that matters where that is more', () => {
  const history = Array.from({ length: 3 }, () => ({ requests: 1000, errors: 2 }));
  const size = (over: object) => {
    const found = series(seen({ canary: [{ requests: 9, errors: 0 }], history }), over);
    return found.promoteSize;
  };
  expect(size({})).toBeCloseTo(0.012 / 0.988 / (0.002 / 0.998), 6);
  expect(size({ promote: 9 })).toBe(9);
});
