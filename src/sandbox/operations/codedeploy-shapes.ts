import { arns } from '../arns.ts';
import type { Revision } from '../model/appspec.ts';
import { type Deployment, hasEnded, type LifecycleEvent } from '../model/deployment.ts';
import type { Group } from '../model/group.ts';
import type { TaskSet } from '../model/task-set.ts';
import { momentOrNothing, seconds } from './operation.ts';

/** GetDeployment never returns the AppSpec itself. */
export function revisionWithoutContent(revision: Revision): object {
  return { revisionType: 'AppSpecContent', appSpecContent: { sha256: revision.sha256 } };
}

// docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html
export function deploymentInfo(deployment: Deployment): object {
  const { group } = deployment;
  const started = deployment.events[0]?.startedAt ?? null;
  return {
    applicationName: group.application,
    deploymentGroupName: group.name,
    deploymentConfigName: configName(group),
    deploymentId: deployment.id,
    previousRevision: revisionWithoutContent(deployment.previousRevision),
    revision: revisionWithoutContent(deployment.revision),
    status: deployment.status,
    ...(deployment.error === null ? {} : { errorInformation: deployment.error }),
    createTime: seconds(deployment.createdAt),
    ...momentOrNothing('startTime', started),
    ...momentOrNothing('completeTime', deployment.completedAt),
    deploymentOverview: overview(deployment),
    ...(deployment.description === '' ? {} : { description: deployment.description }),
    creator: deployment.creator,
    ignoreApplicationStopFailures: false,
    autoRollbackConfiguration: deployment.autoRollbackOverride ?? group.autoRollback,
    updateOutdatedInstancesOnly: false,
    ...rollbackInfo(deployment),
    deploymentStyle,
    instanceTerminationWaitTimeStarted: deployment.terminationWaitSince !== null,
    blueGreenDeploymentConfiguration: blueGreen(group),
    loadBalancerInfo: loadBalancerInfo(group),
    computePlatform: 'ECS',
    ...(deployment.alarmOverride === null
      ? {}
      : { overrideAlarmConfiguration: alarmConfiguration(deployment.alarmOverride) }),
  };
}

/** The failed deployment names its rollback; the rollback names what it answers. (API_RollbackInfo) */
function rollbackInfo({ rollsBack, rolledBackBy }: Deployment): object {
  if (rollsBack !== null) {
    return {
      rollbackInfo: { rollbackTriggeringDeploymentId: rollsBack.deploymentId, rollbackMessage: rollsBack.message },
    };
  }
  if (rolledBackBy === null) return {};
  return { rollbackInfo: { rollbackDeploymentId: rolledBackBy.deploymentId, rollbackMessage: rolledBackBy.message } };
}

function overview({ status }: Deployment): object {
  const count = (wanted: string): number => (status === wanted ? 1 : 0);
  return {
    Pending: count('Created'),
    InProgress: count('InProgress'),
    Succeeded: count('Succeeded'),
    Failed: count('Failed'),
    Skipped: count('Stopped'),
    Ready: 0,
  };
}

// docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentGroupInfo.html
export function groupInfo(group: Group, newestFirst: readonly Deployment[]): object {
  const succeeded = newestFirst.find((deployment) => deployment.status === 'Succeeded');
  const attempted = newestFirst[0];
  return {
    applicationName: group.application,
    deploymentGroupName: group.name,
    deploymentConfigName: configName(group),
    serviceRoleArn: 'arn:aws:iam::123456789012:role/CodeDeployServiceRole',
    targetRevision: { revisionType: 'AppSpecContent', appSpecContent: { sha256: group.targetRevision.sha256 } },
    triggerConfigurations: [],
    alarmConfiguration: alarmConfiguration({ enabled: group.alarms.length > 0, alarms: group.alarms }),
    autoRollbackConfiguration: group.autoRollback,
    deploymentStyle,
    blueGreenDeploymentConfiguration: blueGreen(group),
    loadBalancerInfo: loadBalancerInfo(group),
    ...(succeeded === undefined ? {} : { lastSuccessfulDeployment: lastDeployment(succeeded) }),
    ...(attempted === undefined ? {} : { lastAttemptedDeployment: lastDeployment(attempted) }),
    computePlatform: 'ECS',
    ecsServices: [{ serviceName: group.service.name, clusterName: group.service.cluster }],
    terminationHookEnabled: false,
  };
}

