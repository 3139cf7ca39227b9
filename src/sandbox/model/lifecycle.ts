import { arns } from '../arns.ts';
import { newExecutionId, newTaskSetId } from '../ids.ts';
import {
  currentEvent,
  type Deployment,
  functionOf,
  hasEnded,
  isHookEvent,
  keepTaskSets,
  type LifecycleEvent,
} from './deployment.ts';
import { endDeployment } from './ending.ts';
import { greenWeight, secondsOfNextStep } from './shift.ts';
import { setWeight, type TaskSet } from './task-set.ts';
import type { World } from './world.ts';

/** Takes a deployment as far as it gets without more time; true when anything changed. */
export function stepDeployment(world: World, deployment: Deployment): boolean {
  if (hasEnded(deployment)) return false;
  if (deployment.stop !== null) {
    endDeployment(world, deployment, {
      status: 'Stopped',
      trigger: 'DEPLOYMENT_STOP_ON_REQUEST',
      code: 'MANUAL_STOP',
      message: 'The deployment was stopped by a user.',
    });
    return true;
  }
  const alarm = redAlarm(world, deployment);
  if (alarm !== null) {
    endDeployment(world, deployment, {
      status: 'Stopped',
      trigger: 'DEPLOYMENT_STOP_ON_ALARM',
      code: 'ALARM_ACTIVE',
      message: `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected: <${alarm}>`,
    });
    return true;
  }
  const failed = deployment.events.find((event) => event.status === 'Failed');
  if (failed !== undefined) {
    endDeployment(world, deployment, {
      status: 'Failed',
      trigger: 'DEPLOYMENT_FAILURE',
      code: failed.name === 'Install' ? 'ECS_UPDATE_ERROR' : 'HOOK_EXECUTION_FAILURE',
      message: failed.diagnostics?.message ?? `${failed.name} failed`,
    });
    return true;
  }
  const event = currentEvent(deployment);
  if (event === null) return awaitTermination(world, deployment);
  if (event.status === 'Pending') {
    start(world, deployment, event);
    return true;
  }
  return proceed(world, deployment, event);
}

/** When a deployment moves next by time alone, in milliseconds; null when it has ended. */
export function nextMoveAt(world: World, deployment: Deployment): number | null {
  if (hasEnded(deployment)) return null;
  const event = currentEvent(deployment);
  if (event === null) {
    return (deployment.terminationWaitSince ?? world.now) + deployment.group.terminationWaitSeconds * 1000;
  }
  const startedAt = event.startedAt ?? world.now;
  if (isHookEvent(event.name)) return startedAt + world.hookTimeoutSeconds * 1000;
  if (event.name === 'Install') return startedAt + installSeconds(deployment) * 1000;
  const step = secondsOfNextStep(deployment.group.shift, (world.now - startedAt) / 1000);
  return step === null ? null : startedAt + step * 1000;
}

function redAlarm(world: World, deployment: Deployment): string | null {
  const { alarmOverride, group } = deployment;
  const watched = alarmOverride === null ? group.alarms : alarmOverride.enabled ? alarmOverride.alarms : [];
  return watched.find((name) => world.alarms.get(name)?.state === 'ALARM') ?? null;
}

function start(world: World, deployment: Deployment, event: LifecycleEvent): void {
  deployment.status = 'InProgress';
  event.status = 'InProgress';
  event.startedAt = world.now;
  if (event.name === 'Install') install(world, deployment, event);
  else if (isHookEvent(event.name)) callHook(world, deployment, event);
}

/** A new task set for a release, behind the target group that serves nothing; a rollback finds its own still there. */
function install(world: World, deployment: Deployment, event: LifecycleEvent): void {
  const { service } = deployment.group;
  if (deployment.creator === 'codeDeployRollback') return;
  const name = deployment.revision.spec.taskDefinition;
  const definition = world.taskDefinitions.get(name);
  if (definition === undefined) {
    fail(world, event, 'UnknownError', `unable to describe task definition ${name}`);
    return;
  }
  const id = newTaskSetId(world.idRandom);
  const [first, second] = service.targetGroups;
  const green: TaskSet = {
    id,
    arn: arns.taskSet(service.cluster, service.name, id),
    taskDefinition: definition.arn,
    targetGroup: deployment.blue.targetGroup === first ? second : first,
    createdAt: world.now,
    behaviour: definition.behaviour,
    status: 'ACTIVE',
    weight: 0,
    trafficSince: null,
  };
  // What a deployment stopped without rollback left behind goes when the next one installs.
  setWeight(deployment.blue, 100, world.now);
  service.secondary = green;
  deployment.green = green;
}

