import { createHash } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Database, Tx } from '../database/store.ts';
import type { DeploymentsTable, EvaluationsTable, OverridesTable } from '../database/tables.ts';
import { newId } from '../ids.ts';
import type { DeploymentFacts } from '../providers/provider.ts';
import type { CheckResult } from './checks/check.ts';
import type { EvaluationDecision } from './decide.ts';
import type { Evaluation } from './evaluation.ts';

export type EvaluationRow = Selectable<EvaluationsTable>;
export type DeploymentRow = Selectable<DeploymentsTable>;

/** A hook's own identity: the pair of deployment and execution id, hashed, since execution ids are very long. */
export function executionKey(deploymentId: string, executionId: string): string {
  return createHash('sha256').update(`${deploymentId}\n${executionId}`).digest('hex');
}

export interface HookCall {
  readonly deploymentId: string;
  readonly executionId: string;
  readonly lifecycleEvent: string;
  /** Where it is known already; else the evaluation finds out. */
  readonly service: string | null;
}

/**
 * Begins the evaluation of a hook call, or finds the one that the same execution began before.
 * @param deadline the last moment at which a verdict is of use to the provider
 */
export async function beginEvaluation(
  db: Database,
  call: HookCall,
  now: Date,
  deadline: Date,
): Promise<{ id: string; verdict: Evaluation['verdict']; begun: boolean }> {
  const key = executionKey(call.deploymentId, call.executionId);
  const id = newId('eval', now);
  const inserted = await db
    .insertInto('evaluations')
    .values({
      id,
      execution_key: key,
      execution_id: call.executionId,
      deployment_id: call.deploymentId,
      lifecycle_event: call.lifecycleEvent,
      service: call.service,
      verdict: 'pending',
      reasons: '[]',
      checks: '[]',
      started_at: now,
      deadline_at: deadline,
    })
    .onConflict((conflict) => conflict.column('execution_key').doNothing())
    .returning(['id', 'verdict'])
    .executeTakeFirst();
  if (inserted !== undefined) return { ...inserted, begun: true };
  const before = await db
    .selectFrom('evaluations')
    .select(['id', 'verdict'])
    .where('execution_key', '=', key)
    .executeTakeFirstOrThrow();
  return { ...before, begun: false };
}

/**
 * Takes evaluations that have no job yet, oldest first; two replicas never take the same ones.
 * The caller makes their jobs in the same transaction.
 */
export async function takeUnqueued(tx: Tx, limit: number): Promise<readonly string[]> {
  const rows = await tx
    .updateTable('evaluations')
    .set({ queued: true })
    .where('id', 'in', (query) =>
      query
        .selectFrom('evaluations')
        .select('id')
        .where('queued', '=', sql.lit(false))
        .orderBy('started_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

export async function loadEvaluation(db: Database | Tx, id: string): Promise<EvaluationRow | undefined> {
  return db.selectFrom('evaluations').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Keeps a decision and an override from crossing each other. @returns the verdict so far; undefined when there is none */
export async function lockEvaluation(tx: Tx, id: string): Promise<Evaluation['verdict'] | undefined> {
  const row = await tx.selectFrom('evaluations').select('verdict').where('id', '=', id).forUpdate().executeTakeFirst();
  return row?.verdict;
}

/**
 * Writes a decision and counts the look.
 * @returns false when the evaluation was decided, or looked at, by somebody else meanwhile: then nothing was written
 */
export async function updateEvaluation(
  tx: Tx,
  row: EvaluationRow,
  service: string | null,
  checks: readonly CheckResult[],
  decision: EvaluationDecision,
  now: Date,
): Promise<boolean> {
  const result = await tx
    .updateTable('evaluations')
    .set({
      service,
      verdict: decision.verdict,
      reasons: JSON.stringify(decision.reasons),
      checks: JSON.stringify(checks.map(({ name, verdict, reasons }) => ({ name, verdict, reasons }))),
      looks: row.looks + 1,
      decided_at: decision.verdict === 'pending' ? null : now,
    })
    .where('id', '=', row.id)
    .where('verdict', '=', 'pending')
    .where('looks', '=', row.looks)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function markReported(db: Database | Tx, id: string, outcome: string, now: Date): Promise<void> {
  await db
    .updateTable('evaluations')
    .set({ reported_at: now, report_outcome: outcome })
    .where('id', '=', id)
    .where('reported_at', 'is', null)
    .execute();
}

export async function pendingEvaluations(db: Database | Tx, deploymentId: string): Promise<readonly EvaluationRow[]> {
  return db
    .selectFrom('evaluations')
    .selectAll()
    .where('deployment_id', '=', deploymentId)
    .where('verdict', '=', 'pending')
    .execute();
}

export async function evaluationsOfDeployment(db: Database, deploymentId: string): Promise<readonly Evaluation[]> {
  const rows = await db
    .selectFrom('evaluations')
    .selectAll()
    .where('deployment_id', '=', deploymentId)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  return rows.map(evaluationView);
}

export function evaluationView(row: EvaluationRow): Evaluation {
  return {
    id: row.id,
    deploymentId: row.deployment_id,
    service: row.service,
    lifecycleEvent: row.lifecycle_event,
    verdict: row.verdict,
    reasons: row.reasons,
    checks: row.checks as Evaluation['checks'], // written by updateEvaluation only
    startedAt: row.started_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    reportedAt: row.reported_at?.toISOString() ?? null,
    report: row.report_outcome,
  };
}

/** Keeps what the provider said of a deployment. */
export async function saveDeployment(
  db: Database | Tx,
  facts: DeploymentFacts,
  service: string | null,
  isRollback: boolean,
  now: Date,
): Promise<void> {
  await db
    .insertInto('deployments')
    .values({
      id: facts.id,
      service,
      application: facts.application,
      deployment_group: facts.deploymentGroup,
      compute_platform: facts.computePlatform,
      creator: facts.creator,
      is_rollback: isRollback,
      revision: JSON.stringify(facts.revision),
      provider_status: facts.providerStatus,
      created_at: facts.createdAt,
      first_seen_at: now,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        service,
        is_rollback: sql<boolean>`deployments.is_rollback or excluded.is_rollback`,
        provider_status: facts.providerStatus,
        updated_at: now,
      }),
    )
    .execute();
}

export async function findDeployment(db: Database | Tx, id: string): Promise<DeploymentRow | undefined> {
  return db.selectFrom('deployments').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The newest override that speaks on this evaluation, or on its deployment as a whole. */
export async function overrideFor(
  db: Database | Tx,
  evaluation: Pick<EvaluationRow, 'id' | 'deployment_id'>,
): Promise<Selectable<OverridesTable> | undefined> {
  return db
    .selectFrom('overrides')
    .selectAll()
    .where('deployment_id', '=', evaluation.deployment_id)
    .where((where) => where.or([where('evaluation_id', 'is', null), where('evaluation_id', '=', evaluation.id)]))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The newest override of a deployment as a whole. */
export async function deploymentOverride(
  db: Database | Tx,
  deploymentId: string,
): Promise<Selectable<OverridesTable> | undefined> {
  return db
    .selectFrom('overrides')
    .selectAll()
    .where('deployment_id', '=', deploymentId)
    .where('evaluation_id', 'is', null)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function overridesOfDeployment(
  db: Database,
  deploymentId: string,
): Promise<readonly Selectable<OverridesTable>[]> {
  return db.selectFrom('overrides').selectAll().where('deployment_id', '=', deploymentId).orderBy('at').execute();
}
