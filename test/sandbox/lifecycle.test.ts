import { GetDeploymentCommand, GetDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  eventsOf,
  hooksAt,
  registerReports,
  type Stage,
  shop,
  stageShop,
  statusOf,
  targetOf,
  turn,
  weightsOf,
} from './real-clients.ts';

let stage: Stage;
afterEach(() => stage.close());

const allHooks = hooksAt(
  'BeforeInstall',
  'AfterInstall',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AfterAllowTraffic',
);
const allSucceed = Object.fromEntries(Object.keys(allHooks).map((event) => [event, 'Succeeded' as const]));

describe('a release on ECS', () => {
  test('goes through the events in order, calls each hook once, and succeeds', async () => {
    stage = await stageShop({ hooks: allHooks });
    registerReports(stage, allSucceed);
    const id = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    expect(await statusOf(stage, id)).toBe('Created');
    await turn(stage, 1);
    expect(await eventsOf(stage, id)).toEqual({
      BeforeInstall: 'Succeeded',
      Install: 'InProgress',
      AfterInstall: 'Pending',
      AllowTestTraffic: 'Pending',
      AfterAllowTestTraffic: 'Pending',
      BeforeAllowTraffic: 'Pending',
      AllowTraffic: 'Pending',
      AfterAllowTraffic: 'Pending',
    });
    await turn(stage, 30);
    expect(await weightsOf(stage, id)).toEqual({ Blue: 90, Green: 10 });
    await turn(stage, 300);
    expect(await weightsOf(stage, id)).toEqual({ Blue: 0, Green: 100 });
    expect(await statusOf(stage, id)).toBe('InProgress');
    await turn(stage, 300);
    expect(await statusOf(stage, id)).toBe('Succeeded');
    expect(stage.sandbox.hooks.calls.map((call) => call.functionName)).toEqual(Object.keys(allHooks));
    expect(new Set(stage.sandbox.hooks.calls.map((call) => call.payload.DeploymentId))).toEqual(new Set([id]));
    for (const { payload } of stage.sandbox.hooks.calls) {
      expect(payload.LifecycleEventHookExecutionId.length).toBeGreaterThan(300);
    }
  });

  test('moves traffic in equal steps when linear', async () => {
    stage = await stageShop({ shift: { kind: 'linear', percent: 25, seconds: 60 }, installSeconds: 0 });
    const id = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    const seen: number[] = [];
    for (let minute = 0; minute < 5; minute++) {
      await turn(stage, minute === 0 ? 0 : 60);
      seen.push((await weightsOf(stage, id)).Green ?? Number.NaN);
    }
    expect(seen).toEqual([25, 50, 75, 100, 100]);
  });

  test('moves all traffic at once when told so', async () => {
    stage = await stageShop({ shift: { kind: 'all-at-once' }, installSeconds: 0 });
    const id = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    await turn(stage, 0);
    expect(await weightsOf(stage, id)).toEqual({ Blue: 0, Green: 100 });
  });

  test('takes the other target group at each release', async () => {
    stage = await stageShop({ shift: { kind: 'all-at-once' } });
    const greens: (string | undefined)[] = [];
    for (const tag of [2, 3, 4]) {
      const id = stage.sandbox.release({ ...shop, image: `repo/shop:${tag}` });
      await turn(stage, 1000);
      const { taskSetsInfo = [] } = await targetOf(stage, id);
      greens.push(taskSetsInfo.find((set) => set.taskSetLabel === 'Green')?.targetGroup?.name);
    }
    expect(greens).toEqual(['shop-b', 'shop-a', 'shop-b']);
  });

  test('waits for the original task set to end, and says that it does', async () => {
    stage = await stageShop({ shift: { kind: 'all-at-once' }, installSeconds: 0, terminationWaitSeconds: 600 });
    const id = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    await turn(stage, 599);
    const { deploymentInfo } = await stage.clients.codedeploy.send(new GetDeploymentCommand({ deploymentId: id }));
    expect(deploymentInfo).toMatchObject({ status: 'InProgress', instanceTerminationWaitTimeStarted: true });
    await turn(stage, 1);
    expect(await statusOf(stage, id)).toBe('Succeeded');
  });
});

describe('the deployment group', () => {
  test('knows its last deployments, its alarms and what makes it roll back', async () => {
    stage = await stageShop({ shift: { kind: 'all-at-once' }, alarms: ['shop-5xx'], hooks: hooksAt('BeforeInstall') });
    registerReports(stage, { BeforeInstall: 'Failed' });
    const [first] = stage.sandbox.deploymentsOf(shop.application, shop.deploymentGroup);
    const failed = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    await turn(stage, 60);
    const { deploymentGroupInfo } = await stage.clients.codedeploy.send(
      new GetDeploymentGroupCommand({ applicationName: 'shop', deploymentGroupName: 'shop-production' }),
    );
    expect(deploymentGroupInfo).toMatchObject({
      ecsServices: [{ clusterName: 'main', serviceName: 'shop' }],
      alarmConfiguration: { enabled: true, alarms: [{ name: 'shop-5xx' }] },
      autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
      targetRevision: { appSpecContent: { sha256: first?.revision.sha256 } },
      lastSuccessfulDeployment: { deploymentId: first?.id, status: 'Succeeded' },
      lastAttemptedDeployment: { deploymentId: failed, status: 'Failed' },
    });
  });
});

describe('a function that does not do its part', () => {
  test('that never reports fails the deployment after the hook limit', async () => {
    stage = await stageShop({ hooks: hooksAt('AfterInstall') });
    registerReports(stage, { AfterInstall: null });
    const id = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    await turn(stage, 30);
    await turn(stage, 3599);
    expect(await statusOf(stage, id)).toBe('InProgress');
    await turn(stage, 1);
    expect(await statusOf(stage, id)).toBe('Failed');
    expect(await eventsOf(stage, id)).toMatchObject({ AfterInstall: 'Failed', BeforeAllowTraffic: 'Skipped' });
  });

  test('that throws is noted, and the event waits on', async () => {
    stage = await stageShop({ hooks: hooksAt('BeforeInstall') });
    stage.sandbox.hooks.register('BeforeInstall', () => {
      throw new Error('cannot reach the gate');
    });
    const id = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    await turn(stage, 10);
    const { lifecycleEvents = [] } = await targetOf(stage, id);
    expect(lifecycleEvents[0]).toMatchObject({
      status: 'InProgress',
      diagnostics: { message: 'Error: cannot reach the gate' },
    });
    await turn(stage, 3600);
    expect(await statusOf(stage, id)).toBe('Failed');
  });

  test('that does not exist fails its event at once', async () => {
    stage = await stageShop({ hooks: hooksAt('BeforeInstall') });
    const id = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    await turn(stage, 0);
    expect(await statusOf(stage, id)).toBe('Failed');
  });
});
