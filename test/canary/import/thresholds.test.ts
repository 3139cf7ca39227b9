import { describe, expect, test } from '@jest/globals';
import { importArgo } from '../../../src/canary/import/argo.ts';
import { importFlagger } from '../../../src/canary/import/flagger.ts';
import { goSeconds } from '../../../src/canary/import/go-duration.ts';
import { thresholdSettings } from '../../../src/canary/thresholds/settings.ts';

function canaryOf(analysis: string, name = 'podinfo'): string {
  const block = analysis.replaceAll(/^/gm, '    ');
  return `apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata:\n  name: ${name}\nspec:\n  analysis:\n${block}\n`;
}

const template = (name: string, provider: string, query: string) =>
  `---\nkind: MetricTemplate\nmetadata: { name: ${name} }\nspec:\n  provider: { type: ${provider} }\n  query: |\n    ${query}\n`;

const usual = `interval: 1m
threshold: 5
maxWeight: 50
stepWeight: 10
metrics:
  - name: request-success-rate
    thresholdRange: { min: 99 }
    interval: 1m
  - name: request-duration
    thresholdRange: { max: 500 }
    interval: 2m`;

function texts(findings: readonly { readonly line: number | null; readonly text: string }[]): string {
  return findings.map(({ line, text }) => `${line}: ${text}`).join('\n');
}

describe("Flagger's Canary", () => {
  test('becomes ranges that our own schema reads: percent of success, milliseconds', () => {
    const { canary, lost } = importFlagger(canaryOf(usual), undefined);
    expect(lost).toEqual([]);
    expect(canary).toEqual({
      duration: '5m',
      judge: 'thresholds',
      thresholds: {
        failedChecks: 5,
        every: 1,
        ranges: [
          { metric: 'error-ratio', as: 'complement-percent', min: 99 },
          { metric: 'latency-p99', as: 'milliseconds', max: 500, window: 2 },
        ],
      },
      metrics: ['error-ratio', 'latency-p99'],
    });
    expect(thresholdSettings.safeParse(canary?.thresholds).success).toBe(true);
  });

  test.each<[string, string, object]>([
    [
      'a query in place',
      '{ name: error-percentage, query: "100 * sum(rate(errors_total[1m])) / sum(rate(x[1m]))", threshold: 1 }',
      { metric: 'error-ratio', as: 'percent', max: 1 },
    ],
    [
      'a success ratio',
      '{ name: availability, query: "sum(rate(ok[1m])) / sum(rate(all[1m]))", thresholdRange: { min: 0.99 } }',
      { metric: 'error-ratio', as: 'complement', min: 0.99 },
    ],
    [
      'a latency in seconds',
      '{ name: p95, query: "histogram_quantile(0.95, latency_seconds_bucket)", thresholdRange: { max: 0.5 } }',
      { metric: 'latency-p95', max: 0.5 },
    ],
    [
      'a latency that can only be in milliseconds',
      '{ name: p95 latency, query: q, thresholdRange: { max: 500 } }',
      { metric: 'latency-p95', as: 'milliseconds', max: 500 },
    ],
    [
      'the deprecated threshold of the success rate',
      '{ name: request-success-rate, threshold: 99 }',
      { metric: 'error-ratio', as: 'complement-percent', min: 99 },
    ],
    [
      'CPU, for both versions together',
      '{ name: cpu, query: q, thresholdRange: { max: 80 } }',
      { metric: 'cpu', max: 80 },
    ],
  ])('%s', (_name, metric, range) => {
    const { canary, lost } = importFlagger(canaryOf(`metrics:\n  - ${metric}`), undefined);
    expect(lost).toEqual([]);
    expect(canary?.thresholds).toEqual({ failedChecks: 1, every: 1, ranges: [range] });
  });

  test('templates are found in the same file; CloudWatch queries are kept', () => {
    const query = JSON.stringify([
      { Id: 'e1', Expression: '100 * m1 / m2' },
      {
        Id: 'm1',
        MetricStat: {
          Metric: {
            Namespace: 'AWS/ApplicationELB',
            MetricName: 'HTTPCode_Target_5XX_Count',
            Dimensions: [{ Name: 'TargetGroup', Value: 'targetgroup/{{ name }}/1' }],
          },
          Period: 300,
          Stat: 'Sum',
        },
        ReturnData: false,
      },
      {
        Id: 'm2',
        MetricStat: {
          Metric: {
            Namespace: 'AWS/ApplicationELB',
            MetricName: 'RequestCount',
            Dimensions: [{ Name: 'TargetGroup', Value: 'x' }],
          },
          Period: 300,
          Stat: 'Sum',
        },
        ReturnData: false,
      },
    ]);
    const text = canaryOf(
      'metrics:\n  - name: "ELB 5xx %"\n    templateRef: { name: cw }\n    thresholdRange: { max: 1 }',
    );
    const { canary, lost, metrics } = importFlagger(text + template('cw', 'cloudwatch', query), undefined);
    expect(lost).toEqual([]);
    expect(metrics).toEqual([expect.objectContaining({ name: 'elb-5xx', measures: 'error-percent', shared: false })]);
    expect(canary?.thresholds).toMatchObject({ ranges: [{ metric: 'elb-5xx', max: 1, window: 5 }] });
  });

  test('what is lost is named with its line', () => {
    const analysis = `interval: nonsense
metrics:
  - name: request-success-rate
    thresholdRange: { min: 99 }
  - name: missing
    templateRef: { name: nowhere }
    thresholdRange: { max: 1 }
  - name: request-duration
  - name: unusable
    thresholdRange: { max: 1 }
  - name: 404s
    templateRef: { name: four }
    thresholdRange: { max: 5 }
  - name: broken
    templateRef: { name: cw }
    thresholdRange: { max: 5 }
webhooks:
  - { name: decides, url: "http://x" }
  - { name: load, url: "http://x", metadata: { cmd: hey } }
  - { name: back, type: rollback, url: "http://x" }
  - { name: gate, type: confirm-rollout, url: "http://x" }
alerts: []`;
    const { lost, notes, canary } = importFlagger(
      canaryOf(analysis) + template('four', 'prometheus', 'requests{code="404"}') + template('cw', 'cloudwatch', 'x y'),
      undefined,
    );
    expect(canary?.thresholds).toMatchObject({ ranges: [{ metric: 'error-ratio' }] });
    expect(texts(lost)).toMatch(/^24: webhook "decides" \(rollout\): its answer decides a check/m);
    expect(texts(lost)).toMatch(/^11: metric "missing": its MetricTemplate "nowhere" is not in the file/m);
    expect(texts(lost)).toMatch(/^14: metric "request-duration": has no thresholdRange/m);
    expect(texts(lost)).toMatch(/^15: metric "unusable": it has neither query nor templateRef/m);
    expect(texts(lost)).toMatch(/^17: metric "404s": responses of 4xx/m);
    expect(texts(lost)).toMatch(/^20: metric "broken": the query of its MetricTemplate is no JSON/m);
    expect(lost).toHaveLength(6);
    expect(texts(notes)).toMatch(
      /"nonsense" is no duration[\s\S]*"load"[\s\S]*|"load"[\s\S]*"nonsense" is no duration/,
    );
    expect(texts(notes)).toMatch(/POST \/rollback does that here/);
  });

  test('several Canaries are chosen from by name; none, no metrics and no analysis are refused', () => {
    const two = `${canaryOf(usual, 'one')}---\n${canaryOf('threshold: 2\nmetrics:\n  - { name: request-duration, threshold: 9 }', 'two')}`;
    expect(importFlagger(two, 'two').canary?.thresholds).toMatchObject({ failedChecks: 2 });
    expect(() => importFlagger(two, undefined)).toThrow('2 Canaries: one, two; choose one with --service NAME');
    expect(() => importFlagger('kind: Deployment', undefined)).toThrow('no Canary in it, but Deployment');
    const empty = importFlagger(canaryOf('threshold: 1'), undefined);
    expect(empty.canary).toBeNull();
    expect(texts(empty.lost)).toContain('every check of Flagger passes');
    const skipped = canaryOf(usual).replace('spec:\n', 'spec:\n  skipAnalysis: true\n');
    expect(importFlagger(skipped, undefined).canary).toBeNull();
  });
});

