import { describe, expect, test } from '@jest/globals';
import type { Point } from '../../../src/canary/observation.ts';
import {
  type PastCount,
  type PastPlaces,
  pastMetric,
  pastQuestions,
} from '../../../src/canary/replay/past-questions.ts';
import { pastTraffic } from '../../../src/canary/replay/past-traffic.ts';
import { keptPeriod } from '../../../src/canary/replay/resolution.ts';

const from = new Date('2026-03-02T12:00:00Z');
const span = { from, to: new Date('2026-03-02T12:03:00Z'), periodSeconds: 60 };
const blue = 'targetgroup/blue/1';
const green = 'targetgroup/green/2';
const places: PastPlaces = { loadBalancer: 'app/shop/1', targetGroups: [blue], zones: [] };

/** One value a minute; undefined: CloudWatch does not say. */
function points(
  count: PastCount,
  values: readonly (number | null | undefined)[],
  group = blue,
  zone: string | null = null,
) {
  return values.flatMap((value, minute): Point[] => {
    if (value === undefined) return [];
    const periodStart = new Date(from.getTime() + minute * 60_000).toISOString();
    return [{ metric: pastMetric(count, group, zone), side: 'baseline', phase: 'history', periodStart, value }];
  });
}

const counts = (events: number, total: number) => ({ events, total });

describe('the past of a service', () => {
  test('has failed requests and connections out of all, and no errors where none were published', () => {
    const told = [
      ...points('requests', [100, 200, null]),
      ...points('errors', [3, null, null]),
      ...points('connection-errors', [1, null, null]),
    ];
    const [slice] = pastTraffic(told, places, span, false).slices;
    expect(slice).toEqual({ zone: null, errors: [counts(4, 100), counts(0, 200), null], slow: null });
  });

  test('leaves a period open of which CloudWatch did not say all', () => {
    const told = [
      ...points('requests', [100, 100, undefined]),
      ...points('errors', [1, undefined, 1]),
      ...points('connection-errors', [null, null, null]),
      ...points('slow', [7, null, 5]),
    ];
    const [slice] = pastTraffic(told, places, span, true).slices;
    expect(slice?.errors).toEqual([counts(1, 100), null, null]);
    expect(slice?.slow).toEqual([counts(7, 100), null, null]);
  });

  test('adds up the two target groups between which a service moves', () => {
    const none = [null, null, null];
    const both = { ...places, targetGroups: [blue, green] };
    const told = [blue, green].flatMap((group) => [
      ...points('requests', group === blue ? [100, 60, null] : [null, 40, 100], group),
      ...points('errors', group === blue ? [1, 1, null] : [null, 2, 3], group),
      ...points('connection-errors', none, group),
    ]);
    const [slice] = pastTraffic(told, both, span, false).slices;
    expect(slice?.errors).toEqual([counts(1, 100), counts(3, 100), counts(3, 100)]);
  });

  test('is told apart by zones', () => {
    const zoned = { ...places, zones: ['a', 'b'] };
    const told = ['a', 'b'].flatMap((zone) => [
      ...points('requests', [10, 10, zone === 'a' ? 10 : null], blue, zone),
      ...points('errors', [null, null, null], blue, zone),
      ...points('connection-errors', [null, null, null], blue, zone),
    ]);
    const { slices } = pastTraffic(told, zoned, span, false);
    expect(slices.map(({ zone, errors }) => [zone, errors[2]])).toEqual([
      ['a', counts(0, 10)],
      ['b', null],
    ]);
  });

  test('is asked for with the dimensions under which a load balancer counts', () => {
    const asked = pastQuestions({ ...places, zones: ['a'] }, 300, 0.5);
    const queries = asked.map(({ queries: [query] }) => query?.MetricStat);
    expect(queries.map((stat) => [stat?.Metric.MetricName, stat?.Stat, stat?.Period])).toEqual([
      ['RequestCount', 'Sum', 300],
      ['HTTPCode_Target_5XX_Count', 'Sum', 300],
      ['TargetConnectionErrorCount', 'Sum', 300],
      ['TargetResponseTime', 'TC(0.5:)', 300],
    ]);
    expect(queries[0]?.Metric.Dimensions).toEqual([
      { Name: 'TargetGroup', Value: blue },
      { Name: 'AvailabilityZone', Value: 'a' },
      { Name: 'LoadBalancer', Value: 'app/shop/1' },
    ]);
    expect(pastQuestions(places, 60, null)).toHaveLength(3);
  });
});

describe('the period that CloudWatch still has', () => {
  const daysAgo = (days: number) => new Date(from.getTime() - days * 86_400_000);
  test.each([
    [10, 0.1, 10],
    [10, 1, 60],
    [60, 14.9, 60],
    [60, 15, 300],
    [600, 20, 600],
    [420, 20, 600],
    [60, 62.9, 300],
  ])('of %d s, %d days ago, is %d s', (wanted, days, kept) => {
    expect(keptPeriod(wanted, daysAgo(days), from)).toBe(kept);
  });

  test('is none where only hours are kept', () => {
    expect(keptPeriod(60, daysAgo(63), from)).toBeNull();
  });
});
