import {
  CreateDeploymentCommand,
  type DeploymentInfo,
  GetDeploymentCommand,
  GetDeploymentGroupCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  eventsOf,
  hooksAt,
  registerReports,
  type Stage,
  shop,
  stageShop,
  statusOf,
  turn,
  weightsOf,
} from './real-clients.ts';

let stage: Stage;
afterEach(() => stage.close());

async function infoOf(deploymentId: string): Promise<DeploymentInfo> {
  const { deploymentInfo } = await stage.clients.codedeploy.send(new GetDeploymentCommand({ deploymentId }));
  return deploymentInfo ?? {};
}

function release(): string {
  return stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
}

function stop(deploymentId: string, autoRollbackEnabled: boolean) {
  return stage.clients.codedeploy.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled }));
}

describe('a hook that fails', () => {
  test('at BeforeInstall just ends the deployment: there is nothing to go back from', async () => {
    stage = await stageShop({ hooks: hooksAt('BeforeInstall') });
    registerReports(stage, { BeforeInstall: 'Failed' });
    const id = release();
    await turn(stage, 0);
    expect(await infoOf(id)).toMatchObject({ status: 'Failed', errorInformation: { code: 'HOOK_EXECUTION_FAILURE' } });
    expect((await infoOf(id)).rollbackInfo).toBeUndefined();
    expect(await weightsOf(stage, id)).toEqual({ Blue: 100 });
    expect(stage.sandbox.deploymentsOf(shop.application, shop.deploymentGroup)).toHaveLength(2);
  });

  test('after Install sends the traffic back, and a deployment of its own says so', async () => {
    stage = await stageShop({
      hooks: hooksAt('AfterInstall', 'AfterAllowTraffic'),
      shift: { kind: 'all-at-once' },
    });
    registerReports(stage, { AfterInstall: 'Succeeded', AfterAllowTraffic: 'Failed' });
    const [first] = stage.sandbox.deploymentsOf(shop.application, shop.deploymentGroup);
    const id = release();
    await turn(stage, 60);
    const failed = await infoOf(id);
    expect(await weightsOf(stage, id)).toEqual({ Blue: 100, Green: 0 });
    const rollbackId = failed.rollbackInfo?.rollbackDeploymentId ?? '';
    expect(await infoOf(rollbackId)).toMatchObject({
      creator: 'codeDeployRollback',
      rollbackInfo: { rollbackTriggeringDeploymentId: id },
      revision: { appSpecContent: { sha256: first?.revision.sha256 } },
    });
  });

  test('leaves traffic alone where the group does not roll back', async () => {
    stage = await stageShop({ hooks: hooksAt('AfterAllowTraffic'), shift: { kind: 'all-at-once' }, autoRollback: [] });
    registerReports(stage, { AfterAllowTraffic: 'Failed' });
    const id = release();
    await turn(stage, 60);
    expect(await infoOf(id)).toMatchObject({ status: 'Failed' });
    expect(await weightsOf(stage, id)).toEqual({ Blue: 0, Green: 100 });
  });
});

describe('the deployment of a rollback', () => {
  test('calls the hooks of the release that it restores, and succeeds', async () => {
    stage = await stageShop({ hooks: hooksAt('BeforeAllowTraffic') });
    let calls = 0;
    registerReports(stage, { BeforeAllowTraffic: null });
    const id = release();
    await turn(stage, 30);
    await stop(id, true);
    await turn(stage, 0);
    calls = stage.sandbox.hooks.calls.length;
    const rollbackId = (await infoOf(id)).rollbackInfo?.rollbackDeploymentId ?? '';
    expect(await statusOf(stage, rollbackId)).toBe('InProgress');
    expect(stage.sandbox.hooks.calls[calls - 1]?.payload.DeploymentId).toBe(rollbackId);
    expect(await weightsOf(stage, rollbackId)).toEqual({ Blue: 0, Green: 100 });
  });

  test('calls none when the sandbox is told so', async () => {
    stage = await stageShop({ hooks: hooksAt('BeforeAllowTraffic') }, { rollbackCallsHooks: false });
    registerReports(stage, { BeforeAllowTraffic: null });
    const id = release();
    await turn(stage, 30);
    await stop(id, true);
    await turn(stage, 0);
    expect(stage.sandbox.hooks.calls).toHaveLength(1);
    const rollbackId = (await infoOf(id)).rollbackInfo?.rollbackDeploymentId ?? '';
    expect(await statusOf(stage, rollbackId)).toBe('Succeeded');
  });

  test('is not rolled back when it fails itself, and the traffic stays where it was before', async () => {
    stage = await stageShop({ hooks: hooksAt('BeforeAllowTraffic') });
    registerReports(stage, { BeforeAllowTraffic: 'Failed' });
    const id = release();
    await turn(stage, 30);
    const rollbackId = (await infoOf(id)).rollbackInfo?.rollbackDeploymentId ?? '';
    const rollback = await infoOf(rollbackId);
    expect(rollback.status).toBe('Failed');
    expect(rollback.rollbackInfo?.rollbackDeploymentId).toBeUndefined();
    expect(await weightsOf(stage, id)).toEqual({ Blue: 100, Green: 0 });
  });

  test('leaves the group as it was, and the next release takes the free target group', async () => {
    stage = await stageShop({ installSeconds: 0 });
    const [first] = stage.sandbox.deploymentsOf(shop.application, shop.deploymentGroup);
    const id = release();
    await turn(stage, 60);
    await stop(id, true);
    await turn(stage, 0);
    const { deploymentGroupInfo } = await stage.clients.codedeploy.send(
      new GetDeploymentGroupCommand({ applicationName: 'shop', deploymentGroupName: 'shop-production' }),
    );
    expect(deploymentGroupInfo?.targetRevision?.appSpecContent?.sha256).toBe(first?.revision.sha256);
    const next = stage.sandbox.release({ ...shop, image: 'repo/shop:3' });
    await turn(stage, 0);
    expect(stage.sandbox.deployment(next).green?.targetGroup.name).toBe('shop-b');
  });
});

