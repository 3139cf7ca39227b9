import {
  CreateDeploymentCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { AwsFailure, callAws } from '../../aws/failure.ts';
import type { DeploymentFacts, HookReportOutcome, Provider, RedeployOutcome, StopOutcome } from '../provider.ts';
import { rollbackMarker } from './facts.ts';
import {
  alarmsOfGroup,
  type Clients,
  deploymentsOfGroup,
  fullRevision,
  readDeployment,
  readTraffic,
  revisionNames,
} from './read.ts';

/** CodeDeploy as a provider: blue/green on ECS, Lambda, and servers, through the real SDK. */
export function createCodeDeploy(clients: Clients): Provider {
  return {
    readDeployment: (id) => readDeployment(clients, id),
    readTraffic: (deployment) => readTraffic(clients, deployment),
    revisionNames: (deployment) => revisionNames(clients, deployment),
    deploymentsOfGroup: (application, group) => deploymentsOfGroup(clients, application, group),
    alarmsOfGroup: (application, group) => alarmsOfGroup(clients, application, group),
    reportHook: (hook, executionId, verdict) => reportHook(clients, hook, executionId, verdict),
    stop: (deploymentId) => stop(clients, deploymentId),
    redeploy: (revisionOf, marker) => redeploy(clients, revisionOf, marker),
  };
}

async function reportHook(
  { codedeploy }: Clients,
  hook: { readonly deploymentId: string; readonly computePlatform: string },
  executionId: string,
  verdict: 'pass' | 'fail',
): Promise<HookReportOutcome> {
  // On servers a hook is a script: its exit code is the report, and there is no execution to answer.
  if (hook.computePlatform === 'Server') return 'by-exit-code';
  const command = new PutLifecycleEventHookExecutionStatusCommand({
    deploymentId: hook.deploymentId,
    lifecycleEventHookExecutionId: executionId,
    status: verdict === 'pass' ? 'Succeeded' : 'Failed',
  });
  try {
    await callAws('PutLifecycleEventHookExecutionStatus', (abortSignal) => codedeploy.send(command, { abortSignal }));
    return 'reported';
  } catch (cause) {
    const outcome = cause instanceof AwsFailure ? reportOutcomes[cause.awsCode] : undefined;
    if (outcome === undefined) throw cause;
    return outcome;
  }
}

// A second report is refused: that is the proof that the first arrived. (API_PutLifecycleEventHookExecutionStatus)
const reportOutcomes: Readonly<Record<string, HookReportOutcome>> = {
  LifecycleEventAlreadyCompletedException: 'already-reported',
  InvalidLifecycleEventHookExecutionIdException: 'execution-unknown',
  DeploymentDoesNotExistException: 'deployment-ended',
};

async function stop({ codedeploy }: Clients, deploymentId: string): Promise<StopOutcome> {
  const command = new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true });
  try {
    const answer = await callAws('StopDeployment', (abortSignal) => codedeploy.send(command, { abortSignal }));
    return answer.status === 'Succeeded' ? 'stopped' : 'stopping';
  } catch (cause) {
    if (cause instanceof AwsFailure && cause.awsCode === 'DeploymentAlreadyCompletedException') return 'already-ended';
    throw cause;
  }
}

async function redeploy(clients: Clients, revisionOf: DeploymentFacts, marker: string): Promise<RedeployOutcome> {
  const command = new CreateDeploymentCommand({
    applicationName: revisionOf.application,
    deploymentGroupName: revisionOf.deploymentGroup,
    revision: await fullRevision(clients, revisionOf),
    description: `${rollbackMarker} ${marker}`,
    // The alarm that is red because of the bad release must not stop the cure, and a cure that fails must not bring
    // the bad release back (CreateDeployment API page, overrideAlarmConfiguration).
    overrideAlarmConfiguration: { enabled: false },
    autoRollbackConfiguration: { enabled: false },
  });
  try {
    const answer = await callAws('CreateDeployment', (abortSignal) =>
      clients.codedeploy.send(command, { abortSignal }),
    );
    return { outcome: 'created', deploymentId: answer.deploymentId ?? '' };
  } catch (cause) {
    if (!(cause instanceof AwsFailure) || cause.awsCode !== 'DeploymentLimitExceededException') throw cause;
    return { outcome: 'in-the-way', message: cause.message };
  }
}
