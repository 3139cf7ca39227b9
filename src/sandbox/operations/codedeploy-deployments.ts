import { z } from 'zod';
import { type Revision, readRevision } from '../model/appspec.ts';
import { beginRelease } from '../model/begin.ts';
import { hasEnded } from '../model/deployment.ts';
import { deploymentsOf, registerRevision, runningIn, type World } from '../model/world.ts';
import { AwsError } from '../wire/aws-error.ts';
import { findDeployment, findGroup, findRevisions } from './codedeploy-lookup.ts';
import { deploymentInfo } from './codedeploy-shapes.ts';
import { type Operations, operation, page } from './operation.ts';

export const revisionSchema = z.object({
  revisionType: z.string().optional(),
  appSpecContent: z.object({ content: z.string().optional(), sha256: z.string().optional() }).optional(),
  string: z.object({ content: z.string().optional(), sha256: z.string().optional() }).optional(),
});

const rollbackSchema = z.object({ enabled: z.boolean().default(false), events: z.array(z.string()).default([]) });

const alarmsSchema = z.object({
  enabled: z.boolean().default(false),
  alarms: z.array(z.object({ name: z.string() })).default([]),
});

// docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html
const createDeployment = operation(
  z.object({
    applicationName: z.string().optional(),
    deploymentGroupName: z.string().optional(),
    revision: revisionSchema.optional(),
    description: z.string().optional(),
    autoRollbackConfiguration: rollbackSchema.optional(),
    overrideAlarmConfiguration: alarmsSchema.optional(),
  }),
  (world, input) => {
    const group = findGroup(world, input.applicationName, input.deploymentGroupName);
    const revision = revisionToDeploy(world, group.application, input.revision);
    const running = runningIn(world, group);
    if (running !== null) {
      // The other deployment's id is in the message only. (aws-sdk-java#757)
      const message = `The Deployment Group '${group.name}' already has an active Deployment '${running.id}'`;
      throw new AwsError('DeploymentLimitExceededException', message);
    }
    const { overrideAlarmConfiguration: alarms } = input;
    const { id } = beginRelease(world, group, revision, {
      description: input.description ?? '',
      autoRollbackOverride: input.autoRollbackConfiguration ?? null,
      alarmOverride:
        alarms === undefined ? null : { enabled: alarms.enabled, alarms: alarms.alarms.map((alarm) => alarm.name) },
    });
    return { deploymentId: id };
  },
);

/** An AppSpec given in full is registered; one given by checksum alone must be known. */
function revisionToDeploy(
  world: World,
  application: string,
  given: z.output<typeof revisionSchema> | undefined,
): Revision {
  if (given === undefined) throw new AwsError('RevisionRequiredException', 'A revision is required');
  const { content, sha256 } = given.appSpecContent ?? given.string ?? {};
  if (content === undefined) {
    const known = findRevisions(world, application).get(sha256 ?? '');
    if (known === undefined) throw new AwsError('RevisionDoesNotExistException', 'The revision could not be found');
    return known;
  }
  const revision = readRevision(content);
  if ('problem' in revision) throw new AwsError('InvalidRevisionException', revision.problem);
  if (sha256 !== undefined && sha256 !== revision.sha256) {
    throw new AwsError('InvalidRevisionException', `the AppSpec's sha256 is ${revision.sha256}, not ${sha256}`);
  }
  return registerRevision(world, application, revision);
}

const getDeployment = operation(z.object({ deploymentId: z.string().optional() }), (world, { deploymentId }) => ({
  deploymentInfo: deploymentInfo(findDeployment(world, deploymentId)),
}));

// At most 25 ids; those that do not exist are left out. (API_BatchGetDeployments)
const batchGetDeployments = operation(z.object({ deploymentIds: z.array(z.string()) }), (world, { deploymentIds }) => {
  if (deploymentIds.length > 25) throw new AwsError('BatchLimitExceededException', 'at most 25 deployment ids');
  const wanted = new Set(deploymentIds);
  return { deploymentsInfo: world.deployments.filter(({ id }) => wanted.has(id)).map(deploymentInfo) };
});

const rangeSchema = z.object({ start: z.number().optional(), end: z.number().optional() });

const listDeployments = operation(
  z.object({
    applicationName: z.string().optional(),
    deploymentGroupName: z.string().optional(),
    includeOnlyStatuses: z.array(z.string()).optional(),
    createTimeRange: rangeSchema.optional(),
    nextToken: z.string().optional(),
  }),
  (world, input) => {
    const { applicationName, deploymentGroupName, includeOnlyStatuses, createTimeRange = {} } = input;
    if (applicationName !== undefined) findRevisions(world, applicationName);
    const candidates =
      deploymentGroupName === undefined
        ? world.deployments.toReversed()
        : deploymentsOf(world, findGroup(world, applicationName, deploymentGroupName));
    const { start = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY } = createTimeRange;
    const found = candidates
      .filter(({ group }) => applicationName === undefined || group.application === applicationName)
      .filter(({ status }) => includeOnlyStatuses === undefined || includeOnlyStatuses.includes(status))
      .filter(({ createdAt }) => createdAt >= start * 1000 && createdAt <= end * 1000);
    const { items, next } = page(found, input.nextToken, 100);
    return { deployments: items.map(({ id }) => id), ...next };
  },
);

// The stop is carried out at the world's next move. (API_StopDeployment)
const stopDeployment = operation(
  z.object({ deploymentId: z.string().optional(), autoRollbackEnabled: z.boolean().optional() }),
  (world, input) => {
    const deployment = findDeployment(world, input.deploymentId);
    if (hasEnded(deployment)) {
      const message = `The deployment ${deployment.id} is in ${deployment.status} state and cannot be stopped`;
      throw new AwsError('DeploymentAlreadyCompletedException', message);
    }
    const withRollback = input.autoRollbackEnabled === true;
    if (deployment.stop === null) {
      deployment.stop = { withRollback };
      return { status: 'Pending', statusMessage: 'Stopping is in progress' };
    }
    deployment.stop = { withRollback: withRollback || deployment.stop.withRollback };
    return { status: 'Succeeded', statusMessage: 'No more events will be run' };
  },
);

export const deploymentOperations: Operations = {
  CreateDeployment: createDeployment,
  GetDeployment: getDeployment,
  BatchGetDeployments: batchGetDeployments,
  ListDeployments: listDeployments,
  StopDeployment: stopDeployment,
};