describe('StopDeployment', () => {
  test('answers Pending, then Succeeded, then that the deployment has ended', async () => {
    stage = await stageShop();
    const id = release();
    await turn(stage, 60);
    expect((await stop(id, true)).status).toBe('Pending');
    expect((await stop(id, true)).status).toBe('Succeeded');
    await turn(stage, 0);
    expect(await infoOf(id)).toMatchObject({ status: 'Stopped' });
    await expect(stop(id, true)).rejects.toMatchObject({ name: 'DeploymentAlreadyCompletedException' });
  });

  test('with rollback sends the traffic back, also in the middle of a shift', async () => {
    stage = await stageShop({ autoRollback: [] });
    const id = release();
    await turn(stage, 60);
    expect(await weightsOf(stage, id)).toEqual({ Blue: 90, Green: 10 });
    await stop(id, true);
    await turn(stage, 0);
    expect(await weightsOf(stage, id)).toEqual({ Blue: 100, Green: 0 });
    expect(await eventsOf(stage, id)).toMatchObject({ AllowTraffic: 'Failed', AfterAllowTraffic: 'Skipped' });
  });

  test('without rollback leaves the traffic, unless the group rolls back on request', async () => {
    for (const [autoRollback, weights] of [
      [[], { Blue: 90, Green: 10 }],
      [['DEPLOYMENT_STOP_ON_REQUEST'], { Blue: 100, Green: 0 }],
    ] as const) {
      await stage?.close();
      stage = await stageShop({ autoRollback });
      const id = release();
      await turn(stage, 60);
      await stop(id, false);
      await turn(stage, 0);
      expect(await weightsOf(stage, id)).toEqual(weights);
    }
  });

  test('rolls back within the termination wait, when all traffic has moved', async () => {
    stage = await stageShop({ shift: { kind: 'all-at-once' }, terminationWaitSeconds: 600 });
    const id = release();
    await turn(stage, 300);
    expect(await weightsOf(stage, id)).toEqual({ Blue: 0, Green: 100 });
    await stop(id, true);
    await turn(stage, 0);
    expect(await weightsOf(stage, id)).toEqual({ Blue: 100, Green: 0 });
  });
});

describe('a deployment that has ended', () => {
  test('goes on telling its last weights when the next one moves the traffic', async () => {
    stage = await stageShop({ shift: { kind: 'all-at-once' } });
    const [first] = stage.sandbox.deploymentsOf(shop.application, shop.deploymentGroup);
    const ids = [first?.id ?? '', release()];
    await turn(stage, 1000);
    stage.sandbox.release({ ...shop, image: 'repo/shop:3' });
    await turn(stage, 1000);
    for (const id of ids) expect(await weightsOf(stage, id)).toEqual({ Blue: 0, Green: 100 });
  });
});

describe("the group's alarms", () => {
  test('stop a deployment and roll it back when one is in ALARM', async () => {
    stage = await stageShop({ alarms: ['shop-5xx'] });
    const id = release();
    await turn(stage, 60);
    stage.sandbox.setAlarm('shop-5xx', 'ALARM');
    await turn(stage, 0);
    expect(await infoOf(id)).toMatchObject({ status: 'Stopped', errorInformation: { code: 'ALARM_ACTIVE' } });
    expect(await weightsOf(stage, id)).toEqual({ Blue: 100, Green: 0 });
  });

  test('are overridden by a deployment that says so', async () => {
    stage = await stageShop({ alarms: ['shop-5xx'] });
    stage.sandbox.setAlarm('shop-5xx', 'ALARM');
    const [first] = stage.sandbox.deploymentsOf(shop.application, shop.deploymentGroup);
    const { deploymentId = '' } = await stage.clients.codedeploy.send(
      new CreateDeploymentCommand({
        applicationName: 'shop',
        deploymentGroupName: 'shop-production',
        revision: { revisionType: 'AppSpecContent', appSpecContent: { content: first?.revision.content ?? '' } },
        overrideAlarmConfiguration: { enabled: false },
      }),
    );
    await turn(stage, 1000);
    expect(await statusOf(stage, deploymentId)).toBe('Succeeded');
  });
});