function lastDeployment(deployment: Deployment): object {
  return {
    deploymentId: deployment.id,
    status: deployment.status,
    createTime: seconds(deployment.createdAt),
    ...momentOrNothing('endTime', deployment.completedAt),
  };
}

const deploymentStyle = { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' };

function configName({ shift }: Group): string {
  if (shift.kind === 'all-at-once') return 'CodeDeployDefault.ECSAllAtOnce';
  const minutes = shift.seconds / 60;
  return shift.kind === 'canary'
    ? `Sandbox.ECSCanary${shift.percent}Percent${minutes}Minutes`
    : `Sandbox.ECSLinear${shift.percent}PercentEvery${minutes}Minutes`;
}

function blueGreen(group: Group): object {
  return {
    terminateBlueInstancesOnDeploymentSuccess: {
      action: 'TERMINATE',
      terminationWaitTimeInMinutes: Math.round(group.terminationWaitSeconds / 60),
    },
    deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 },
  };
}

function loadBalancerInfo({ service }: Group): object {
  const targetGroups = service.targetGroups.map(({ name }) => ({ name }));
  return {
    targetGroupPairInfoList: [
      {
        targetGroups,
        prodTrafficRoute: { listenerArns: [arns.listener(service.loadBalancer.suffix)] },
        testTrafficRoute: {},
      },
    ],
  };
}

export function alarmConfiguration(alarms: { readonly enabled: boolean; readonly alarms: readonly string[] }): object {
  return {
    enabled: alarms.enabled,
    ignorePollAlarmFailure: false,
    alarms: alarms.alarms.map((name) => ({ name })),
  };
}

/** Under ECS a deployment has one target, and its id is `cluster:service`. (API_ECSTarget) */
export function targetId({ group }: Deployment): string {
  return `${group.service.cluster}:${group.service.name}`;
}

export function deploymentTarget(deployment: Deployment, now: number): object {
  const { group, green, blue } = deployment;
  const id = targetId(deployment);
  return {
    deploymentTargetType: 'ECSTarget',
    ecsTarget: {
      deploymentId: deployment.id,
      targetId: id,
      targetArn: arns.service(group.service.cluster, group.service.name),
      lastUpdatedAt: seconds(deployment.completedAt ?? now),
      lifecycleEvents: deployment.events.map(lifecycleEvent),
      status: targetStatus(deployment),
      taskSetsInfo: [taskSetInfo(group, blue, 'Blue'), ...(green === null ? [] : [taskSetInfo(group, green, 'Green')])],
    },
  };
}

export function targetStatus(deployment: Deployment): 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' {
  if (deployment.status === 'Created') return 'Pending';
  if (!hasEnded(deployment)) return 'InProgress';
  return deployment.status === 'Succeeded' ? 'Succeeded' : 'Failed';
}

function lifecycleEvent(event: LifecycleEvent): object {
  return {
    lifecycleEventName: event.name,
    status: event.status,
    ...momentOrNothing('startTime', event.startedAt),
    ...momentOrNothing('endTime', event.endedAt),
    ...(event.diagnostics === null ? {} : { diagnostics: { ...event.diagnostics, scriptName: '', logTail: '' } }),
  };
}

// `identifer` is AWS's own spelling. (docs.aws.amazon.com/codedeploy/latest/APIReference/API_ECSTaskSet.html)
function taskSetInfo(group: Group, taskSet: TaskSet, label: 'Blue' | 'Green'): object {
  const count = taskSet.status === 'DRAINING' ? 0 : group.service.desiredCount;
  return {
    identifer: taskSet.id,
    desiredCount: count,
    pendingCount: 0,
    runningCount: count,
    status: taskSet.status,
    trafficWeight: taskSet.weight,
    targetGroup: { name: taskSet.targetGroup.name },
    taskSetLabel: label,
  };
}
