import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';

const noon = new Date('2026-03-02T12:00:00Z');
const place = { application: 'shop', deploymentGroup: 'production' };

let sandbox: Sandbox;
let client: CloudWatchClient;

beforeAll(async () => {
  sandbox = await startSandbox({ clock: { now: () => noon } });
  sandbox.addGroup({ ...place, cluster: 'main', service: 'shop', image: 'repo/shop:1' });
  sandbox.advance(300);
  client = new CloudWatchClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await sandbox.close();
});

function sumOf(id: string, metricName: string): MetricDataQuery {
  const { loadBalancer, targetGroups } = sandbox.dimensionsOf(place.application, place.deploymentGroup);
  const dimensions = [
    { Name: 'TargetGroup', Value: targetGroups[0] },
    { Name: 'LoadBalancer', Value: loadBalancer },
  ];
  const metric = { Namespace: 'AWS/ApplicationELB', MetricName: metricName, Dimensions: dimensions };
  return { Id: id, MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } };
}

async function valuesOf(...queries: MetricDataQuery[]): Promise<Readonly<Record<string, readonly number[]>>> {
  const span = { StartTime: noon, EndTime: new Date(noon.getTime() + 300_000) };
  const answer = await client.send(
    new GetMetricDataCommand({ MetricDataQueries: queries, ...span, ScanBy: 'TimestampAscending' }),
  );
  return Object.fromEntries((answer.MetricDataResults ?? []).map(({ Id = '', Values = [] }) => [Id, Values]));
}

describe('expressions in GetMetricData', () => {
  test('an error ratio counts a period without errors as 0, whatever the order of the queries', async () => {
    const ratio = { Id: 'ratio', Expression: 'FILL(errors, 0) / requests', Period: 60 };
    const queries = [ratio, sumOf('requests', 'RequestCount'), sumOf('errors', 'HTTPCode_Target_5XX_Count')];
    const { requests = [], ratio: ratios = [] } = await valuesOf(...queries);
    expect(requests).toHaveLength(5);
    expect(ratios).toHaveLength(5);
    for (const value of ratios) expect(value).toBeLessThan(0.02);
  });

  test('an expression reads another one', async () => {
    const half = { Id: 'half', Expression: 'requests / 2' };
    const { requests = [], double } = await valuesOf(sumOf('requests', 'RequestCount'), half, {
      Id: 'double',
      Expression: 'half * 4',
    });
    expect(double).toEqual(requests.map((value) => value * 2));
  });

  test.each([
    [
      [
        { Id: 'a', Expression: 'b' },
        { Id: 'b', Expression: 'a' },
      ],
    ],
    [[{ Id: 'a', Expression: 'SEARCH(1)' }]],
    [[{ Id: 'a' }]],
  ])('refuses %j', async (queries) => {
    await expect(valuesOf(...queries)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
