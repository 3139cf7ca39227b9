import { arns } from './arns.ts';
import { newDeploymentId, newHexId, newTaskSetId } from './ids.ts';
import { type Hooks, type Revision, writeRevision } from './model/appspec.ts';
import { addDeployment } from './model/begin.ts';
import { keepTaskSets } from './model/deployment.ts';
import type { EcsService, Group, TaskDefinition } from './model/group.ts';
import { publishPeriod } from './model/publish.ts';
import { setAlarm } from './model/set-alarm.ts';
import type { Shift } from './model/shift.ts';
import type { TargetGroup, TaskSet } from './model/task-set.ts';
import { healthy, type ReleaseTraffic } from './model/traffic.ts';
import { registerRevision, type World } from './model/world.ts';

/** An application with one deployment group, and the ECS service that it deploys to, already serving a first release. */
export interface GroupSetup {
  readonly application: string;
  readonly deploymentGroup: string;
  readonly cluster: string;
  readonly service: string;
  /** The release that serves when the sandbox begins; it counts as the group's last successful deployment. */
  readonly image: string;
  /** How that release answers. Default: `healthy`. */
  readonly behaviour?: ReleaseTraffic;
  /** Requests a period to the whole service. Default 600. */
  readonly requestsPerPeriod?: number;
  /** RDS instance whose connections are published as AWS/RDS DatabaseConnections. Default: none. */
  readonly database?: string;
  /** So many periods of metrics from before the beginning. Default 60. */
  readonly historyPeriods?: number;
  /** Default: all at once. */
  readonly shift?: Shift;
  /** Default 30. */
  readonly installSeconds?: number;
  /** How long the original task set stays after the traffic has moved. Default 300. */
  readonly terminationWaitSeconds?: number;
  /** Functions called at the events of every release that names none itself. */
  readonly hooks?: Hooks;
  /** Alarms that stop a deployment; each begins in OK. */
  readonly alarms?: readonly string[];
  /** Events of autoRollbackConfiguration. Default: DEPLOYMENT_FAILURE and DEPLOYMENT_STOP_ON_ALARM. */
  readonly autoRollback?: readonly string[];
}

export interface TaskDefinitionSetup {
  readonly family: string;
  readonly image: string;
  readonly behaviour?: ReleaseTraffic;
  /** Default: the family's name. */
  readonly containerName?: string;
}

export function registerTaskDefinition(world: World, setup: TaskDefinitionSetup): TaskDefinition {
  const { family, image, behaviour = healthy, containerName = family } = setup;
  const revision = 1 + [...world.taskDefinitions.values()].filter((known) => known.family === family).length;
  const arn = arns.taskDefinition(family, revision);
  const definition = { arn, family, revision, image, containerName, behaviour, registeredAt: world.now };
  world.taskDefinitions.set(arn, definition);
  return definition;
}

export function addGroup(world: World, setup: GroupSetup): Group {
  const { historyPeriods = 60, hooks = {}, application, deploymentGroup, cluster } = setup;
  if (world.groups.some((group) => group.application === application && group.name === deploymentGroup)) {
    throw new Error(`the sandbox has a deployment group ${application}/${deploymentGroup} already`);
  }
  if (world.services.some((service) => service.cluster === cluster && service.name === setup.service)) {
    throw new Error(`the sandbox has a service ${cluster}/${setup.service} already; each group has its own`);
  }
  const definition = registerTaskDefinition(world, {
    family: setup.service,
    image: setup.image,
    behaviour: setup.behaviour ?? healthy,
  });
  const service = createService(world, setup, definition, historyPeriods);
  const revision = writeRevision({
    taskDefinition: definition.arn,
    hooks,
    containerName: definition.containerName,
  });
  const group = createGroup(setup, service, revision, hooks);
  for (const name of group.alarms) setAlarm(world, name, 'OK', 'within its threshold');
  world.services.push(service);
  world.groups.push(group);
  registerRevision(world, group.application, revision);
  recordFirstDeployment(world, group);
  publishHistory(world, service, historyPeriods);
  return group;
}

function createService(
  world: World,
  setup: GroupSetup,
  definition: TaskDefinition,
  historyPeriods: number,
): EcsService {
  const targetGroups = [targetGroup(world, `${setup.service}-a`), targetGroup(world, `${setup.service}-b`)] as const;
  const suffix = `app/${setup.service}/${newHexId(world.idRandom)}`;
  const servingSince = world.now - (historyPeriods + 1) * world.periodSeconds * 1000;
  const id = newTaskSetId(world.idRandom);
  const primary: TaskSet = {
    id,
    arn: arns.taskSet(setup.cluster, setup.service, id),
    taskDefinition: definition.arn,
    targetGroup: targetGroups[0],
    createdAt: servingSince,
    behaviour: definition.behaviour,
    status: 'PRIMARY',
    weight: 100,
    trafficSince: servingSince,
  };
  return {
    cluster: setup.cluster,
    name: setup.service,
    loadBalancer: { suffix, arn: arns.loadBalancer(suffix) },
    targetGroups,
    containerName: definition.containerName,
    desiredCount: 4,
    requestsPerPeriod: setup.requestsPerPeriod ?? 600,
    database: setup.database ?? null,
    primary,
    secondary: null,
  };
}

function targetGroup(world: World, name: string): TargetGroup {
  const suffix = `targetgroup/${name}/${newHexId(world.idRandom)}`;
  return { name, suffix, arn: arns.targetGroup(suffix) };
}

function createGroup(setup: GroupSetup, service: EcsService, targetRevision: Revision, hooks: Hooks): Group {
  const events = setup.autoRollback ?? ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'];
  return {
    application: setup.application,
    name: setup.deploymentGroup,
    service,
    shift: setup.shift ?? { kind: 'all-at-once' },
    installSeconds: setup.installSeconds ?? 30,
    terminationWaitSeconds: setup.terminationWaitSeconds ?? 300,
    hooks,
    alarms: setup.alarms ?? [],
    autoRollback: { enabled: events.length > 0, events },
    targetRevision,
  };
}

/** The deployment that brought the first release, over before the sandbox began. */
function recordFirstDeployment(world: World, group: Group): void {
  const { cluster, name, primary, targetGroups } = group.service;
  const goneId = newTaskSetId(world.idRandom);
  const gone: TaskSet = {
    ...primary,
    id: goneId,
    arn: arns.taskSet(cluster, name, goneId),
    targetGroup: targetGroups[1],
    status: 'DRAINING',
    weight: 0,
  };
  const deployment = addDeployment(world, {
    id: newDeploymentId(world.idRandom),
    group,
    revision: group.targetRevision,
    previousRevision: group.targetRevision,
    creator: 'user',
    description: 'the first release',
    blue: gone,
    green: primary,
    createdAt: primary.createdAt,
  });
  deployment.status = 'Succeeded';
  deployment.completedAt = primary.createdAt;
  keepTaskSets(deployment);
  for (const event of deployment.events) {
    event.status = 'Succeeded';
    event.startedAt = primary.createdAt;
    event.endedAt = primary.createdAt;
  }
}

function publishHistory(world: World, service: EcsService, periods: number): void {
  const periodMs = world.periodSeconds * 1000;
  const lastEnd = Math.floor(world.now / periodMs) * periodMs;
  for (let back = periods - 1; back >= 0; back--) publishPeriod(world, [service], lastEnd - back * periodMs);
}
