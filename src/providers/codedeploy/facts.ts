import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { DeploymentFacts } from '../provider.ts';

// DeploymentInfo API page: Created, Queued, InProgress, Baking, Ready have not ended.
const endedPhases: Readonly<Record<string, DeploymentFacts['phase']>> = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  Stopped: 'stopped',
};

/**
 * CodeDeploy's DeploymentInfo as facts. `rollbackInfo` reads both ways: on the deployment that failed it names its
 * rollback (`rollbackDeploymentId`), on the rollback it names what set it off (`rollbackTriggeringDeploymentId`).
 * (docs.aws.amazon.com/codedeploy/latest/APIReference/API_RollbackInfo.html)
 */
export function deploymentFacts(info: DeploymentInfo): DeploymentFacts {
  const id = info.deploymentId ?? '';
  const rollback = info.rollbackInfo;
  const trigger = rollback?.rollbackTriggeringDeploymentId ?? null;
  const by = rollback?.rollbackDeploymentId ?? null;
  const creator = info.creator ?? 'user';
  const description = info.description ?? '';
  const rollsBack = trigger === id ? null : trigger;
  return {
    id,
    application: info.applicationName ?? '',
    deploymentGroup: info.deploymentGroupName ?? '',
    computePlatform: info.computePlatform ?? 'Server',
    phase: endedPhases[info.status ?? ''] ?? 'running',
    providerStatus: info.status ?? 'unknown',
    creator,
    description,
    createdAt: (info.createTime ?? new Date(0)).toISOString(),
    endedAt: info.completeTime?.toISOString() ?? null,
    revision: { ...info.revision },
    rollsBack,
    isRollback: rollbackCreators.includes(creator) || rollsBack !== null,
    claimedRollbackId: description.startsWith(rollbackMarker) ? description.slice(rollbackMarker.length).trim() : null,
    rolledBackBy: by === id ? null : by,
  };
}

/**
 * Our own rollbacks carry this in their description, followed by the rollback's id. Anybody who may deploy can write it,
 * so it is a claim that the gate checks against its store, not a pass.
 */
export const rollbackMarker = 'safety-gate rollback';

const rollbackCreators: readonly string[] = ['codeDeployRollback', 'CloudFormationRollback'];
