import { describe, expect, test } from '@jest/globals';
import type { ImportedPolicy } from '../../../src/canary/import/imported.ts';
import { importKayenta } from '../../../src/canary/import/kayenta.ts';
import { mannWhitneySettings } from '../../../src/canary/mann-whitney/settings.ts';
import { metricEntry } from '../../../src/canary/metric-policy.ts';

const prometheus = (metricName: string, more: object = {}) => ({ type: 'prometheus', metricName, ...more });

function metric(name: string, query: object, canary: object = {}, groups: readonly string[] = ['g']) {
  return { name, query, groups, analysisConfigurations: { canary }, scopeName: 'default' };
}

function config(
  metrics: readonly object[],
  classifier: object = { groupWeights: { g: 100 }, scoreThresholds: { pass: 90, marginal: 50 } },
) {
  return JSON.stringify({ name: 'checkout', judge: { name: 'NetflixACAJudge-v1.0' }, metrics, classifier }, null, 2);
}

/** As Kayenta's templates write one. */
function variable(name: string): string {
  return `\${${name}}`;
}

/** The settings of the judge, as the block has them. */
function settingsOf({ canary }: ImportedPolicy) {
  return mannWhitneySettings.parse(canary?.mannWhitney);
}

function lines(findings: ImportedPolicy['lost']): readonly string[] {
  return findings.map(({ line, text }) => `${line}: ${text}`);
}

const errors = metric('Error rate', prometheus('http_errors_5xx'), { direction: 'increase', critical: true });

