import { z } from 'zod';
import { deploymentsOf } from '../model/world.ts';
import { AwsError } from '../wire/aws-error.ts';
import { revisionSchema } from './codedeploy-deployments.ts';
import { findGroup, findRevisions } from './codedeploy-lookup.ts';
import { groupInfo } from './codedeploy-shapes.ts';
import { momentOrNothing, type Operations, operation, page, seconds } from './operation.ts';

const getDeploymentGroup = operation(
  z.object({ applicationName: z.string().optional(), deploymentGroupName: z.string().optional() }),
  (world, { applicationName, deploymentGroupName }) => {
    const group = findGroup(world, applicationName, deploymentGroupName);
    return { deploymentGroupInfo: groupInfo(group, deploymentsOf(world, group)) };
  },
);

/** The one operation that gives an AppSpec's text back. (API_GetApplicationRevision) */
const getApplicationRevision = operation(
  z.object({ applicationName: z.string().optional(), revision: revisionSchema.optional() }),
  (world, { applicationName, revision }) => {
    const revisions = findRevisions(world, applicationName);
    const sha256 = revision?.appSpecContent?.sha256 ?? revision?.string?.sha256;
    const known = revisions.get(sha256 ?? '');
    if (known === undefined) throw new AwsError('RevisionDoesNotExistException', 'The revision could not be found');
    return {
      applicationName,
      revision: {
        revisionType: 'AppSpecContent',
        appSpecContent: { content: known.content, sha256: known.sha256 },
      },
      revisionInfo: {
        deploymentGroups: [...known.groups],
        registerTime: seconds(known.registeredAt),
        ...momentOrNothing('firstUsedTime', known.firstUsedAt),
        ...momentOrNothing('lastUsedTime', known.lastUsedAt),
      },
    };
  },
);

const listApplications = operation(z.object({ nextToken: z.string().optional() }), (world, { nextToken }) => {
  const { items, next } = page([...world.applications.keys()], nextToken, 100);
  return { applications: items, ...next };
});

const listDeploymentGroups = operation(
  z.object({ applicationName: z.string().optional(), nextToken: z.string().optional() }),
  (world, { applicationName, nextToken }) => {
    findRevisions(world, applicationName);
    const names = world.groups.filter((group) => group.application === applicationName).map((group) => group.name);
    const { items, next } = page(names, nextToken, 100);
    return { applicationName, deploymentGroups: items, ...next };
  },
);

export const groupOperations: Operations = {
  GetDeploymentGroup: getDeploymentGroup,
  GetApplicationRevision: getApplicationRevision,
  ListApplications: listApplications,
  ListDeploymentGroups: listDeploymentGroups,
};
