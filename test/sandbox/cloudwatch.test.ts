import {
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  type MetricDataQuery,
  type ScanBy,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createAlarmReader } from '../../src/aws/alarms.ts';
import { healthy } from '../../src/sandbox/model/traffic.ts';
import { seededRandom } from '../../src/sandbox/random.ts';
import { noon, type Stage, shop, stageShop, turn } from './real-clients.ts';

let stage: Stage;
afterEach(() => stage.close());

type Side = 0 | 1;

function query(id: string, name: string, stat: string, side: Side = 0, period = 60): MetricDataQuery {
  const { loadBalancer, targetGroups } = stage.sandbox.dimensionsOf(shop.application, shop.deploymentGroup);
  const dimensions = [
    { Name: 'LoadBalancer', Value: loadBalancer },
    { Name: 'TargetGroup', Value: targetGroups[side] },
  ];
  const metric = { Namespace: 'AWS/ApplicationELB', MetricName: name, Dimensions: dimensions };
  return { Id: id, MetricStat: { Metric: metric, Period: period, Stat: stat } };
}

const minutesFromNoon = (minutes: number): Date => new Date(noon.getTime() + minutes * 60_000);

async function ask(queries: MetricDataQuery[], from: number, to: number, scanBy: ScanBy = 'TimestampAscending') {
  const { MetricDataResults = [] } = await stage.clients.cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: minutesFromNoon(from),
      EndTime: minutesFromNoon(to),
      ScanBy: scanBy,
    }),
  );
  return Object.fromEntries(MetricDataResults.map((result) => [result.Id, result]));
}

const numbers = (values: readonly number[] | undefined): readonly number[] => values ?? [];
const mean = (values: readonly number[] | undefined): number =>
  numbers(values).reduce((sum, value) => sum + value, 0) / numbers(values).length;

describe('the traffic before the beginning', () => {
  test('is there for the serving target group, and for it alone', async () => {
    stage = await stageShop({ historyPeriods: 20 });
    const answer = await ask([query('blue', 'RequestCount', 'Sum'), query('green', 'RequestCount', 'Sum', 1)], -60, 1);
    expect(answer.blue?.Values).toHaveLength(20);
    expect(answer.blue?.Timestamps?.[0]).toEqual(minutesFromNoon(-20));
    expect(answer.green?.Values).toEqual([]);
    expect(answer.green?.StatusCode).toBe('Complete');
  });
});

describe('the traffic of a release', () => {
  const leaking = {
    ...healthy,
    errorRatio: (minutes: number) => (minutes < 2 ? 0 : 0.45),
    latency: (minutes: number) => ({ medianMs: minutes < 2 ? 200 : 15_000, spread: 1.2 }),
  };

  test('is split by weight, and each side behaves as its release does', async () => {
    stage = await stageShop({ requestsPerPeriod: 2000, installSeconds: 0 });
    stage.sandbox.release({ ...shop, image: 'repo/shop:2', behaviour: leaking });
    await turn(stage, 299);
    const answer = await ask(
      [
        query('requests_blue', 'RequestCount', 'Sum'),
        query('requests', 'RequestCount', 'Sum', 1),
        query('errors', 'HTTPCode_Target_5XX_Count', 'Sum', 1),
        query('p50', 'TargetResponseTime', 'p50', 1),
        query('p50_blue', 'TargetResponseTime', 'p50'),
      ],
      0,
      5,
    );
    expect(mean(answer.requests?.Values)).toBeGreaterThan(170);
    expect(mean(answer.requests?.Values)).toBeLessThan(230);
    expect(mean(answer.requests_blue?.Values)).toBeGreaterThan(1700);
    // No errors in the first two minutes: then ALB publishes no count at all.
    expect(answer.errors?.Timestamps).toEqual([minutesFromNoon(2), minutesFromNoon(3)]);
    const share = mean(answer.errors?.Values) / mean(answer.requests?.Values);
    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.55);
    const [before = Number.NaN, , after = Number.NaN] = numbers(answer.p50?.Values);
    expect(before).toBeCloseTo(0.2, 1);
    expect(after).toBeGreaterThan(12);
    expect(mean(answer.p50_blue?.Values)).toBeCloseTo(0.2, 1);
  });

  test('ends on the old side when all of it has moved', async () => {
    stage = await stageShop({ installSeconds: 0, shift: { kind: 'all-at-once' } });
    stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    await turn(stage, 120);
    const answer = await ask([query('blue', 'RequestCount', 'Sum'), query('green', 'RequestCount', 'Sum', 1)], 0, 2);
    expect(answer.blue?.Values).toEqual([]);
    expect(answer.green?.Values).toHaveLength(2);
  });

  test('is the same for the same seed', async () => {
    const seen: (number[] | undefined)[] = [];
    for (const seed of [7, 7, 8]) {
      await stage?.close();
      stage = await stageShop({ installSeconds: 0 }, { random: seededRandom(seed) });
      stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
      await turn(stage, 180);
      seen.push((await ask([query('p99', 'TargetResponseTime', 'p99', 1)], 0, 3)).p99?.Values);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).not.toEqual(seen[0]);
  });
});

