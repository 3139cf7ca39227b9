import {
  BatchGetDeploymentsCommand,
  type CodeDeployClient,
  type DeploymentGroupInfo,
  GetApplicationRevisionCommand,
  GetDeploymentCommand,
  GetDeploymentGroupCommand,
  GetDeploymentTargetCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
  type RevisionLocation,
} from '@aws-sdk/client-codedeploy';
import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import type { AwsClients } from '../../aws/clients.ts';
import { AwsFailure, callAws } from '../../aws/failure.ts';
import { type DeploymentFacts, DeploymentUnknown, type RevisionNames, type Traffic } from '../provider.ts';
import { deploymentFacts } from './facts.ts';
import { appSpecTarget, imageNames, objectKey, storedRevisionNames } from './revision-names.ts';
import { trafficOf } from './traffic.ts';

export type Clients = Pick<AwsClients, 'codedeploy' | 'ecs'>;

/** @throws DeploymentUnknown, AwsFailure */
export async function readDeployment({ codedeploy }: Clients, id: string): Promise<DeploymentFacts> {
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

/** Weights and target groups of an ECS deployment; null where CodeDeploy has none to tell. */
export async function readTraffic({ codedeploy }: Clients, deployment: DeploymentFacts): Promise<Traffic | null> {
  if (deployment.computePlatform !== 'ECS') return null;
  const id = await targetId(codedeploy, deployment);
  if (id === undefined) return null;
  const command = new GetDeploymentTargetCommand({ deploymentId: deployment.id, targetId: id });
  const answer = await callAws('GetDeploymentTarget', (abortSignal) => codedeploy.send(command, { abortSignal }));
  const taskSets = answer.deploymentTarget?.ecsTarget?.taskSetsInfo ?? [];
  const [cluster = null, service = null] = id.split(':');
  return trafficOf(taskSets, { cluster, service });
}

/** Under ECS a target's id is `cluster:service`; the deployment group knows both. (API_GetDeploymentTarget) */
async function targetId(codedeploy: CodeDeployClient, deployment: DeploymentFacts): Promise<string | undefined> {
  const group = await readGroup(codedeploy, deployment.application, deployment.deploymentGroup);
  const place = group.ecsServices?.[0];
  if (place?.clusterName && place.serviceName) return `${place.clusterName}:${place.serviceName}`;
  const command = new ListDeploymentTargetsCommand({ deploymentId: deployment.id });
  const answer = await callAws('ListDeploymentTargets', (abortSignal) => codedeploy.send(command, { abortSignal }));
  return answer.targetIds?.[0];
}

async function readGroup(
  codedeploy: CodeDeployClient,
  applicationName: string,
  deploymentGroupName: string,
): Promise<DeploymentGroupInfo> {
  const command = new GetDeploymentGroupCommand({ applicationName, deploymentGroupName });
  const answer = await callAws('GetDeploymentGroup', (abortSignal) => codedeploy.send(command, { abortSignal }));
  return answer.deploymentGroupInfo ?? {};
}

/** The alarms that the group itself watches, when it watches any. */
export async function alarmsOfGroup({ codedeploy }: Clients, application: string, group: string): Promise<string[]> {
  const { alarmConfiguration } = await readGroup(codedeploy, application, group);
  return alarmConfiguration?.enabled ? (alarmConfiguration.alarms ?? []).flatMap((alarm) => alarm.name ?? []) : [];
}

/** The revision with its AppSpec: GetDeployment never returns the text, GetApplicationRevision does. */
export async function fullRevision({ codedeploy }: Clients, deployment: DeploymentFacts): Promise<RevisionLocation> {
  const revision = deployment.revision as RevisionLocation; // deploymentFacts put it there
  if (revision.revisionType !== 'AppSpecContent' || revision.appSpecContent?.content) return revision;
  const command = new GetApplicationRevisionCommand({ applicationName: deployment.application, revision });
  const answer = await callAws('GetApplicationRevision', (abortSignal) => codedeploy.send(command, { abortSignal }));
  return answer.revision ?? revision;
}

/**
 * The names by which CI may know the revision, in groups, the most telling first: the image that takes the traffic (all
 * images where the AppSpec does not say which), what CodeDeploy itself calls the revision, and the S3 key.
 */
export async function revisionNames(clients: Clients, deployment: DeploymentFacts): Promise<RevisionNames> {
  const revision = await fullRevision(clients, deployment);
  const stored = storedRevisionNames({ ...revision });
  const key = objectKey({ ...revision });
  const target = appSpecTarget(revision.appSpecContent?.content ?? revision.string?.content ?? '');
  if (target === null) return [stored, key];
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: target.taskDefinition });
  const answer = await callAws('DescribeTaskDefinition', (abortSignal) => clients.ecs.send(command, { abortSignal }));
  const containers = answer.taskDefinition?.containerDefinitions ?? [];
  const main = containers.filter((container) => container.name === target.container);
  const images = (main.length > 0 ? main : containers).flatMap((container) => container.image ?? []);
  return [images.flatMap(imageNames), [target.taskDefinition, ...stored], key];
}

/** The group's last deployments, newest first, up to 100. */
export async function deploymentsOfGroup(
  { codedeploy }: Clients,
  applicationName: string,
  deploymentGroupName: string,
): Promise<readonly DeploymentFacts[]> {
  const list = new ListDeploymentsCommand({ applicationName, deploymentGroupName });
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
}
