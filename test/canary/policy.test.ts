import { describe, expect, test } from '@jest/globals';
import { defaultMetrics } from '../../src/canary/metric-policy.ts';
import { canaryPolicy, policyWarnings } from '../../src/canary/policy.ts';

const source = { namespace: 'Payments', metricName: 'PoolInUse', stat: 'Maximum' };
const pool = { name: 'pool', metric: source };
const incomparable = /metrics\.0: .* no dimension of it is \$targetGroup, .*; write limit instead/;

function problems(block: object): readonly string[] {
  const { error } = canaryPolicy.safeParse(block);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('a canary block', () => {
  test('that says nothing is a useful policy', () => {
    const policy = canaryPolicy.parse(undefined);
    expect(policy).toMatchObject({ periodSeconds: 60, settleSeconds: 120, durationSeconds: 3600, alpha: 0.01 });
    expect(policy.onInconclusive).toBe('fail');
    expect(policy.metrics.map(({ name }) => name)).toEqual([...defaultMetrics]);
  });

  test('with an objective is judged by it, and by its errors first', () => {
    const { metrics, sloSeconds } = canaryPolicy.parse({ latency: { slo: '500ms' } });
    expect([sloSeconds, metrics.at(-1)?.name]).toEqual([0.5, 'slow-slo']);
    expect(metrics.filter((metric) => metric.kind !== 'volume' && metric.main).map(({ name }) => name)).toEqual([
      'error-ratio',
    ]);
  });

  test('names its main metric itself', () => {
    const { metrics } = canaryPolicy.parse({ metrics: ['error-ratio', { 'slow-p90': { main: true } }] });
    expect(metrics.map((metric) => metric.kind !== 'volume' && metric.main)).toEqual([false, true]);
  });

  test.each<[unknown, object]>([
    [undefined, { ratio: 2, latency: 1.5 }],
    [3, { ratio: 3, gauge: 3, latency: 3 }],
    [{ ratio: 4 }, { ratio: 4, count: 4, latency: 1.5 }],
  ])('with promote: %j is safe from these sizes', (promote, expected) => {
    expect(canaryPolicy.parse({ promote }).promote).toMatchObject(expected);
  });

  test('metrics may be a name, a name with settings, or one of your own', () => {
    const own = { name: 'pool', expression: '100 * used / size', inputs: { used: source, size: source }, limit: 90 };
    const { metrics } = canaryPolicy.parse({ metrics: ['cpu', { 'error-ratio': { limit: 0.1 } }, own] });
    expect(metrics.map(({ name }) => name)).toEqual(['cpu', 'error-ratio', 'pool']);
    expect(metrics[1]).toMatchObject({ limit: 0.1, minimumIncrease: 0.01 });
  });

  test.each<[string, object, RegExp]>([
    ['an unknown field', { perod: '60s' }, /unknown field "perod"; accepted: period, settle/],
    ['a word that is no duration', { settle: '5x' }, /settle: "5x": not a duration; write/],
    ['a period that CloudWatch does not know', { period: '45s' }, /period: 45 s: CloudWatch knows 1s, 5s/],
    ['a watch shorter than two periods', { duration: '90s' }, /duration: 90 s is shorter than two periods/],
    ['an unknown metric', { metrics: ['erorr-ratio'] }, /metrics\.0: .*error-ratio, slow-p50/],
    ['no metric at all (flagger#1581)', { metrics: [] }, /metrics: .*is empty/],
    ['a metric named twice', { metrics: ['cpu', 'cpu'] }, /metrics: "cpu" is there twice/],
    ['no period', { period: '0s' }, /period: "0s": too short; write a duration from 1s to 24h/],
    ['no length', { duration: '0s' }, /duration: "0s": too short; write a duration from 2s to 48h/],
    ['a watch of more than two days', { duration: '49h' }, /duration: "49h": too long; .* to 48h/],
    ['data that settle for hours', { settle: '2h' }, /settle: "2h": too long; .* to 1h/],
    ['more looks than can be kept', { period: '5s', duration: '10h' }, /36000 s is more than 2880 periods; .* 20s/],
    ['more history than is kept', { history: 1441 }, /history: /],
    [
      'metrics that only count',
      { metrics: ['request-count'] },
      /metrics: request-count is .* never bad; write one of er/,
    ],
    [
      'a metric of your own without a rule',
      { metrics: [pool] },
      /metrics\.0: "pool" can never be bad, .*; write limit: N/,
    ],
    ['an objective that is not there', { metrics: ['slow-slo'] }, /"slow-slo" has no objective; write latency: \{ slo/],
    ['a size that is no regression', { promote: { ratio: 1 } }, /promote.*: .*a factor above 1/],
    [
      'a state that does not exist',
      { onState: { 'no-trafic': 'fail' } },
      /unknown field "no-trafic"; accepted: no-obs/,
    ],
    ['an outcome that does not exist', { onState: { 'traffic-stopped': 'pass' } }, /onState\.traffic-stopped: /],
    ['a mode that does not exist', { mode: 'dry-run' }, /mode: /],
    ['a comparison of one CPU with itself', { metrics: [{ cpu: { relative: 2 } }] }, incomparable],
    ['a comparison of one memory with itself', { metrics: [{ memory: { relative: 2 } }] }, incomparable],
    ['a comparison of your own shared metric', { metrics: [{ ...pool, limit: 9, relative: 2 }] }, incomparable],
    [
      'more metrics than anybody reads',
      { metrics: Array.from({ length: 51 }, (_, n) => ({ ...pool, name: `pool-${n}`, limit: 9 })) },
      /more than 50 metrics/,
    ],
    ['alpha that is no error rate', { alpha: 0.7 }, /alpha: /],
    [
      'an expression with an id that is no input',
      { metrics: [{ name: 'pool', expression: 'used / sice', inputs: { used: source } }] },
      /sice, which is no input; there are used/,
    ],
    [
      'an expression that takes in the other queries of its call',
      { metrics: [{ name: 'all', expression: 'SUM(METRICS())', inputs: { used: source } }] },
      /uses METRICS; write arithmetic/,
    ],
  ])('with %s is refused, naming it', (_name, block, expected) => {
    expect(problems(block).join('\n')).toMatch(expected);
  });

  test.each<[object, readonly RegExp[]]>([
    [{}, []],
    [{ period: '10s' }, [/canary\.period of 10 s: load balancers publish once a minute/]],
    [{ metrics: ['cpu', 'request-count'] }, [/canary\.metrics: none is compared with the baseline/]],
    [{ duration: '2h' }, [/canary\.duration of 120 min/]],
  ])('%j is warned of what it probably does not mean', (block, expected) => {
    const warnings = policyWarnings(canaryPolicy.parse(block));
    expect(warnings).toHaveLength(expected.length);
    expected.forEach((pattern, index) => {
      expect(warnings[index]).toMatch(pattern);
    });
  });
});
