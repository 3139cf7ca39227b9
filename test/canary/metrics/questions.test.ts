import { describe, expect, test } from '@jest/globals';
import { questionsOf } from '../../../src/canary/metrics/questions.ts';
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
