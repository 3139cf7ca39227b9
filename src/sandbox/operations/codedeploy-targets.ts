import { z } from 'zod';
import type { Deployment } from '../model/deployment.ts';
import { AwsError } from '../wire/aws-error.ts';
import { findDeployment, required } from './codedeploy-lookup.ts';
import { deploymentTarget, targetId, targetStatus } from './codedeploy-shapes.ts';
import { type Operations, operation } from './operation.ts';

const listDeploymentTargets = operation(
  z.object({
    deploymentId: z.string().optional(),
    targetFilters: z.partialRecord(z.enum(['TargetStatus', 'ServerInstanceLabel']), z.array(z.string())).optional(),
  }),
  (world, { deploymentId, targetFilters }) => {
    const deployment = findDeployment(world, deploymentId);
    const statuses = targetFilters?.TargetStatus;
    const matches = statuses === undefined || statuses.includes(targetStatus(deployment));
    return { targetIds: matches ? [targetId(deployment)] : [] };
  },
);

const getDeploymentTarget = operation(
  z.object({ deploymentId: z.string().optional(), targetId: z.string().optional() }),
  (world, input) => {
    const deployment = findDeployment(world, input.deploymentId);
    requireTarget(deployment, required(input.targetId, 'DeploymentTargetIdRequiredException', 'targetId'));
    return { deploymentTarget: deploymentTarget(deployment, world.now) };
  },
);

const batchGetDeploymentTargets = operation(
  z.object({ deploymentId: z.string().optional(), targetIds: z.array(z.string()).optional() }),
  (world, input) => {
    const deployment = findDeployment(world, input.deploymentId);
    const ids = input.targetIds ?? [targetId(deployment)];
    for (const id of ids) requireTarget(deployment, id);
    return { deploymentTargets: ids.map(() => deploymentTarget(deployment, world.now)) };
  },
);

function requireTarget(deployment: Deployment, id: string): void {
  if (id === targetId(deployment)) return;
  throw new AwsError('DeploymentTargetDoesNotExistException', `The deployment ${deployment.id} has no target ${id}`);
}

/**
 * A hook's report. One report an execution; the deployment acts on it at the world's next move.
 * (docs.aws.amazon.com/codedeploy/latest/APIReference/API_PutLifecycleEventHookExecutionStatus.html)
 */
const putLifecycleEventHookExecutionStatus = operation(
  z.object({
    deploymentId: z.string().optional(),
    lifecycleEventHookExecutionId: z.string().optional(),
    status: z.string().optional(),
  }),
  (world, { deploymentId, lifecycleEventHookExecutionId: executionId, status }) => {
    const deployment = findDeployment(world, deploymentId);
    if (status !== 'Succeeded' && status !== 'Failed') {
      const message = `The lifecycle event hook execution status ${status} is not valid: only Succeeded and Failed are`;
      throw new AwsError('InvalidLifecycleEventHookExecutionStatusException', message);
    }
    const event = deployment.events.find((candidate) => candidate.executionId === executionId);
    if (event === undefined || executionId === undefined) {
      const message = `The lifecycle event hook execution id is not one of the deployment ${deployment.id}`;
      throw new AwsError('InvalidLifecycleEventHookExecutionIdException', message);
    }
    if (event.status !== 'InProgress') {
      const message = `The lifecycle event ${event.name} has already completed as ${event.status}`;
      throw new AwsError('LifecycleEventAlreadyCompletedException', message);
    }
    event.status = status;
    event.endedAt = world.now;
    event.diagnostics =
      status === 'Succeeded'
        ? null
        : { errorCode: 'ScriptFailed', message: `The hook of ${event.name} reported Failed.` };
    return { lifecycleEventHookExecutionId: executionId };
  },
);

export const targetOperations: Operations = {
  ListDeploymentTargets: listDeploymentTargets,
  GetDeploymentTarget: getDeploymentTarget,
  BatchGetDeploymentTargets: batchGetDeploymentTargets,
  PutLifecycleEventHookExecutionStatus: putLifecycleEventHookExecutionStatus,
};
