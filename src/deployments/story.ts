import { type StoredWatch, watchOfDeployment } from '../canary/store.ts';
import type { Database } from '../database/store.ts';
import { type RecordedAction, recordedActions } from '../recorded-actions.ts';
import type { Rollback } from '../rollback/rollback.ts';
import { rollbacksOfDeployment } from '../rollback/store.ts';
import type { Evaluation } from './evaluation.ts';
import { type DeploymentRow, evaluationsOfDeployment, findDeployment, overridesOfDeployment } from './store.ts';

/** A deployment in a list. */
export interface DeploymentSummary {
  readonly id: string;
  readonly service: string | null;
  readonly application: string;
  readonly deploymentGroup: string;
  readonly computePlatform: string;
  readonly creator: string;
  readonly isRollback: boolean;
  readonly status: string;
  readonly createdAt: string;
  readonly firstSeenAt: string;
  readonly updatedAt: string;
}

/** A deployment with everything that the gate saw, decided and did about it. */
export interface DeploymentStory extends Partial<DeploymentSummary> {
  readonly id: string;
  readonly service: string | null;
  readonly revision: Readonly<Record<string, unknown>> | null;
  readonly evaluations: readonly Evaluation[];
  readonly watch: StoredWatch | null;
  readonly rollbacks: readonly Rollback[];
  readonly overrides: readonly OverrideView[];
  readonly actions: readonly RecordedAction[];
}

export interface OverrideView {
  readonly id: string;
  readonly deploymentId: string;
  readonly evaluationId: string | null;
  readonly verdict: 'pass' | 'fail';
  readonly reason: string;
  readonly actor: string;
  readonly at: string;
}

export function deploymentSummary(row: DeploymentRow): DeploymentSummary {
  return {
    id: row.id,
    service: row.service,
    application: row.application,
    deploymentGroup: row.deployment_group,
    computePlatform: row.compute_platform,
    creator: row.creator,
    isRollback: row.is_rollback,
    status: row.provider_status,
    createdAt: row.created_at.toISOString(),
    firstSeenAt: row.first_seen_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** The whole story of a deployment; undefined when the gate never heard of it. */
export async function tellStory(db: Database, id: string): Promise<DeploymentStory | undefined> {
  const row = await findDeployment(db, id);
  const evaluations = await evaluationsOfDeployment(db, id);
  if (row === undefined && evaluations.length === 0) return undefined;
  const overrides = await overridesOfDeployment(db, id);
  return {
    ...(row === undefined ? {} : deploymentSummary(row)),
    id,
    service: row?.service ?? null,
    revision: row?.revision ?? null,
    evaluations,
    watch: (await watchOfDeployment(db, id)) ?? null,
    rollbacks: await rollbacksOfDeployment(db, id),
    overrides: overrides.map((override) => ({
      id: override.id,
      deploymentId: override.deployment_id,
      evaluationId: override.evaluation_id,
      verdict: override.verdict,
      reason: override.reason,
      actor: override.actor,
      at: override.at.toISOString(),
    })),
    actions: await recordedActions(db, 'deployment_id', id),
  };
}

/** Newest first. `before` is the last row of the page before this one. */
export async function listDeployments(
  db: Database,
  filter: { services: readonly string[] | null; before: { createdAt: Date; id: string } | null; limit: number },
): Promise<readonly DeploymentSummary[]> {
  const { services, before, limit } = filter;
  let query = db.selectFrom('deployments').selectAll();
  if (services !== null) query = query.where('service', 'in', services.length === 0 ? [''] : [...services]);
  if (before !== null) {
    query = query.where((where) =>
      where.or([
        where('created_at', '<', before.createdAt),
        where.and([where('created_at', '=', before.createdAt), where('id', '<', before.id)]),
      ]),
    );
  }
  const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(deploymentSummary);
}
