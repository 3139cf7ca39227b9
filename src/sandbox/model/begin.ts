import { newDeploymentId } from '../ids.ts';
import type { Revision } from './appspec.ts';
import { type Deployment, newEvents } from './deployment.ts';
import type { Group } from './group.ts';
import { registerRevision, type World } from './world.ts';

type Given = Pick<Deployment, 'id' | 'group' | 'revision' | 'previousRevision' | 'creator' | 'blue'> &
  Partial<
    Pick<Deployment, 'description' | 'autoRollbackOverride' | 'alarmOverride' | 'rollsBack' | 'green' | 'createdAt'>
  >;

/** Puts a deployment into the world; it starts at the world's next move. */
export function addDeployment(world: World, given: Given): Deployment {
  const deployment: Deployment = {
    description: '',
    autoRollbackOverride: null,
    alarmOverride: null,
    rollsBack: null,
    green: null,
    createdAt: world.now,
    ...given,
    events: newEvents(),
    status: 'Created',
    completedAt: null,
    error: null,
    rolledBackBy: null,
    stop: null,
    terminationWaitSince: null,
  };
  world.deployments.push(deployment);
  const registered = registerRevision(world, given.group.application, given.revision);
  registered.groups.add(given.group.name);
  registered.firstUsedAt ??= world.now;
  registered.lastUsedAt = world.now;
  return deployment;
}

export type ReleaseOverrides = Partial<Pick<Deployment, 'description' | 'autoRollbackOverride' | 'alarmOverride'>>;

/** A user's deployment; the caller has made sure that none is running in the group. */
export function beginRelease(
  world: World,
  group: Group,
  revision: Revision,
  overrides: ReleaseOverrides = {},
): Deployment {
  return addDeployment(world, {
    id: newDeploymentId(world.idRandom),
    group,
    revision,
    previousRevision: group.targetRevision,
    creator: 'user',
    blue: group.service.primary,
    ...overrides,
  });
}
