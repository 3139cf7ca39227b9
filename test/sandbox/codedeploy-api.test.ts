import {
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  type CodeDeployClient,
  CreateDeploymentCommand,
  GetApplicationRevisionCommand,
  GetDeploymentCommand,
  GetDeploymentGroupCommand,
  GetDeploymentTargetCommand,
  ListApplicationsCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
  ListOnPremisesInstancesCommand,
  PutLifecycleEventHookExecutionStatusCommand,
} from '@aws-sdk/client-codedeploy';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createCodeDeploy } from '../../src/providers/codedeploy/codedeploy.ts';
import { hooksAt, registerReports, type Stage, shop, stageShop, turn } from './real-clients.ts';

let stage: Stage;
let codedeploy: CodeDeployClient;
let first: string;
beforeEach(async () => {
  stage = await stageShop({ hooks: hooksAt('BeforeInstall') });
  codedeploy = stage.clients.codedeploy;
  first = stage.sandbox.deploymentsOf(shop.application, shop.deploymentGroup)[0]?.id ?? '';
});
afterEach(() => stage.close());

const place = { applicationName: 'shop', deploymentGroupName: 'shop-production' };

function appSpec(revisionOf: string): { revisionType: 'AppSpecContent'; appSpecContent: { content: string } } {
  const { content } = stage.sandbox.deployment(revisionOf).revision;
  return { revisionType: 'AppSpecContent', appSpecContent: { content } };
}

describe('CreateDeployment', () => {
  test('deploys an AppSpec, JSON or YAML, with what the caller puts over the settings of the group', async () => {
    const { deploymentId } = await codedeploy.send(
      new CreateDeploymentCommand({
        ...place,
        revision: appSpec(first),
        description: 'by hand',
        autoRollbackConfiguration: { enabled: false },
        overrideAlarmConfiguration: { enabled: false },
      }),
    );
    const { deploymentInfo } = await codedeploy.send(new GetDeploymentCommand({ deploymentId }));
    expect(deploymentInfo).toMatchObject({
      status: 'Created',
      creator: 'user',
      description: 'by hand',
      computePlatform: 'ECS',
      autoRollbackConfiguration: { enabled: false },
      overrideAlarmConfiguration: { enabled: false },
    });
    expect(deploymentInfo?.createTime).toEqual(new Date('2026-03-02T12:00:00Z'));
  });

  test('refuses a second one in the group, and names the first in the message only', async () => {
    const running = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    await expect(
      codedeploy.send(new CreateDeploymentCommand({ ...place, revision: appSpec(first) })),
    ).rejects.toMatchObject({
      name: 'DeploymentLimitExceededException',
      message: `The Deployment Group 'shop-production' already has an active Deployment '${running}'`,
    });
  });

  test.each([
    ['no revision', {}, 'RevisionRequiredException'],
    ['a text that is no AppSpec', { content: '{"hello": 1}' }, 'InvalidRevisionException'],
    ['a hook that ECS does not have', { content: 'Resources: []\nHooks: [{Sideways: x}]' }, 'InvalidRevisionException'],
    ['an unknown checksum', { sha256: 'ab'.repeat(32) }, 'RevisionDoesNotExistException'],
  ])('refuses %s', async (_, appSpecContent, name) => {
    const revision = Object.keys(appSpecContent).length === 0 ? undefined : { appSpecContent };
    const command = new CreateDeploymentCommand({ ...place, revision });
    await expect(codedeploy.send(command)).rejects.toMatchObject({ name });
  });

  test('fails at Install when the task definition does not exist', async () => {
    const content = JSON.stringify({
      Resources: [{ TargetService: { Properties: { TaskDefinition: 'shop:99' } } }],
    });
    const { deploymentId } = await codedeploy.send(
      new CreateDeploymentCommand({ ...place, revision: { appSpecContent: { content } } }),
    );
    await turn(stage, 60);
    const { deploymentInfo } = await codedeploy.send(new GetDeploymentCommand({ deploymentId }));
    expect(deploymentInfo).toMatchObject({ status: 'Failed', errorInformation: { code: 'ECS_UPDATE_ERROR' } });
  });
});

describe('a revision', () => {
  test('comes back without its text from GetDeployment, and with it from GetApplicationRevision', async () => {
    const { deploymentInfo } = await codedeploy.send(new GetDeploymentCommand({ deploymentId: first }));
    const { revision } = deploymentInfo ?? {};
    expect(revision?.appSpecContent?.content).toBeUndefined();
    const command = new GetApplicationRevisionCommand({ applicationName: 'shop', revision });
    const answer = await codedeploy.send(command);
    expect(answer.revision?.appSpecContent).toEqual({
      content: stage.sandbox.deployment(first).revision.content,
      sha256: revision?.appSpecContent?.sha256,
    });
    expect(answer.revisionInfo?.deploymentGroups).toEqual(['shop-production']);
  });
});

