import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createCloudWatchMetrics } from '../../../src/canary/metrics/cloudwatch.ts';
import type { Question } from '../../../src/canary/metrics/questions.ts';
import { AwsError, type ScriptedAws, silence, startScriptedAws } from '../../support/scripted-aws.ts';

const from = new Date('2026-11-24T20:30:00.000Z');
const to = new Date('2026-11-24T20:33:00.000Z');
const window = { phase: 'watch', from, to, periodSeconds: 60 } as const;
const [first, second, third] = [0, 60, 120].map((seconds) => from.getTime() / 1000 + seconds);
const clock = { now: () => new Date('2026-11-24T20:35:00.000Z') };

interface Asked {
  readonly MetricDataQueries: readonly { Id: string; Expression?: string; MetricStat?: { Metric: object } }[];
  readonly NextToken?: string;
}

let aws: ScriptedAws;
let client: CloudWatchClient;

beforeAll(async () => {
  aws = await startScriptedAws({});
  client = new CloudWatchClient({
    region: 'eu-central-1',
    endpoint: aws.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 600, throwOnRequestTimeout: true },
  });
});

beforeEach(() => {
  aws.calls.splice(0);
});

afterAll(async () => {
  client.destroy();
  await aws.close();
});

function question(metric: string, metricName = 'RequestCount'): Question {
  const stat = { Metric: { Namespace: 'AWS/ApplicationELB', MetricName: metricName }, Period: 60, Stat: 'Sum' };
  return { metric, side: 'canary', phases: ['watch'], queries: [{ Id: 'value', MetricStat: stat, ReturnData: true }] };
}

/** Every query gets the same result. */
function answering(result: object, more: object = {}) {
  aws.scripts.GetMetricData = (input) => {
    const { MetricDataQueries } = input as unknown as Asked;
    return {
      MetricDataResults: MetricDataQueries.map(({ Id }) => ({ Id, StatusCode: 'Complete', ...result })),
      ...more,
    };
  };
}

function ask(...questions: readonly Question[]) {
  return createCloudWatchMetrics({ client, clock }).observe(questions, [window], null);
}

const complete = { Timestamps: [first, second, third], Values: [70, 71, 69] };

