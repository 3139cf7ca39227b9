import { GetDeploymentCommand, GetDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, DescribeTaskSetsCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callAws } from '../../src/aws/failure.ts';
import { hooksAt, noon, registerReports, type Stage, shop, stageShop, turn } from './real-clients.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await stageShop({ hooks: hooksAt('BeforeInstall') });
  registerReports(stage, { BeforeInstall: 'Succeeded' });
});
afterEach(() => stage.close());

function readFirst(totalSeconds = 20) {
  const deploymentId = stage.sandbox.deploymentsOf(shop.application, shop.deploymentGroup)[0]?.id;
  const command = new GetDeploymentCommand({ deploymentId });
  return callAws(
    'GetDeployment',
    (abortSignal) => stage.clients.codedeploy.send(command, { abortSignal }),
    totalSeconds,
  );
}

describe('a fault', () => {
  test.each([
    ['throttle', 'throttled'],
    ['server-error', 'server-error'],
    ['access-denied', 'denied'],
  ] as const)('%s is a failure of its kind, so many times and no more', async (kind, failure) => {
    stage.sandbox.faults.add({ operation: 'GetDeployment', times: 2, kind });
    await expect(readFirst()).rejects.toMatchObject({ kind: failure });
    await expect(readFirst()).rejects.toMatchObject({ kind: failure });
    expect((await readFirst()).deploymentInfo?.status).toBe('Succeeded');
  });

  test('hang never answers: the caller gives up by its own limit', async () => {
    stage.sandbox.faults.add({ operation: 'GetDeployment', times: 1, kind: 'hang' });
    await expect(readFirst(0.2)).rejects.toMatchObject({ kind: 'timed-out' });
    expect((await readFirst()).deploymentInfo?.status).toBe('Succeeded');
  });

  test('slow answers late, and has done what it was asked', async () => {
    stage.sandbox.faults.add({ operation: 'GetDeployment', times: 2, kind: 'slow', delayMs: 200 });
    await expect(readFirst(0.05)).rejects.toMatchObject({ kind: 'timed-out' });
    expect((await readFirst()).deploymentInfo?.status).toBe('Succeeded');
  });

  test('meets the operation that it names, and any when it names none', async () => {
    stage.sandbox.faults.add({ operation: 'StopDeployment', times: 1, kind: 'throttle' });
    await readFirst();
    stage.sandbox.faults.clear();
    stage.sandbox.faults.add({ operation: '*', times: 1, kind: 'throttle' });
    const command = new GetDeploymentGroupCommand({
      applicationName: 'shop',
      deploymentGroupName: 'shop-production',
    });
    await expect(stage.clients.codedeploy.send(command)).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  test('before the operation leaves no trace of it but the request', async () => {
    const id = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    stage.sandbox.faults.add({ operation: 'PutLifecycleEventHookExecutionStatus', times: 1, kind: 'server-error' });
    await turn(stage, 0);
    expect(stage.sandbox.deployment(id).events[0]).toMatchObject({ name: 'BeforeInstall', status: 'InProgress' });
    expect(stage.sandbox.requests.map((request) => request.operation)).toEqual([
      'PutLifecycleEventHookExecutionStatus',
    ]);
  });
});

describe('the record of requests', () => {
  test('has what was asked, and when by the clock of the sandbox', async () => {
    stage.sandbox.advance(90);
    await readFirst();
    const deploymentId = stage.sandbox.deploymentsOf(shop.application, shop.deploymentGroup)[0]?.id;
    expect(stage.sandbox.requests).toEqual([
      { operation: 'GetDeployment', input: { deploymentId }, at: new Date(noon.getTime() + 90_000) },
    ]);
  });
});

describe('a request that is none', () => {
  async function post(headers: Record<string, string>, body: string): Promise<{ status: number; type: unknown }> {
    const response = await fetch(stage.sandbox.url, { method: 'POST', headers, body });
    const answer = (await response.json()) as { __type?: unknown };
    return { status: response.status, type: answer.__type };
  }

  test('is refused with a name', async () => {
    const target = { 'x-amz-target': 'CodeDeploy_20141006.GetDeployment' };
    expect(await post(target, '{"deploymentId":')).toEqual({ status: 400, type: 'SerializationException' });
    expect(await post(target, '{"deploymentId": 5}')).toEqual({
      status: 400,
      type: 'com.amazonaws.codedeploy#ValidationException',
    });
    expect(await post({}, '{}')).toEqual({ status: 400, type: 'UnknownOperationException' });
    expect(await post(target, `{"deploymentId":"${'x'.repeat(2 ** 20)}"}`)).toMatchObject({ status: 413 });
  });
});

describe('ECS', () => {
  test('tells the target group of each task set by its ARN', async () => {
    stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    await turn(stage, 0);
    await turn(stage, 30);
    const { taskSets = [] } = await stage.clients.ecs.send(
      new DescribeTaskSetsCommand({ cluster: 'main', service: 'shop' }),
    );
    const { targetGroups } = stage.sandbox.dimensionsOf(shop.application, shop.deploymentGroup);
    expect(taskSets.map((set) => set.loadBalancers?.[0]?.targetGroupArn)).toEqual(
      targetGroups.map((suffix) => `arn:aws:elasticloadbalancing:us-east-1:123456789012:${suffix}`),
    );
    expect(taskSets.map((set) => set.status)).toEqual(['PRIMARY', 'ACTIVE']);
    const [, green] = taskSets;
    const one = await stage.clients.ecs.send(
      new DescribeTaskSetsCommand({ cluster: 'main', service: 'shop', taskSets: [green?.id ?? ''] }),
    );
    expect(one.taskSets?.map((set) => set.taskSetArn)).toEqual([green?.taskSetArn]);
  });

  test('describes services, and lists those that it does not know', async () => {
    const { services, failures } = await stage.clients.ecs.send(
      new DescribeServicesCommand({ cluster: 'main', services: ['shop', 'other'] }),
    );
    expect(services?.[0]).toMatchObject({ serviceName: 'shop', deploymentController: { type: 'CODE_DEPLOY' } });
    expect(failures).toMatchObject([{ reason: 'MISSING' }]);
  });

  test('describes a task definition by ARN, by family and revision, and by family', async () => {
    const arn = stage.sandbox.registerTaskDefinition({ family: 'shop', image: 'repo/shop:9@sha256:abcd' });
    for (const taskDefinition of [arn, 'shop:2', 'shop']) {
      const answer = await stage.clients.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
      expect(answer.taskDefinition?.containerDefinitions?.[0]?.image).toBe('repo/shop:9@sha256:abcd');
    }
    await expect(
      stage.clients.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'shop:99' })),
    ).rejects.toMatchObject({ name: 'ClientException' });
  });

  test('names a cluster and a service that do not exist', async () => {
    const ask = (cluster: string, service: string) =>
      stage.clients.ecs.send(new DescribeTaskSetsCommand({ cluster, service }));
    await expect(ask('other', 'shop')).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
    await expect(ask('main', 'other')).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
  });
});
