import {
  BatchGetDeploymentsCommand,
  CreateDeploymentCommand,
  type DeploymentGroupInfo,
  GetApplicationRevisionCommand,
  GetDeploymentCommand,
  GetDeploymentGroupCommand,
  GetDeploymentTargetCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  type RevisionLocation,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { AwsClients } from '../../aws/clients.ts';
import { AwsFailure, callAws } from '../../aws/failure.ts';
import {
  type DeploymentFacts,
  DeploymentUnknown,
  type HookReportOutcome,
  type Provider,
  type RedeployOutcome,
  type StopOutcome,
  type Traffic,
} from '../provider.ts';
import { deploymentFacts, rollbackMarker } from './facts.ts';
import { codedeployLifecycleEvents } from './lifecycle-events.ts';
import { imageNames, storedRevisionNames, taskDefinitionOf } from './revision-names.ts';
import { trafficOf } from './traffic.ts';

/** CodeDeploy as a provider: blue/green on ECS, Lambda, and servers, through the real SDK. */
export function createCodeDeploy({ codedeploy, ecs }: Pick<AwsClients, 'codedeploy' | 'ecs'>): Provider {
  async function readDeployment(id: string): Promise<DeploymentFacts> {
    try {
      const command = new GetDeploymentCommand({ deploymentId: id });
      const { deploymentInfo } = await callAws('GetDeployment', (abortSignal) =>
        codedeploy.send(command, { abortSignal }),
      );
      if (deploymentInfo === undefined) throw new DeploymentUnknown(id);
      return deploymentFacts(deploymentInfo);
    } catch (cause) {
      const unknown = ['DeploymentDoesNotExistException', 'InvalidDeploymentIdException'];
      if (cause instanceof AwsFailure && unknown.includes(cause.awsCode)) throw new DeploymentUnknown(id, { cause });
      throw cause;
    }
  }

  async function readGroup(application: string, deploymentGroup: string): Promise<DeploymentGroupInfo> {
    const command = new GetDeploymentGroupCommand({
      applicationName: application,
      deploymentGroupName: deploymentGroup,
    });
    const answer = await callAws('GetDeploymentGroup', (abortSignal) => codedeploy.send(command, { abortSignal }));
    return answer.deploymentGroupInfo ?? {};
  }

  /** GetDeployment never returns the AppSpec, only its checksum; GetApplicationRevision has the text. */
  async function fullRevision(deployment: DeploymentFacts): Promise<RevisionLocation> {
    const revision = deployment.revision as RevisionLocation;
    if (revision.revisionType !== 'AppSpecContent' || revision.appSpecContent?.content) return revision;
    const command = new GetApplicationRevisionCommand({ applicationName: deployment.application, revision });
    const answer = await callAws('GetApplicationRevision', (abortSignal) => codedeploy.send(command, { abortSignal }));
    return answer.revision ?? revision;
  }

  async function targetId(deployment: DeploymentFacts, group: DeploymentGroupInfo): Promise<string | undefined> {
    const place = group.ecsServices?.[0];
    if (place?.clusterName && place.serviceName) return `${place.clusterName}:${place.serviceName}`;
    const command = new ListDeploymentTargetsCommand({ deploymentId: deployment.id });
    const answer = await callAws('ListDeploymentTargets', (abortSignal) => codedeploy.send(command, { abortSignal }));
    return answer.targetIds?.[0];
  }

  return {
    lifecycleEvents: codedeployLifecycleEvents,
    readDeployment,

    async readTraffic(deployment): Promise<Traffic | null> {
      if (deployment.computePlatform !== 'ECS') return null;
      const group = await readGroup(deployment.application, deployment.deploymentGroup);
      const id = await targetId(deployment, group);
      if (id === undefined) return null;
      const command = new GetDeploymentTargetCommand({ deploymentId: deployment.id, targetId: id });
      const answer = await callAws('GetDeploymentTarget', (abortSignal) => codedeploy.send(command, { abortSignal }));
      const taskSets = answer.deploymentTarget?.ecsTarget?.taskSetsInfo ?? [];
      const [cluster = null, service = null] = id.split(':');
      return trafficOf(taskSets, { cluster, service });
    },

    async revisionNames(deployment) {
      const revision = await fullRevision(deployment);
      const names = storedRevisionNames({ ...revision });
      const taskDefinition = taskDefinitionOf(revision.appSpecContent?.content ?? revision.string?.content ?? '');
      if (taskDefinition === null) return names;
      const command = new DescribeTaskDefinitionCommand({ taskDefinition });
      const answer = await callAws('DescribeTaskDefinition', (abortSignal) => ecs.send(command, { abortSignal }));
      const images = (answer.taskDefinition?.containerDefinitions ?? []).flatMap((container) => container.image ?? []);
      return [...images.flatMap(imageNames), taskDefinition, ...names];
    },

    async deploymentsOfGroup(application, deploymentGroup) {
      const list = new ListDeploymentsCommand({ applicationName: application, deploymentGroupName: deploymentGroup });
      const { deployments = [] } = await callAws('ListDeployments', (abortSignal) =>
        codedeploy.send(list, { abortSignal }),
      );
      const facts: DeploymentFacts[] = [];
      // A page has at most 100 ids, BatchGetDeployments takes at most 25 (their API pages).
      for (let start = 0; start < Math.min(deployments.length, 100); start += 25) {
        const read = new BatchGetDeploymentsCommand({ deploymentIds: deployments.slice(start, start + 25) });
        const answer = await callAws('BatchGetDeployments', (abortSignal) => codedeploy.send(read, { abortSignal }));
        facts.push(...(answer.deploymentsInfo ?? []).map(deploymentFacts));
      }
      return facts.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    },

    async alarmsOfGroup(application, deploymentGroup) {
      const { alarmConfiguration } = await readGroup(application, deploymentGroup);
      return alarmConfiguration?.enabled ? (alarmConfiguration.alarms ?? []).flatMap((alarm) => alarm.name ?? []) : [];
    },

    async reportHook(hook, executionId, verdict): Promise<HookReportOutcome> {
      // On servers a hook is a script: its exit code is the report, and there is no execution to answer.
      if (hook.computePlatform === 'Server') return 'by-exit-code';
      const command = new PutLifecycleEventHookExecutionStatusCommand({
        deploymentId: hook.deploymentId,
        lifecycleEventHookExecutionId: executionId,
        status: verdict === 'pass' ? 'Succeeded' : 'Failed',
      });
      try {
        await callAws('PutLifecycleEventHookExecutionStatus', (abortSignal) =>
          codedeploy.send(command, { abortSignal }),
        );
        return 'reported';
      } catch (cause) {
        const outcome = cause instanceof AwsFailure ? reportOutcomes[cause.awsCode] : undefined;
        if (outcome === undefined) throw cause;
        return outcome;
      }
    },

    async stop(deploymentId): Promise<StopOutcome> {
      const command = new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true });
      try {
        const answer = await callAws('StopDeployment', (abortSignal) => codedeploy.send(command, { abortSignal }));
        return answer.status === 'Succeeded' ? 'stopped' : 'stopping';
      } catch (cause) {
        if (cause instanceof AwsFailure && cause.awsCode === 'DeploymentAlreadyCompletedException')
          return 'already-ended';
        throw cause;
      }
    },

    async redeploy(revisionOf, marker): Promise<RedeployOutcome> {
      const command = new CreateDeploymentCommand({
        applicationName: revisionOf.application,
        deploymentGroupName: revisionOf.deploymentGroup,
        revision: await fullRevision(revisionOf),
        description: `${rollbackMarker} ${marker}`,
        // The alarm that is red because of the bad release must not stop the cure, and a cure that fails must not
        // bring the bad release back (CreateDeployment API page, overrideAlarmConfiguration).
        overrideAlarmConfiguration: { enabled: false },
        autoRollbackConfiguration: { enabled: false },
      });
      try {
        const answer = await callAws('CreateDeployment', (abortSignal) => codedeploy.send(command, { abortSignal }));
        return { outcome: 'created', deploymentId: answer.deploymentId ?? '' };
      } catch (cause) {
        if (!(cause instanceof AwsFailure) || cause.awsCode !== 'DeploymentLimitExceededException') throw cause;
        return { outcome: 'in-the-way', message: cause.message };
      }
    },
  };
}

// A second report is refused: that is the proof that the first arrived. (API_PutLifecycleEventHookExecutionStatus)
const reportOutcomes: Readonly<Record<string, HookReportOutcome>> = {
  LifecycleEventAlreadyCompletedException: 'already-reported',
  InvalidLifecycleEventHookExecutionIdException: 'execution-unknown',
  DeploymentDoesNotExistException: 'deployment-ended',
};
