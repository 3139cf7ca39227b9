import type { Deployment } from '../model/deployment.ts';
import type { Group } from '../model/group.ts';
import type { RegisteredRevision, World } from '../model/world.ts';
import { AwsError } from '../wire/aws-error.ts';

// The names of the exceptions are those of each operation's page in the CodeDeploy API reference.

export function required(value: string | undefined, code: string, field: string): string {
  if (value === undefined || value === '') throw new AwsError(code, `${field} is required`);
  return value;
}

export function findDeployment(world: World, deploymentId: string | undefined): Deployment {
  const id = required(deploymentId, 'DeploymentIdRequiredException', 'deploymentId');
  if (!/^d-[A-Z0-9]{9}$/.test(id)) {
    throw new AwsError('InvalidDeploymentIdException', `The deployment ID ${id} is not valid`);
  }
  const deployment = world.deployments.find((candidate) => candidate.id === id);
  if (deployment === undefined) {
    throw new AwsError('DeploymentDoesNotExistException', `The deployment ${id} could not be found`);
  }
  return deployment;
}

export function findRevisions(world: World, applicationName: string | undefined): Map<string, RegisteredRevision> {
  const name = required(applicationName, 'ApplicationNameRequiredException', 'applicationName');
  const revisions = world.applications.get(name);
  if (revisions === undefined) {
    throw new AwsError('ApplicationDoesNotExistException', `No application found for name: ${name}`);
  }
  return revisions;
}

export function findGroup(world: World, applicationName: string | undefined, groupName: string | undefined): Group {
  findRevisions(world, applicationName);
  const name = required(groupName, 'DeploymentGroupNameRequiredException', 'deploymentGroupName');
  const group = world.groups.find((candidate) => candidate.application === applicationName && candidate.name === name);
  if (group === undefined) {
    throw new AwsError('DeploymentGroupDoesNotExistException', `No Deployment Group found for name: ${name}`);
  }
  return group;
}
