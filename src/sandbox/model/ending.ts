import { newDeploymentId } from '../ids.ts';
import { addDeployment } from './begin.ts';
import { type Deployment, keepTaskSets } from './deployment.ts';
import { setWeight } from './task-set.ts';
import type { World } from './world.ts';

export interface Ending {
  readonly status: 'Failed' | 'Stopped';
  /** The event of autoRollbackConfiguration that asks for a rollback. */
  readonly trigger: 'DEPLOYMENT_FAILURE' | 'DEPLOYMENT_STOP_ON_REQUEST' | 'DEPLOYMENT_STOP_ON_ALARM';
  /** DeploymentInfo's errorInformation. */
  readonly code: string;
  readonly message: string;
}

/** Ends a deployment that will not succeed, and begins its rollback where one is wanted. */
export function endDeployment(world: World, deployment: Deployment, ending: Ending): void {
  deployment.status = ending.status;
  deployment.completedAt = world.now;
  deployment.error = { code: ending.code, message: ending.message };
  for (const event of deployment.events) {
    if (event.status === 'Pending') event.status = 'Skipped';
    if (event.status === 'InProgress') {
      event.status = 'Failed';
      event.endedAt = world.now;
    }
  }
  if (wantsRollback(deployment, ending)) beginRollback(world, deployment);
  keepTaskSets(deployment);
}

/**
 * Before Install there is nothing to go back from, and a rollback that fails is not rolled back.
 * (docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html)
 */
function wantsRollback(deployment: Deployment, ending: Ending): boolean {
  if (deployment.green === null || deployment.creator === 'codeDeployRollback') return false;
  if (deployment.stop?.withRollback === true) return true;
  const configuration = deployment.autoRollbackOverride ?? deployment.group.autoRollback;
  return configuration.enabled && configuration.events.includes(ending.trigger);
}

/** Traffic goes back at once; then a deployment of its own, with its own id, makes it official. */
function beginRollback(world: World, failed: Deployment): void {
  const { group, green, blue } = failed;
  if (green === null) return;
  setWeight(blue, 100, world.now);
  setWeight(green, 0, world.now);
  blue.status = 'PRIMARY';
  green.status = 'ACTIVE';
  group.service.primary = blue;
  group.service.secondary = green;
  const id = newDeploymentId(world.idRandom);
  const message = `Deployment ${failed.id} ended as ${failed.status}; ${id} rolls it back to the last good revision.`;
  failed.rolledBackBy = { deploymentId: id, message };
  // The group's alarms watch the rollback too: a red one stops it, with the traffic back already.
  addDeployment(world, {
    id,
    group,
    revision: failed.previousRevision,
    previousRevision: failed.revision,
    creator: 'codeDeployRollback',
    rollsBack: { deploymentId: failed.id, message },
    blue: green,
    green: blue,
  });
}
