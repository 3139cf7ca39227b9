import { describe, expect, test } from '@jest/globals';
import { limitQuestions, questionsOf } from '../../../src/canary/metrics/questions.ts';
import type { Limits } from '../../../src/canary/observation.ts';
import { canaryPolicy } from '../../../src/canary/policy.ts';

const targets = {
  loadBalancer: 'app/payments/0123456789abcdef',
  baseline: 'targetgroup/blue/1',
  canary: 'targetgroup/green/2',
  cluster: 'production',
  service: 'payments',
};

function asked(metrics: unknown, over: Partial<typeof targets> | Record<string, null> = {}): readonly string[] {
  return questionsOf(canaryPolicy.parse({ metrics }), { ...targets, ...over }).map(
    ({ metric, side }) => `${metric} ${side}`,
  );
}

const counts = ['requests', 'errors', 'connection-errors'].flatMap((name) => [`${name} baseline`, `${name} canary`]);

describe('what is asked of CloudWatch', () => {
  test.each<[string, unknown, object, readonly string[]]>([
    ['counts are always asked for both sides', ['error-ratio'], {}, counts],
    ['latency is asked a side', ['latency-p95'], {}, [...counts, 'latency-p95 baseline', 'latency-p95 canary']],
    ['ECS gauges belong to both versions', ['cpu'], {}, [...counts, 'cpu shared']],
    ['without a load balancer nothing of it can be asked', ['cpu'], { loadBalancer: null }, ['cpu shared']],
    ['without a service its gauges cannot be asked', ['cpu'], { service: null }, counts],
    [
      'a target group that is not known yet is left out',
      ['error-ratio'],
      { canary: null },
      ['requests baseline', 'errors baseline', 'connection-errors baseline'],
    ],
  ])('%s', (_name, metrics, over, expected) => {
    expect(asked(metrics, over)).toEqual(expected);
  });

  test('slow requests are counted beyond the limit of each metric, once that is known', () => {
    const policy = canaryPolicy.parse({ metrics: ['slow-p90'], latency: { slo: '500ms' } });
    const statistics = (limits: Limits) =>
      questionsOf(policy, targets, limits)
        .filter(({ metric, side }) => metric.startsWith('slow-') && side === 'canary')
        .map(({ metric, queries }) => [metric, queries[0]?.MetricStat?.Stat]);
    expect(statistics({})).toEqual([]);
    expect(statistics({ 'slow-p90': 0.213, 'slow-slo': 0.5 })).toEqual([
      ['slow-p90', 'TC(0.213:)'],
      ['slow-slo', 'TC(0.5:)'],
    ]);
  });

  test('the limits are asked of the baseline, for those metrics that have none yet', () => {
    const policy = canaryPolicy.parse({ metrics: ['slow-p50', 'slow-p99'], latency: { slo: '500ms' } });
    const asked = (known: Limits) =>
      limitQuestions(policy, targets, known).map(({ metric, side, queries }) => [
        metric,
        side,
        queries[0]?.MetricStat?.Stat,
      ]);
    expect(asked({ 'slow-p50': 0.2 })).toEqual([['response-p99', 'baseline', 'p99']]);
  });

  test('the baseline’s past is asked by zone where CloudWatch lists zones, and not the watch', () => {
    const zones = ['eu-central-1a', 'eu-central-1b'];
    const found = questionsOf(canaryPolicy.parse({ metrics: ['error-ratio'] }), { ...targets, zones });
    const byZone = found.filter(({ part }) => part !== undefined);
    expect(byZone.map(({ metric, part, phases }) => `${metric} ${part} ${phases.join()}`)).toEqual(
      ['requests', 'errors', 'connection-errors'].flatMap((metric) => zones.map((zone) => `${metric} ${zone} history`)),
    );
    expect(byZone[0]?.queries[0]?.MetricStat?.Metric.Dimensions).toContainEqual({
      Name: 'AvailabilityZone',
      Value: 'eu-central-1a',
    });
  });

  test('the canary has no past to ask about, and what is shared has past days', () => {
    const found = questionsOf(canaryPolicy.parse({ metrics: ['cpu'] }), targets);
    expect(found.map(({ metric, side, phases }) => `${metric} ${side} ${phases.join()}`)).toEqual([
      ...['requests', 'errors', 'connection-errors'].flatMap((name) => [
        `${name} baseline history,watch`,
        `${name} canary watch`,
      ]),
      'cpu shared history,watch,past',
    ]);
  });

  test('load balancer metrics are asked by target group and load balancer', () => {
    const found = questionsOf(canaryPolicy.parse({ metrics: ['latency-p99'] }), targets).at(-1);
    expect(found?.queries).toEqual([
      {
        Id: 'value',
        MetricStat: {
          Metric: {
            Namespace: 'AWS/ApplicationELB',
            MetricName: 'TargetResponseTime',
            Dimensions: [
              { Name: 'TargetGroup', Value: 'targetgroup/green/2' },
              { Name: 'LoadBalancer', Value: 'app/payments/0123456789abcdef' },
            ],
          },
          Period: 60,
          Stat: 'p99',
        },
        ReturnData: true,
      },
    ]);
  });

  test('an expression comes with its inputs, which return nothing themselves', () => {
    const metric = { namespace: 'Payments', metricName: 'PoolInUse', stat: 'Maximum' };
    const own = { name: 'pool', expression: '100 * used / size', inputs: { used: metric, size: metric }, limit: 90 };
    const found = questionsOf(canaryPolicy.parse({ metrics: [own] }), targets).at(-1);
    expect([found?.side, found?.queries.map(({ Id, ReturnData }) => [Id, ReturnData])]).toEqual([
      'shared',
      [
        ['used', false],
        ['size', false],
        ['value', true],
      ],
    ]);
  });
});