function installSeconds({ creator, group }: Deployment): number {
  return creator === 'codeDeployRollback' ? 0 : group.installSeconds;
}

function callHook(world: World, deployment: Deployment, event: LifecycleEvent): void {
  const functionName = functionOf(deployment, event.name);
  const silent = deployment.creator === 'codeDeployRollback' && !world.rollbackCallsHooks;
  if (functionName === null || silent) {
    succeed(world, event);
    return;
  }
  const executionId = newExecutionId(world.idRandom);
  event.executionId = executionId;
  const called = world.callHook(functionName, {
    deploymentId: deployment.id,
    executionId,
    onFailure: (message) => {
      if (event.status === 'InProgress') event.diagnostics = { errorCode: 'UnknownError', message };
    },
  });
  if (!called) fail(world, event, 'ScriptMissing', `the Lambda function ${functionName} does not exist`);
}

function proceed(world: World, deployment: Deployment, event: LifecycleEvent): boolean {
  const startedAt = event.startedAt ?? world.now;
  if (event.name === 'AllowTraffic') return moveTraffic(world, deployment, event);
  if (event.name === 'AllowTestTraffic') {
    succeed(world, event);
    return true;
  }
  const limitSeconds = event.name === 'Install' ? installSeconds(deployment) : world.hookTimeoutSeconds;
  if (world.now < startedAt + limitSeconds * 1000) return false;
  if (event.name === 'Install') succeed(world, event);
  else {
    const said = event.diagnostics === null ? '' : ` The function had failed: ${event.diagnostics.message}`;
    fail(world, event, 'ScriptTimedOut', `${event.name} did not report within ${limitSeconds} seconds.${said}`);
  }
  return true;
}

function moveTraffic(world: World, deployment: Deployment, event: LifecycleEvent): boolean {
  const { green, blue, group } = deployment;
  if (green === null) throw new Error(`${deployment.id} moves traffic without a task set to move it to`);
  const isRollback = deployment.creator === 'codeDeployRollback';
  const weight = isRollback ? 100 : greenWeight(group.shift, (world.now - (event.startedAt ?? world.now)) / 1000);
  if (weight === green.weight && weight < 100) return false;
  setWeight(green, weight, world.now);
  setWeight(blue, 100 - weight, world.now);
  if (weight === 100) {
    group.service.primary = green;
    group.service.secondary = blue;
    green.status = 'PRIMARY';
    blue.status = 'ACTIVE';
    succeed(world, event);
  }
  return true;
}

/** The original task set stays for a while, so that a rollback is at once; then the deployment has succeeded. */
function awaitTermination(world: World, deployment: Deployment): boolean {
  const isRollback = deployment.creator === 'codeDeployRollback';
  if (deployment.terminationWaitSince === null && !isRollback) {
    deployment.terminationWaitSince = world.now;
    return true;
  }
  const since = deployment.terminationWaitSince ?? world.now;
  const waitSeconds = isRollback ? 0 : deployment.group.terminationWaitSeconds;
  if (world.now < since + waitSeconds * 1000) return false;
  deployment.status = 'Succeeded';
  deployment.completedAt = world.now;
  deployment.blue.status = 'DRAINING';
  deployment.group.service.secondary = null;
  deployment.group.targetRevision = deployment.revision;
  keepTaskSets(deployment);
  return true;
}

function succeed(world: World, event: LifecycleEvent): void {
  event.status = 'Succeeded';
  event.endedAt = world.now;
}

function fail(world: World, event: LifecycleEvent, errorCode: string, message: string): void {
  event.status = 'Failed';
  event.endedAt = world.now;
  event.diagnostics = { errorCode, message };
}