function templateOf(metrics: string, more = ''): string {
  return `apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata:\n  name: checks\nspec:\n${more}  metrics:\n${metrics.replaceAll(/^/gm, '    ')}\n`;
}

const success = `- name: success-rate
  interval: 5m
  count: 6
  successCondition: result[0] >= {{args.least}}
  failureLimit: "3"
  provider:
    prometheus:
      query: sum(irate(requests{code!~"5.*"}[5m])) / sum(irate(requests[5m]))`;

describe("Argo's AnalysisTemplate", () => {
  test('becomes conditions that our own schema reads, with its arguments', () => {
    const { canary, lost, notes } = importArgo(
      templateOf(success, '  args:\n    - { name: least, value: "0.95" }\n    - name: service\n'),
    );
    expect(lost).toEqual([]);
    expect(canary).toEqual({
      duration: '26m',
      judge: 'thresholds',
      thresholds: {
        conditions: [
          {
            name: 'success-rate',
            metric: 'error-ratio',
            as: 'complement',
            window: 5,
            successCondition: 'result[0] >= 0.95',
            failureLimit: 3,
            count: 6,
            every: 5,
          },
        ],
      },
      metrics: ['error-ratio'],
    });
    expect(thresholdSettings.safeParse(canary?.thresholds).success).toBe(true);
    expect(texts(notes)).toContain('read as the success ratio, from 0 to 1');
  });

  test('all limits are kept, and CloudWatch queries with their period and window', () => {
    const metric = `- name: cw
  interval: 1m
  initialDelay: 90s
  successCondition: "len(result[0].Values) >= 5 and all(result[0].Values, {# <= 0.01})"
  failureCondition: "any(result[0].Values, {# > 0.5})"
  failureLimit: 3
  inconclusiveLimit: 2
  consecutiveErrorLimit: 1
  consecutiveSuccessLimit: 4
  provider:
    cloudWatch:
      interval: 30m
      metricDataQueries:
        - { id: rate, expression: errors / requests }
        - { id: errors, metricStat: { metric: { namespace: app, metricName: errors }, period: 300, stat: Sum }, returnData: false }
        - { id: requests, metricStat: { metric: { namespace: app, metricName: requests }, period: 300, stat: Sum }, returnData: false }`;
    const { canary, lost, notes } = importArgo(templateOf(metric));
    expect(lost).toEqual([]);
    expect(canary?.thresholds).toMatchObject({
      conditions: [
        {
          window: 30,
          step: 5,
          initialDelay: 29,
          every: 1,
          failureLimit: 3,
          inconclusiveLimit: 2,
          consecutiveErrorLimit: 1,
          consecutiveSuccessLimit: 4,
        },
      ],
    });
    expect(texts(notes)).toContain('measured from minute 30 on');
    expect(texts(notes)).toContain('no dimension TargetGroup: one number for both versions');
    expect(thresholdSettings.safeParse(canary?.thresholds).error).toBeUndefined();
  });

  test('what is lost is named with its line', () => {
    const metrics = `- { name: smoke, provider: { job: {} } }
- { name: inner, provider: { kayenta: {} } }
- { name: web, successCondition: result.ok, provider: { web: {} } }
- { name: success rate, successCondition: "result >= {{args.least}}", provider: { datadog: { query: q } } }
- { name: error rate, provider: { datadog: { query: q } } }
- { name: errors, successCondition: "result <", provider: { datadog: { query: q } } }
- { name: late errors, successCondition: "result < 1", interval: soon, provider: { datadog: { query: q } } }
- { name: gc, successCondition: "result < 1", provider: { newRelic: { query: "SELECT jvm.gc" } } }
- { name: dry, successCondition: "result < 1", provider: { web: {} } }`;
    const { lost, notes, canary } = importArgo(
      templateOf(metrics, '  dryRun: [{ metricName: dry }]\n  templates: [{ templateName: other }]\n'),
    );
    expect(canary).toBeNull();
    expect(texts(lost)).toMatch(/^7: template "other" is not in the file/m);
    expect(texts(lost)).toMatch(/^9: metric "smoke": provider job: what it asks is no metric/m);
    expect(texts(lost)).toMatch(
      /^10: metric "inner": provider kayenta; bring its canary config over with safety-gate import kayenta/m,
    );
    expect(texts(lost)).toMatch(
      /^12: metric "success rate": successCondition .* uses \{\{args\.least\}\}, which has no value/m,
    );
    expect(texts(lost)).toMatch(/^13: metric "error rate": has no condition/m);
    expect(texts(lost)).toMatch(
      /^14: metric "errors": successCondition "result <" at 9: the condition ends too early/m,
    );
    expect(texts(lost)).toMatch(/^15: metric "late errors": interval "soon" is no duration/m);
    expect(texts(lost)).toMatch(/^16: metric "gc": it seems to measure "gc"/m);
    expect(texts(notes)).toContain('metric "dry" is a dry run');
  });

  test('limits that our own schema refuses, and two metrics of one name, are said before anything is written', () => {
    const datadog = 'provider: { datadog: { query: q } }';
    const odd = `- { name: errors, successCondition: "result < 1", failureLimit: -7, ${datadog} }`;
    expect(texts(importArgo(templateOf(odd)).lost)).toMatch(/failureLimit/);
    const source = (name: string, metricName: string) =>
      `- { name: ${name}, successCondition: "result < 1", provider: { cloudWatch: { metricDataQueries: [{ id: a, metricStat: { metric: { namespace: n, metricName: ${metricName} }, stat: Sum } }] } } }`;
    const twins = importArgo(templateOf(`${source('pool size', 'one')}\n${source('pool-size', 'other')}`));
    expect(twins.canary).toBeNull();
    expect(texts(twins.lost)).toContain('two different metrics are both "pool-size" here; rename one of them');
    expect(texts(importArgo('kind: AnalysisTemplate\nspec: {}\n').lost)).toContain('no metric that decides');
  });

  test('a text without templates is refused', () => {
    expect(() => importArgo('kind: Rollout\n')).toThrow('no AnalysisTemplate in it');
    expect(() => importArgo('just words')).toThrow(/expected object/);
  });
});

test.each([
  ['1m30s', 90],
  ['500ms', 0.5],
  ['1h', 3600],
  ['1.5h', 5400],
  ['5', undefined],
  ['', undefined],
  ['m', undefined],
])('Go reads %s as %s s', (text, seconds) => {
  expect(goSeconds(text)).toBe(seconds);
});