describe('a report of a hook', () => {
  function report(lifecycleEventHookExecutionId: string, status: string) {
    const command = new PutLifecycleEventHookExecutionStatusCommand({
      deploymentId: stage.sandbox.deploymentsOf(shop.application, shop.deploymentGroup)[1]?.id,
      lifecycleEventHookExecutionId,
      status: status as 'Succeeded', // some cases are not of the enumeration
    });
    return codedeploy.send(command);
  }

  test('is taken once', async () => {
    registerReports(stage, { BeforeInstall: null });
    stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    await turn(stage, 0);
    const executionId = stage.sandbox.hooks.calls[0]?.payload.LifecycleEventHookExecutionId ?? '';
    await expect(report(executionId, 'Skipped')).rejects.toMatchObject({
      name: 'InvalidLifecycleEventHookExecutionStatusException',
    });
    await expect(report('bm9uZQ==', 'Succeeded')).rejects.toMatchObject({
      name: 'InvalidLifecycleEventHookExecutionIdException',
    });
    expect((await report(executionId, 'Succeeded')).lifecycleEventHookExecutionId).toBe(executionId);
    await expect(report(executionId, 'Succeeded')).rejects.toMatchObject({
      name: 'LifecycleEventAlreadyCompletedException',
    });
    await turn(stage, 30);
    await expect(report(executionId, 'Failed')).rejects.toMatchObject({
      name: 'LifecycleEventAlreadyCompletedException',
    });
  });
});

describe('lists', () => {
  test('give deployments newest first, by group, status and time', async () => {
    registerReports(stage, { BeforeInstall: 'Failed' });
    await turn(stage, 60);
    const second = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    await turn(stage, 60);
    const third = stage.sandbox.release({ ...shop, image: 'repo/shop:3' });
    const list = async (filters: object) => (await codedeploy.send(new ListDeploymentsCommand(filters))).deployments;
    expect(await list(place)).toEqual([third, second, first]);
    expect(await list({ ...place, includeOnlyStatuses: ['Failed'] })).toEqual([second]);
    expect(await list({ createTimeRange: { start: new Date('2026-03-02T12:02:00Z') } })).toEqual([third]);
    const batch = await codedeploy.send(new BatchGetDeploymentsCommand({ deploymentIds: [second, 'd-AAAAAAAAA'] }));
    expect(batch.deploymentsInfo?.map((info) => info.deploymentId)).toEqual([second]);
  });

  test('give pages of 100', async () => {
    registerReports(stage, { BeforeInstall: 'Failed' });
    for (let tag = 0; tag < 101; tag++) {
      stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
      await turn(stage, 0);
    }
    const page = await codedeploy.send(new ListDeploymentsCommand(place));
    const rest = await codedeploy.send(new ListDeploymentsCommand({ ...place, nextToken: page.nextToken }));
    expect([page.deployments?.length, rest.deployments]).toEqual([100, [expect.anything(), first]]);
    expect(rest.nextToken).toBeUndefined();
  });

  test('give applications and targets', async () => {
    expect((await codedeploy.send(new ListApplicationsCommand())).applications).toEqual(['shop']);
    const { targetIds } = await codedeploy.send(new ListDeploymentTargetsCommand({ deploymentId: first }));
    expect(targetIds).toEqual(['main:shop']);
    const batch = await codedeploy.send(new BatchGetDeploymentTargetsCommand({ deploymentId: first, targetIds }));
    expect(batch.deploymentTargets?.[0]?.ecsTarget?.status).toBe('Succeeded');
  });
});

describe('what does not exist', () => {
  test.each([
    [new GetDeploymentCommand({ deploymentId: 'd-AAAAAAAAA' }), 'DeploymentDoesNotExistException'],
    [new GetDeploymentCommand({ deploymentId: 'nonsense' }), 'InvalidDeploymentIdException'],
    [new GetDeploymentGroupCommand({ ...place, applicationName: 'other' }), 'ApplicationDoesNotExistException'],
    [new GetDeploymentGroupCommand({ ...place, deploymentGroupName: 'other' }), 'DeploymentGroupDoesNotExistException'],
    [new ListOnPremisesInstancesCommand({}), 'UnknownOperationException'],
  ])('has its name (%#)', async (command, name) => {
    await expect(codedeploy.send(command as GetDeploymentCommand)).rejects.toMatchObject({ name });
  });

  test('a target of another service', async () => {
    const command = new GetDeploymentTargetCommand({ deploymentId: first, targetId: 'main:other' });
    await expect(codedeploy.send(command)).rejects.toMatchObject({ name: 'DeploymentTargetDoesNotExistException' });
  });
});

describe("the gate's own provider", () => {
  test('finds deployment, traffic and image by way of the sandbox', async () => {
    const provider = createCodeDeploy(stage.clients);
    registerReports(stage, { BeforeInstall: 'Succeeded' });
    const id = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    await turn(stage, 0);
    await turn(stage, 60);
    const deployment = await provider.readDeployment(id);
    expect(deployment).toMatchObject({ phase: 'running', isRollback: false });
    expect(await provider.readTraffic(deployment)).toEqual({
      baseline: { weight: 90, targetGroup: 'shop-a', tasks: 4 },
      canary: { weight: 10, targetGroup: 'shop-b', tasks: 4 },
      cluster: 'main',
      service: 'shop',
    });
    expect((await provider.revisionNames(deployment))[0]).toEqual(['2', 'repo/shop:2']);
    expect(await provider.stop(id)).toBe('stopping');
    await turn(stage, 0);
    const [rollback, stopped] = await provider.deploymentsOfGroup(shop.application, shop.deploymentGroup);
    expect(stopped).toMatchObject({ id, phase: 'stopped', rolledBackBy: rollback?.id });
    expect(rollback).toMatchObject({ isRollback: true, rollsBack: id });
  });
});