describe('GetMetricData', () => {
  test('aggregates a period that is a multiple, and has nothing finer than it keeps', async () => {
    stage = await stageShop();
    const answer = await ask(
      [
        query('minute', 'RequestCount', 'Sum'),
        query('five', 'RequestCount', 'Sum', 0, 300),
        query('count', 'TargetResponseTime', 'SampleCount', 0, 300),
        query('second', 'RequestCount', 'Sum', 0, 1),
      ],
      -10,
      0,
    );
    const total = (values: readonly number[] | undefined) => numbers(values).reduce((a, b) => a + b, 0);
    expect(answer.five?.Values).toHaveLength(2);
    expect(total(answer.five?.Values)).toBe(total(answer.minute?.Values));
    expect(total(answer.count?.Values)).toBeCloseTo(total(answer.minute?.Values), 6);
    expect(answer.second?.Values).toEqual([]);
  });

  test('orders statistics of one period as they must be', async () => {
    stage = await stageShop();
    const stats = ['Minimum', 'p50', 'Average', 'p90', 'p99', 'Maximum'];
    const answer = await ask(
      stats.map((stat) => query(stat.toLowerCase(), 'TargetResponseTime', stat)),
      -1,
      0,
    );
    const values = stats.map((stat) => answer[stat.toLowerCase()]?.Values?.[0] ?? Number.NaN);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  });

  test('counts the requests slower than a bound', async () => {
    stage = await stageShop({ behaviour: { ...healthy, latency: () => ({ medianMs: 500, spread: 1.5 }) } });
    const answer = await ask(
      [query('slow', 'TargetResponseTime', 'TC(0.5:)'), query('all', 'RequestCount', 'Sum')],
      -30,
      0,
    );
    const share = mean(answer.slow?.Values) / mean(answer.all?.Values);
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.55);
  });

  test('gives the newest first unless told otherwise, in pages', async () => {
    stage = await stageShop();
    const input = {
      MetricDataQueries: [query('requests', 'RequestCount', 'Sum')],
      StartTime: minutesFromNoon(-5),
      EndTime: minutesFromNoon(0),
      MaxDatapoints: 3,
    };
    const first = await stage.clients.cloudwatch.send(new GetMetricDataCommand(input));
    expect(first.MetricDataResults?.[0]?.Timestamps).toEqual([-1, -2, -3].map(minutesFromNoon));
    expect(first.MetricDataResults?.[0]?.StatusCode).toBe('PartialData');
    const command = new GetMetricDataCommand({ ...input, NextToken: first.NextToken });
    const rest = await stage.clients.cloudwatch.send(command);
    expect(rest.MetricDataResults?.[0]?.Timestamps).toEqual([-4, -5].map(minutesFromNoon));
    expect(rest.NextToken).toBeUndefined();
  });

  test('serves periods of a second, each standing for a minute', async () => {
    stage = await stageShop({ installSeconds: 0 }, { periodSeconds: 1 });
    stage.sandbox.release({
      ...shop,
      image: 'repo/shop:2',
      behaviour: { ...healthy, errorRatio: (minutes) => (minutes < 3 ? 0 : 1) },
    });
    await turn(stage, 5);
    const answer = await ask([query('errors', 'HTTPCode_Target_5XX_Count', 'Sum', 1, 1)], 0, 1);
    expect(answer.errors?.Timestamps).toEqual([3000, 4000].map((ms) => new Date(noon.getTime() + ms)));
  });

  test.each([
    ['more than 500 queries', () => Array.from({ length: 501 }, (_, at) => query(`q${at}`, 'RequestCount', 'Sum'))],
    ['an id that begins with a capital', () => [query('Q', 'RequestCount', 'Sum')]],
    ['two queries of one id', () => [query('q', 'RequestCount', 'Sum'), query('q', 'RequestCount', 'Sum')]],
    ['a statistic that there is not', () => [query('q', 'RequestCount', 'Median')]],
  ])('refuses %s', async (_, queries) => {
    stage = await stageShop();
    await expect(ask(queries(), -5, 0)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('ListMetrics', () => {
  test('finds the load balancer of a target group', async () => {
    stage = await stageShop();
    const { loadBalancer, targetGroups } = stage.sandbox.dimensionsOf(shop.application, shop.deploymentGroup);
    expect(loadBalancer).toMatch(/^app\/shop\/[0-9a-f]{16}$/);
    expect(targetGroups[0]).toMatch(/^targetgroup\/shop-a\/[0-9a-f]{16}$/);
    const { Metrics = [] } = await stage.clients.cloudwatch.send(
      new ListMetricsCommand({
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'RequestCount',
        Dimensions: [{ Name: 'TargetGroup', Value: targetGroups[0] }],
      }),
    );
    expect(Metrics).toHaveLength(1);
    expect(Metrics[0]?.Dimensions).toContainEqual({ Name: 'LoadBalancer', Value: loadBalancer });
  });

  test('knows CPU and memory by service', async () => {
    stage = await stageShop();
    const { Metrics = [] } = await stage.clients.cloudwatch.send(new ListMetricsCommand({ Namespace: 'AWS/ECS' }));
    expect(Metrics.map((metric) => metric.MetricName)).toEqual(['CPUUtilization', 'MemoryUtilization']);
    expect(Metrics[0]?.Dimensions).toEqual([
      { Name: 'ClusterName', Value: 'main' },
      { Name: 'ServiceName', Value: 'shop' },
    ]);
  });
});

describe('alarms', () => {
  test("are read by the gate's own reader, with since when they are so", async () => {
    stage = await stageShop({ alarms: ['shop-5xx', 'shop-slow'] });
    await turn(stage, 60);
    await stage.clients.cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: 'shop-5xx', StateValue: 'ALARM', StateReason: 'too many errors' }),
    );
    const read = createAlarmReader(stage.clients.cloudwatch);
    expect(await read(['shop-5xx', 'shop-slow', 'unheard-of'])).toEqual([
      { name: 'shop-5xx', state: 'ALARM', reason: 'too many errors', since: minutesFromNoon(1).toISOString() },
      { name: 'shop-slow', state: 'OK', reason: 'within its threshold', since: noon.toISOString() },
    ]);
    const { MetricAlarms } = await stage.clients.cloudwatch.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
    expect(MetricAlarms?.map((alarm) => alarm.AlarmName)).toEqual(['shop-5xx']);
  });

  test('that do not exist cannot be set', async () => {
    stage = await stageShop();
    const command = new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: 'why not' });
    await expect(stage.clients.cloudwatch.send(command)).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });
});
