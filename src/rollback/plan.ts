import type { DeploymentFacts } from '../providers/provider.ts';
import type { Reason } from '../reason.ts';
import type { SchemaAhead } from './schema-ahead.ts';

/** What is known of the deployment that is to be undone, and of its surroundings. */
export interface RollbackFacts {
  readonly deployment: DeploymentFacts;
  /** Percent of the traffic that the new version has; null when the provider cannot tell. */
  readonly canaryWeight: number | null;
  /** The group's deployments, newest first. */
  readonly group: readonly DeploymentFacts[];
  /** Ids of deployments that the gate condemned: never a version to return to. */
  readonly condemned: ReadonlySet<string>;
  /** Ids of deployments that carry out rollbacks of ours: cures, never the disease. */
  readonly cures: ReadonlySet<string>;
}

export type RollbackStep =
  | { readonly step: 'stop'; readonly deploymentId: string; readonly text: string }
  | { readonly step: 'redeploy'; readonly revisionOf: string; readonly text: string }
  | { readonly step: 'follow'; readonly deploymentId: string | null; readonly text: string };

export interface RollbackPlan {
  readonly steps: readonly RollbackStep[];
  /** What the version that comes back will find; absent before the plan is made, and in plans of older versions. */
  readonly schema?: SchemaAhead;
}

export type PlanOutcome =
  | { readonly kind: 'plan'; readonly plan: RollbackPlan }
  /** Nothing can or need be done; `code` is stable, the text says what to do instead. */
  | { readonly kind: 'refused'; readonly reason: Reason };

/**
 * How the previous version comes back. A running deployment is stopped with automatic rollback; one that has ended is
 * undone by deploying the last good revision again (StopDeployment API page: an ended deployment cannot be stopped).
 */
export function planRollback(facts: RollbackFacts): PlanOutcome {
  const { deployment } = facts;
  if (isCure(facts, deployment)) {
    return refused('is-a-rollback', `${deployment.id} is itself a rollback; name the release that should go instead`);
  }
  // The group may list CodeDeploy's rollback before the deployment itself names it.
  const rollbackId = deployment.rolledBackBy ?? facts.group.find((other) => other.rollsBack === deployment.id)?.id;
  if (rollbackId !== undefined) return afterItsRollback(facts, rollbackId);
  if (deployment.phase === 'running') return stopAndFollow(deployment);
  const newer = facts.group.find((other) => other.createdAt > deployment.createdAt && other.id !== deployment.id);
  if (newer !== undefined && isCure(facts, newer)) {
    return refused(
      'already-rolled-back',
      `it was rolled back by ${newer.id} (${newer.providerStatus}); nothing is left to do`,
    );
  }
  if (newer !== undefined) {
    return refused(
      'superseded',
      `${deployment.id} has ended and ${newer.id} was deployed since (${newer.providerStatus}); roll that one back instead`,
    );
  }
  if (deployment.phase !== 'succeeded' && facts.canaryWeight === 0) {
    const text = `${deployment.id} ended as ${deployment.providerStatus} without traffic on the new version; the previous one serves`;
    return refused('nothing-to-roll-back', text);
  }
  return redeployLastGood(facts);
}

/** The newest deployment before this one that succeeded with another revision and was not condemned; undefined if none. */
export function lastGoodDeployment(facts: RollbackFacts): DeploymentFacts | undefined {
  const { deployment, group, condemned } = facts;
  return group.find(
    (other) =>
      other.createdAt < deployment.createdAt &&
      other.phase === 'succeeded' &&
      other.rolledBackBy === null &&
      !condemned.has(other.id) &&
      JSON.stringify(other.revision) !== JSON.stringify(deployment.revision),
  );
}

function stopAndFollow(deployment: DeploymentFacts): PlanOutcome {
  return plan([
    {
      step: 'stop',
      deploymentId: deployment.id,
      text: `StopDeployment ${deployment.id} with automatic rollback, repeated until CodeDeploy says Succeeded`,
    },
    { step: 'follow', deploymentId: null, text: 'follow the rollback that CodeDeploy makes until it ends' },
  ]);
}

function afterItsRollback(facts: RollbackFacts, id: string): PlanOutcome {
  const rollback = facts.group.find((other) => other.id === id);
  // A red alarm of the group stops CodeDeploy's own rollback, too: then ours must come, with the alarms off.
  if (rollback?.phase === 'failed' || rollback?.phase === 'stopped') return redeployLastGood(facts);
  if (rollback?.phase === 'succeeded') {
    return refused('already-rolled-back', `it was rolled back by ${id}, which succeeded; nothing is left to do`);
  }
  return plan([
    { step: 'follow', deploymentId: id, text: `follow ${id}, the rollback that CodeDeploy has begun itself` },
  ]);
}

function redeployLastGood(facts: RollbackFacts): PlanOutcome {
  const good = lastGoodDeployment(facts);
  if (good === undefined) {
    return refused(
      'no-earlier-revision',
      `${facts.deployment.deploymentGroup} has no earlier deployment that succeeded and was not condemned; deploy a good revision forward`,
    );
  }
  return plan([
    {
      step: 'redeploy',
      revisionOf: good.id,
      text: `CreateDeployment with the revision of ${good.id}, the last good one`,
    },
    { step: 'follow', deploymentId: null, text: 'follow that deployment until it ends' },
  ]);
}

function plan(steps: readonly RollbackStep[]): PlanOutcome {
  return { kind: 'plan', plan: { steps } };
}

function refused(code: string, text: string): PlanOutcome {
  return { kind: 'refused', reason: { code, text } };
}

function isCure({ cures }: RollbackFacts, deployment: DeploymentFacts): boolean {
  return deployment.isRollback || cures.has(deployment.id);
}
