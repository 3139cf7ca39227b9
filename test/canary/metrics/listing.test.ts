import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createFindUnknown } from '../../../src/canary/metrics/listing.ts';
import type { Question } from '../../../src/canary/metrics/questions.ts';
import { createFindTargets } from '../../../src/canary/metrics/targets.ts';
import { targetGroup } from '../../support/ecs-scripts.ts';
import { AwsError, type ScriptedAws, startScriptedAws } from '../../support/scripted-aws.ts';

const loadBalancer = 'app/payments/0123456789abcdef';
const place = [
  { Name: 'TargetGroup', Value: targetGroup('blue') },
  { Name: 'LoadBalancer', Value: loadBalancer },
];
const zoned = ['eu-central-1b', 'eu-central-1a'].map((Value) => [{ Name: 'AvailabilityZone', Value }, ...place]);

let aws: ScriptedAws;
let cloudwatch: CloudWatchClient;
let ecs: ECSClient;

beforeAll(async () => {
  aws = await startScriptedAws({});
  const settings = {
    region: 'eu-central-1',
    endpoint: aws.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  cloudwatch = new CloudWatchClient(settings);
  ecs = new ECSClient(settings);
});
afterAll(async () => {
  cloudwatch.destroy();
  ecs.destroy();
  await aws.close();
});

function question(metric: string, Dimensions: { Name: string; Value: string }[] = []): Question {
  const stat = { Metric: { Namespace: 'Payments', MetricName: metric, Dimensions }, Period: 60, Stat: 'Sum' };
  return {
    metric,
    side: 'shared',
    phases: ['watch'],
    queries: [{ Id: 'value', MetricStat: stat, ReturnData: true }],
  };
}

describe('a metric is unknown', () => {
  test.each<[string, () => unknown, readonly string[]]>([
    ['when CloudWatch lists none of its name', () => ({ Metrics: [] }), ['queue']],
    ['when it lists it with more dimensions only', () => ({ Metrics: [{ Dimensions: zoned[0] }] }), ['queue']],
    ['but not when it lists it', () => ({ Metrics: [{ Dimensions: place }] }), []],
    [
      'and not when CloudWatch does not answer',
      () => {
        throw new AwsError('AccessDeniedException');
      },
      [],
    ],
  ])('%s', async (_name, listed, expected) => {
    aws.scripts.ListMetrics = listed;
    expect(await createFindUnknown(cloudwatch)([question('queue', place)])).toEqual(expected);
  });
});

test('zones are those that CloudWatch tells the baseline’s requests apart by', async () => {
  aws.scripts.DescribeTaskSets = () => ({ taskSets: [] });
  aws.scripts.ListMetrics = ({ Dimensions }) => ({
    Metrics: (JSON.stringify(Dimensions).includes('AvailabilityZone') ? zoned : [place, ...zoned]).map((one) => ({
      Dimensions: one,
    })),
  });
  const side = { weight: 50, tasks: null };
  const baseline = { ...side, targetGroup: 'blue' };
  const traffic = { baseline, canary: { ...side, targetGroup: 'green' }, cluster: 'c', service: 's' };
  expect(await createFindTargets({ cloudwatch, ecs })(traffic, undefined)).toEqual({
    loadBalancer,
    baseline: targetGroup('blue'),
    canary: null,
    cluster: 'c',
    service: 's',
    zones: ['eu-central-1a', 'eu-central-1b'],
  });
});