describe('CloudWatch as the source of observations', () => {
  test('a complete answer gives every period a point, and null where there was none', async () => {
    answering({ Timestamps: [first, third], Values: [70, 69] });
    const { status, reasons, points, fetchedAt } = await ask(question('requests'));
    expect({ status, reasons, fetchedAt }).toEqual({
      status: 'complete',
      reasons: [],
      fetchedAt: clock.now().toISOString(),
    });
    expect(points.map(({ periodStart, value }) => [periodStart, value])).toEqual([
      ['2026-11-24T20:30:00.000Z', 70],
      ['2026-11-24T20:31:00.000Z', null],
      ['2026-11-24T20:32:00.000Z', 69],
    ]);
  });

  test('NaN and Infinity become null, and the fact is kept', async () => {
    answering({ Timestamps: [first, second, third], Values: ['NaN', 'Infinity', 0.2] });
    const { points } = await ask(question('latency-p95'));
    expect(points.map(({ value, notANumber }) => [value, notANumber])).toEqual([
      [null, 'NaN'],
      [null, 'Infinity'],
      [0.2, undefined],
    ]);
  });

  test.each([
    ['PartialData', 'metric-partial'],
    ['InternalError', 'metric-internal-error'],
    ['Forbidden', 'metric-forbidden'],
  ])('an answer that is %s never says that a period had nothing', async (StatusCode, code) => {
    answering({ StatusCode, Timestamps: [first], Values: [70] });
    const { status, reasons, points } = await ask(question('errors'));
    expect([status, ...reasons.map((reason) => reason.code)]).toEqual(['unavailable', code]);
    expect(points.map(({ value }) => value)).toEqual([70]);
  });

  test('a query that the answer leaves out is not silence', async () => {
    aws.scripts.GetMetricData = () => ({ MetricDataResults: [] });
    const { reasons, points } = await ask(question('errors'));
    expect([points, reasons.map(({ code }) => code)]).toEqual([[], ['metric-unanswered']]);
  });

  test('points from the future are kept where a window looks ahead, and nothing else from behind its end', async () => {
    const [unsettled, ahead] = [180, 600].map((seconds) => from.getTime() / 1000 + seconds);
    answering({ Timestamps: [first, unsettled, ahead], Values: [70, 71, 72] });
    const until = new Date('2026-11-24T20:45:00.000Z');
    const { points } = await createCloudWatchMetrics({ client, clock }).observe(
      [question('requests')],
      [{ ...window, until }],
      null,
    );
    expect(aws.calls[0]?.input.EndTime).toBe(until.getTime() / 1000);
    expect(points.map(({ periodStart, value }) => [periodStart.slice(11, 16), value])).toEqual([
      ['20:30', 70],
      ['20:31', null],
      ['20:32', null],
      ['20:40', 72],
    ]);
  });

  test('the decision sheet has a line for each question and window, with what is missing', async () => {
    answering({ Timestamps: [first, third], Values: [70, 69] });
    const { asked } = await ask({ ...question('requests'), part: 'eu-central-1a' });
    const span = { from: from.toISOString(), to: to.toISOString(), periodSeconds: 60, statistic: 'Sum' };
    const whose = { metric: 'requests', side: 'canary', phase: 'watch', part: 'eu-central-1a' };
    expect(asked).toEqual([{ ...whose, ...span, points: 2, missing: 1, status: 'complete' }]);
  });

  test('a window of its own resolution is asked for in that', async () => {
    answering({ Timestamps: [first], Values: [1] });
    const past = { phase: 'past', from, to: new Date(from.getTime() + 600_000), periodSeconds: 300 } as const;
    const { points } = await createCloudWatchMetrics({ client, clock }).observe([question('cpu')], [past], null);
    const [query] = aws.calls.map(({ input }) => (input as unknown as Asked).MetricDataQueries[0]);
    expect([query?.MetricStat, points.map(({ value }) => value)]).toMatchObject([{ Period: 300 }, [1, null]]);
  });

  test('pages are put together', async () => {
    aws.scripts.GetMetricData = (input) => {
      const { MetricDataQueries, NextToken } = input as unknown as Asked;
      const Id = MetricDataQueries[0]?.Id;
      return NextToken === undefined
        ? {
            MetricDataResults: [{ Id, StatusCode: 'PartialData', Timestamps: [first], Values: [1] }],
            NextToken: 'more',
          }
        : { MetricDataResults: [{ Id, StatusCode: 'Complete', Timestamps: [second, third], Values: [2, 3] }] };
    };
    const { status, points } = await ask(question('requests'));
    expect([status, points.map(({ value }) => value)]).toEqual(['complete', [1, 2, 3]]);
  });

  test('pages without end are given up, and the answer counts as partial', async () => {
    answering({ Timestamps: [first], Values: [1] }, { NextToken: 'again' });
    const { reasons } = await ask(question('requests'));
    expect([aws.calls.length, reasons.map(({ code }) => code)]).toEqual([20, ['metric-partial']]);
  });

  test('many watches share calls of at most 500 queries, with ids that CloudWatch takes', async () => {
    answering(complete);
    const metrics = createCloudWatchMetrics({ client, clock });
    const watches = Array.from({ length: 101 }, () => ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => question(name)));
    const observations = await Promise.all(watches.map((questions) => metrics.observe(questions, [window], null)));
    expect(observations.every(({ status, points }) => status === 'complete' && points.length === 18)).toBe(true);
    const sizes = aws.calls.map(({ input }) => (input as unknown as Asked).MetricDataQueries.length);
    expect(sizes.sort()).toEqual([106, 500]);
    for (const { input } of aws.calls) {
      const ids = (input as unknown as Asked).MetricDataQueries.map(({ Id }) => Id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.every((id) => /^[a-z][a-zA-Z0-9_]*$/.test(id))).toBe(true);
    }
  });

  test('the same input names in two expressions do not meet in one call', async () => {
    answering(complete);
    const ratio: Question = {
      ...question('ratio'),
      queries: [
        { ...question('x').queries[0], Id: 'm1', ReturnData: false },
        { Id: 'value', Expression: '100 * m1 / SUM(m1)', Period: 60, ReturnData: true },
      ],
    };
    await ask(ratio, ratio);
    const queries = aws.calls.flatMap(({ input }) => (input as unknown as Asked).MetricDataQueries);
    expect(queries.map(({ Id, Expression }) => Expression ?? Id)).toEqual([
      'a0_m1',
      '100 * a0_m1 / SUM(a0_m1)',
      'a1_m1',
      '100 * a1_m1 / SUM(a1_m1)',
    ]);
  });

  test('one query that CloudWatch refuses does not blind the others in its call', async () => {
    aws.scripts.GetMetricData = (input) => {
      const { MetricDataQueries } = input as unknown as Asked;
      if (JSON.stringify(MetricDataQueries).includes('"Wrong"')) throw new AwsError('ValidationException');
      return { MetricDataResults: MetricDataQueries.map(({ Id }) => ({ Id, StatusCode: 'Complete', ...complete })) };
    };
    const good = ['a', 'b', 'c', 'd', 'e'].map((name) => question(name));
    const { status, reasons, points } = await ask(...good, question('mine', 'Wrong'));
    expect([status, points.length, reasons.map(({ code }) => code)]).toEqual(['partial', 15, ['aws-refused']]);
    expect(reasons[0]?.text).toMatch(/^mine of canary: /);
  });

  test.each<[string, () => unknown, string]>([
    ['throttles', () => failing(new AwsError('ThrottlingException')), 'aws-throttled'],
    ['denies', () => failing(new AwsError('AccessDeniedException')), 'aws-denied'],
    ['answers 500', () => failing(new AwsError('InternalServiceFault', 500)), 'aws-server-error'],
    ['never answers', () => silence, 'aws-timed-out'],
  ])('AWS that %s makes the observation unavailable and says why', async (_name, script, code) => {
    aws.scripts.GetMetricData = script;
    const { status, reasons, points } = await ask(question('requests'), question('errors'));
    expect([status, points, reasons.map((reason) => reason.code)]).toEqual(['unavailable', [], [code]]);
  });

  test('a gate without credentials says that it is denied, and does not fall over', async () => {
    const nobody = new CloudWatchClient({
      region: 'eu-central-1',
      endpoint: aws.url,
      credentials: () => Promise.reject(Object.assign(new Error('none found'), { name: 'CredentialsProviderError' })),
    });
    const { status, reasons } = await createCloudWatchMetrics({ client: nobody, clock }).observe(
      [question('requests')],
      [window],
      null,
    );
    expect([status, reasons.map(({ code }) => code)]).toEqual(['unavailable', ['aws-denied']]);
  });
});

function failing(error: AwsError): never {
  throw error;
}
