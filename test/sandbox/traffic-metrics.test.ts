import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CodeDeployClient, StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { healthy } from '../../src/sandbox/model/traffic.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';

const noon = new Date('2026-03-02T12:00:00Z');
const place = { application: 'shop', deploymentGroup: 'production' };

let sandbox: Sandbox;
let settings: ConstructorParameters<typeof CloudWatchClient>[0] & object;

beforeEach(async () => {
  sandbox = await startSandbox({ clock: { now: () => noon } });
  settings = {
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  };
});

afterEach(() => sandbox.close());

async function seriesOf(namespace: string, name: string, dimensions: Readonly<Record<string, string>>, stat: string) {
  const client = new CloudWatchClient(settings);
  const metric = {
    Namespace: namespace,
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
  const answer = await client.send(
    new GetMetricDataCommand({
      MetricDataQueries: [{ Id: 'q', MetricStat: { Metric: metric, Period: 60, Stat: stat } }],
      StartTime: noon,
      EndTime: sandbox.clock.now(),
      ScanBy: 'TimestampAscending',
    }),
  );
  client.destroy();
  return answer.MetricDataResults?.[0]?.Values ?? [];
}

describe('metrics beside those that every service has', () => {
  test('the database knows the connections of both task sets together', async () => {
    sandbox.addGroup({
      ...place,
      cluster: 'main',
      service: 'shop',
      image: 'repo/shop:1',
      database: 'shop-db',
      shift: { kind: 'canary', percent: 50, seconds: 120 },
      installSeconds: 0,
    });
    const behaviour = { ...healthy, databaseConnections: (minutes: number) => 40 + 100 * minutes };
    sandbox.release({ ...place, image: 'repo/shop:2', behaviour });
    sandbox.advance(180);
    const values = await seriesOf('AWS/RDS', 'DatabaseConnections', { DBInstanceIdentifier: 'shop-db' }, 'Maximum');
    // Half of the traffic for two minutes, then all of it.
    expect(values).toEqual([40, 90, 240]);
  });

  test('4xx are counted where a release has them, and missing where it has none', async () => {
    const group = { ...place, cluster: 'main', service: 'shop', image: 'repo/shop:1' };
    sandbox.addGroup({ ...group, behaviour: { ...healthy, clientErrorRatio: () => 0.5 } });
    sandbox.addGroup({ ...group, application: 'quiet', service: 'quiet' });
    sandbox.advance(60);
    const of = (application: string) => {
      const { loadBalancer, targetGroups } = sandbox.dimensionsOf(application, 'production');
      const dimensions = { TargetGroup: targetGroups[0], LoadBalancer: loadBalancer };
      return seriesOf('AWS/ApplicationELB', 'HTTPCode_Target_4XX_Count', dimensions, 'Sum');
    };
    const [count = 0] = await of('shop');
    expect(count).toBeGreaterThan(200);
    expect(count).toBeLessThan(400);
    expect(await of('quiet')).toEqual([]);
  });
});

describe('a fault that loses the answer', () => {
  test('lets the operation be done once, and the caller not know', async () => {
    sandbox.addGroup({ ...place, cluster: 'main', service: 'shop', image: 'repo/shop:1' });
    const deploymentId = sandbox.release({ ...place, image: 'repo/shop:2' });
    sandbox.advance(30);
    sandbox.faults.add({ operation: 'StopDeployment', kind: 'answer-lost', times: 1 });
    const client = new CodeDeployClient({ ...settings });
    const stop = new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true });
    await expect(client.send(stop)).rejects.toThrow('socket hang up');
    sandbox.advance(0);
    expect(sandbox.deployment(deploymentId).status).toBe('Stopped');
    await expect(client.send(stop)).rejects.toMatchObject({ name: 'DeploymentAlreadyCompletedException' });
    expect(sandbox.requests.map((request) => request.operation)).toEqual(['StopDeployment', 'StopDeployment']);
    client.destroy();
  });

  test('the zones of a load balancer have the requests of all of it between them', async () => {
    await sandbox.close();
    const zones = ['us-east-1a', 'us-east-1b'] as const;
    sandbox = await startSandbox({ clock: { now: () => noon }, zones });
    settings = { ...settings, endpoint: sandbox.url };
    sandbox.addGroup({ ...place, cluster: 'main', service: 'shop', image: 'repo/shop:1', requestsPerPeriod: 900 });
    sandbox.advance(300);
    const { loadBalancer, targetGroups } = sandbox.dimensionsOf(place.application, place.deploymentGroup);
    const target = { LoadBalancer: loadBalancer, TargetGroup: targetGroups[0] };
    for (const [name, stat] of [
      ['RequestCount', 'Sum'],
      ['TargetResponseTime', 'SampleCount'],
    ] as const) {
      const all = await seriesOf('AWS/ApplicationELB', name, target, stat);
      const [first = [], second = []] = await Promise.all(
        zones.map((AvailabilityZone) => seriesOf('AWS/ApplicationELB', name, { ...target, AvailabilityZone }, stat)),
      );
      expect(all).toHaveLength(5);
      expect(first.map((value, n) => Math.round(value + (second[n] ?? 0)))).toEqual(all.map(Math.round));
      expect(first.every((value) => value > 350 && value < 550)).toBe(true);
    }
  });
});