describe('a canary config of Kayenta', () => {
  test('becomes a block that our own schemas read', () => {
    const latency = metric(
      'p99 latency',
      prometheus('request_duration_seconds', { customInlineTemplate: 'histogram_quantile(0.99, rate(x[1m]))' }),
      {
        direction: 'increase',
        nanStrategy: 'remove',
        outliers: { strategy: 'remove', outlierFactor: 2 },
        effectSize: { allowedIncrease: 1.1 },
        mustHaveData: true,
        muted: true,
      },
      ['latency'],
    );
    const { canary, lost } = importKayenta(
      config([errors, latency], { groupWeights: { g: 70, latency: 30 }, scoreThresholds: { pass: 90, marginal: 50 } }),
    );
    expect(lost).toEqual([]);
    expect(canary).toEqual({
      judge: 'mann-whitney',
      mannWhitney: {
        scoreThresholds: { pass: 90, marginal: 50 },
        groupWeights: { g: 70, latency: 30 },
        metrics: [
          { metric: 'error-ratio', groups: ['g'], direction: 'increase', nanStrategy: 'remove', critical: true },
          {
            metric: 'latency-p99',
            groups: ['latency'],
            direction: 'increase',
            nanStrategy: 'remove',
            outliers: { strategy: 'remove', outlierFactor: 2 },
            mustHaveData: true,
            muted: true,
            effectSize: { allowedIncrease: 1.1 },
          },
        ],
      },
      metrics: ['error-ratio', 'latency-p99'],
    });
    expect(mannWhitneySettings.safeParse(canary?.mannWhitney).success).toBe(true);
  });

  test.each<[string, object, unknown, object]>([
    [
      'a success rate is read the other way round',
      metric('success rate', prometheus('x'), { direction: 'decrease', effectSize: { allowedDecrease: 0.99 } }),
      'error-ratio',
      { as: 'complement', direction: 'decrease', effectSize: { allowedDecrease: 0.99 } },
    ],
    [
      'a mean response time is asked of the load balancer',
      metric('Transaction Time', { type: 'newrelic', select: 'average(totalTime*1000)' }),
      'latency-mean',
      { metric: 'latency-mean' },
    ],
    ['any other percentile, too', metric('latency 90th percentile', prometheus('x')), 'latency-p90', {}],
    ['the median', metric('median latency', prometheus('x')), 'latency-p50', {}],
    [
      'the chance to be higher',
      metric('errors/s', prometheus('x'), { effectSize: { measure: 'cles', allowedIncrease: 0.8 } }),
      'error-ratio',
      { effectSize: { measure: 'cles', allowedIncrease: 0.8 } },
    ],
    [
      'a template that the query names',
      metric('api', prometheus('x', { customFilterTemplate: 'five' })),
      'error-ratio',
      {},
    ],
  ])('%s', (_name, one, name, settings) => {
    const text = config([one]).replace(
      '"name": "checkout"',
      '"name": "checkout", "templates": { "five": "status=~\\"5..\\"" }',
    );
    const imported = importKayenta(text);
    const { canary, lost, metrics } = imported;
    expect(lost).toEqual([]);
    expect(metrics.map((found) => found.name)).toEqual([name]);
    expect(settingsOf(imported).metrics).toMatchObject([settings]);
    for (const entry of (canary?.metrics ?? []) as readonly unknown[]) {
      expect(
        metricEntry.safeParse(typeof entry === 'string' ? entry : { ...(entry as object), limit: 1 }).success,
      ).toBe(true);
    }
  });

  test('CloudWatch queries keep their metric; the target group is the side that is asked for', () => {
    const dimensions = [
      { name: 'TargetGroup', value: 'targetgroup/canary/1' },
      { name: 'LoadBalancer', value: variable('lb') },
    ];
    const plain = {
      type: 'cloudwatch',
      namespace: 'AWS/ApplicationELB',
      metricName: 'RejectedConnectionCount',
      statistic: 'Sum',
      dimensions,
    };
    const { canary, lost } = importKayenta(config([metric('Rejected connections', plain)]));
    expect(lost).toEqual([]);
    expect(canary?.metrics).toEqual([
      {
        name: 'rejected-connections',
        metric: {
          namespace: 'AWS/ApplicationELB',
          metricName: 'RejectedConnectionCount',
          dimensions: { TargetGroup: '$targetGroup', LoadBalancer: '$loadBalancer' },
          stat: 'Sum',
        },
      },
    ]);
  });

  test('each metric that cannot be expressed is named with its line and a way out', () => {
    const odd = [
      errors,
      metric('cpu', prometheus('node_cpu')),
      metric('GC pauses', { type: 'datadog', metricName: 'jvm.gc.pause' }),
      metric('requests', { type: 'stackdriver', metricType: 'loadbalancing/request_count' }),
      metric('5xx', { type: 'graphite', metricName: 'errors' }),
      metric('no group', prometheus('latency p99'), {}, []),
      metric('Apdex', { type: 'newrelic', select: 'apdex(duration, 0.2)' }),
      metric('404s', prometheus('http_404')),
      metric('frames', { type: 'signalfx', metricName: 'frames' }),
      metric('lag', {
        type: 'cloudwatch',
        namespace: 'App',
        metricName: 'Lag',
        stat: 'Maximum',
        dimensions: { Service: variable('scope') },
      }),
      metric('pool', { type: 'cloudwatch', customInlineTemplate: 'fields' }),
      metric('shared', {
        type: 'cloudwatch',
        namespace: 'AWS/RDS',
        metricName: 'DatabaseConnections',
        stat: 'Average',
        dimensions: { DBInstanceIdentifier: 'db' },
      }),
    ];
    const text = config(odd);
    const { lost, metrics } = importKayenta(text);
    expect(metrics.map(({ name }) => name)).toEqual(['error-ratio']);
    const source = text.split('\n');
    for (const { line } of lost) expect(source[(line ?? 0) - 1]).toMatch(/^ +"name"/);
    expect(lost).toHaveLength(odd.length - 1);
    expect(lines(lost).join('\n')).toMatch(
      new RegExp(
        [
          '"cpu" is one number for both versions.*write it as a metric of your own',
          'datadog query; it seems to measure "gc"',
          'is its weight, not its health',
          'is error-ratio here, which another metric of the config is already; keep one',
          'is in no group.*write groups',
          'Apdex is not published by load balancers',
          'responses of 4xx are not among',
          'it is none of errors, success rate',
          'dimension Service "\\$\\{scope\\}": only the other tool fills such a template; write its value',
          'no JSON of GetMetricData queries',
          '"shared" is one number for both versions',
        ].join('[\\s\\S]*'),
      ),
    );
  });

  test('what Kayenta ignores is left out and named: misspelt fields, words, thresholds that are never asked (kayenta#744)', () => {
    const sloppy = metric('error ratio', prometheus('x'), {
      direction: 'up',
      nanstrategy: 'remove',
      nanStrategy: 'replace',
      effectSize: { criticalIncrease: 5, alowedIncrease: 2 },
    });
    const imported = importKayenta(config([sloppy]));
    const { notes } = imported;
    const told = notes.map(({ text }) => text).join('\n');
    expect(told).toContain('"nanstrategy" is not known here and has no effect; known are direction, nanStrategy');
    expect(told).toContain('"alowedIncrease" is not known here');
    expect(told).toContain('"up" is none of increase, decrease, either; Kayenta reads it as either');
    expect(told).toContain('criticalIncrease has no effect (direction either, critical false)');
    expect(told).toContain('replace is not needed');
    expect(imported.canary?.mannWhitney).toHaveProperty('metrics', [
      { metric: 'error-ratio', groups: ['g'], direction: 'either', nanStrategy: 'remove' },
    ]);
  });

  test.each<[string, object, object, RegExp]>([
    [
      'the weight of a group that is lost goes to the others',
      { g: 30, h: 30, gone: 40 },
      { g: 50, h: 50 },
      /"gone": no metric is left in it/,
    ],
    [
      'weights that do not add up are scaled',
      { g: 30, h: 30 },
      { g: 50, h: 50 },
      /add up to 60; they are scaled to 100/,
    ],
    ['groups without weights share what is left', { g: 30 }, { g: 30 }, /^/],
    ['thirds stay whole together', { g: 10, h: 20 }, { g: 33.33, h: 66.67 }, /scaled/],
  ])('%s', (_name, groupWeights, expected, note) => {
    const latency = metric('p95 latency', prometheus('x'), {}, ['h']);
    const { canary, notes, lost } = importKayenta(
      config([errors, latency], { groupWeights, scoreThresholds: { pass: 95, marginal: 75 } }),
    );
    expect(lost).toEqual([]);
    expect(canary?.mannWhitney).toHaveProperty('groupWeights', expected);
    expect(notes.map(({ text }) => text).join('\n')).toMatch(note);
  });

  test('thresholds that only the pipeline has are said to be taken', () => {
    const { canary, notes } = importKayenta(config([errors], { groupWeights: { g: 100 } }));
    expect(canary?.mannWhitney).toMatchObject({ scoreThresholds: { pass: 95, marginal: 75 } });
    expect(notes.map(({ text }) => text).join('\n')).toContain('in Spinnaker the pipeline has them');
  });

  test.each<[string, string, RegExp]>([
    ['no JSON', '{ "metrics": [', /^line 1: neither YAML nor JSON/],
    ['nothing', '', /holds nothing/],
    ['two documents', 'a: 1\n---\nb: 2\n', /2 documents; a canary config is one/],
    ['a list', '[1, 2]', /expected object/],
    ['no metrics', '{\n"name": "x",\n"metrics": [] }', /^line 3: metrics/],
    ['a metric without a query', config([{ name: 'x', groups: [] }]), /^line 7: metrics\[0\]\.query/],
    [
      'a weight that is no number',
      config([errors], { groupWeights: { g: 'all' } }),
      /classifier\.groupWeights\.g: "all"/,
    ],
  ])('%s is refused with its line', (_name, text, message) => {
    expect(() => importKayenta(text)).toThrow(message);
  });
});
