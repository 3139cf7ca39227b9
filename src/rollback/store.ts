import { type Selectable, sql } from 'kysely';
import type { Database, Tx } from '../database/store.ts';
import type { RollbacksTable } from '../database/tables.ts';
import { newId } from '../ids.ts';
import type { DeploymentFacts } from '../providers/provider.ts';
import type { Reason } from '../reason.ts';
import { recordedActions } from '../recorded-actions.ts';
import type { RollbackPlan } from './plan.ts';
import { hasEnded, type Rollback, type RollbackReason, type RollbackStatus } from './rollback.ts';

export type RollbackRow = Selectable<RollbacksTable>;

export interface NewRollback {
  readonly deploymentId: string;
  readonly service: string;
  readonly plan: RollbackPlan;
  readonly reason: Omit<RollbackReason, 'at'>;
  readonly now: Date;
  /** Gives the reason a fixed id, so that a repeated decision adds it once. */
  readonly reasonKey?: string;
}

/**
 * Begins the rollback of a deployment, or joins the one that is under way: one rollback, however many reasons.
 * The partial unique index on the table decides a race between two transactions.
 */
export async function beginOrJoinRollback(tx: Tx, wanted: NewRollback): Promise<{ id: string; joined: boolean }> {
  const under = (await insertOrFind(tx, wanted)) ?? (await insertOrFind(tx, wanted)); // one that ended in between is not there
  if (under === undefined)
    throw new Error(`rollbacks of ${wanted.deploymentId} begin and end faster than they can be joined`);
  await addReason(tx, under.id, wanted);
  return under;
}

async function insertOrFind(tx: Tx, wanted: NewRollback): Promise<{ id: string; joined: boolean } | undefined> {
  const id = newId('rb', wanted.now);
  const inserted = await tx
    .insertInto('rollbacks')
    .values({
      id,
      deployment_id: wanted.deploymentId,
      service: wanted.service,
      status: wanted.plan.steps.length === 0 ? 'planned' : 'running',
      plan: JSON.stringify(wanted.plan),
      outcome: '[]',
      created_at: wanted.now,
      updated_at: wanted.now,
    })
    // The index's predicate must stand here as literals: PostgreSQL does not infer a partial index from parameters.
    .onConflict((conflict) =>
      conflict.column('deployment_id').where(sql<boolean>`status in ('planned', 'running')`).doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  if (inserted !== undefined) return { id: inserted.id, joined: false };
  const under = await rollbackUnderWay(tx, wanted.deploymentId);
  return under === undefined ? undefined : { id: under.id, joined: true };
}

export async function rollbackUnderWay(db: Database | Tx, deploymentId: string): Promise<RollbackRow | undefined> {
  return db
    .selectFrom('rollbacks')
    .selectAll()
    .where('deployment_id', '=', deploymentId)
    .where('status', 'in', ['planned', 'running'])
    .executeTakeFirst();
}

async function addReason(tx: Tx, rollbackId: string, { reason, now, reasonKey }: NewRollback): Promise<void> {
  const id = reasonKey ?? newId('why', now);
  await tx
    .insertInto('rollback_reasons')
    .values({ id, rollback_id: rollbackId, ...reason, at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/**
 * Writes where a rollback got to and counts the look.
 * @returns false when another job took this look already: then nothing was written
 */
export async function updateRollback(
  tx: Tx,
  row: RollbackRow,
  change: {
    readonly status?: RollbackStatus;
    readonly plan?: RollbackPlan;
    readonly outcome?: readonly Reason[];
    readonly followDeploymentId?: string | null;
    readonly now: Date;
  },
): Promise<boolean> {
  const ended = change.status !== undefined && hasEnded(change.status);
  const result = await tx
    .updateTable('rollbacks')
    .set({
      looks: row.looks + 1,
      updated_at: change.now,
      ...(change.status === undefined ? {} : { status: change.status }),
      ...(change.plan === undefined ? {} : { plan: JSON.stringify(change.plan) }),
      ...(change.outcome === undefined ? {} : { outcome: JSON.stringify(change.outcome) }),
      ...(change.followDeploymentId === undefined ? {} : { follow_deployment_id: change.followDeploymentId }),
      ...(ended ? { ended_at: change.now } : {}),
    })
    .where('id', '=', row.id)
    .where('looks', '=', row.looks)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function loadRollbackRow(db: Database | Tx, id: string): Promise<RollbackRow | undefined> {
  return db.selectFrom('rollbacks').selectAll().where('id', '=', id).executeTakeFirst();
}

/** A rollback with its reasons and actions; undefined when there is none of that id. */
export async function findRollback(db: Database | Tx, id: string): Promise<Rollback | undefined> {
  const row = await loadRollbackRow(db, id);
  if (row === undefined) return undefined;
  const reasons = await db
    .selectFrom('rollback_reasons')
    .selectAll()
    .where('rollback_id', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute();
  const actions = await recordedActions(db, 'rollback_id', id);
  return {
    id: row.id,
    status: row.status,
    service: row.service,
    deploymentId: row.deployment_id,
    reasons: reasons.map(({ source, text, actor, at }) => ({
      source: source as RollbackReason['source'], // written by addReason only
      text,
      actor,
      at: at.toISOString(),
    })),
    plan: row.plan as unknown as RollbackPlan, // written by beginOrJoinRollback and updateRollback only
    outcome: row.outcome,
    rollbackDeploymentId: row.follow_deployment_id,
    actions,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

export async function rollbacksOfDeployment(db: Database, deploymentId: string): Promise<readonly Rollback[]> {
  const ids = await db
    .selectFrom('rollbacks')
    .select('id')
    .where('deployment_id', '=', deploymentId)
    .orderBy('created_at')
    .execute();
  const found = await Promise.all(ids.map(({ id }) => findRollback(db, id)));
  return found.filter((rollback) => rollback !== undefined);
}

/**
 * Which of these deployments carry out a rollback of ours. A description is a claim that anybody can write or copy: it
 * counts for the one deployment that the rollback follows, or while the rollback has made none yet.
 */
export async function curesAmong(
  db: Database | Tx,
  service: string,
  deployments: readonly DeploymentFacts[],
): Promise<ReadonlySet<string>> {
  const claims = deployments.flatMap(({ claimedRollbackId }) => claimedRollbackId ?? []);
  if (claims.length === 0) return new Set();
  const rows = await db
    .selectFrom('rollbacks')
    .select(['id', 'follow_deployment_id', 'ended_at'])
    .where('service', '=', service)
    .where('id', 'in', claims)
    .execute();
  const isCure = ({ id, claimedRollbackId }: DeploymentFacts) =>
    rows.some(
      (row) =>
        row.id === claimedRollbackId &&
        (row.follow_deployment_id === id || (row.follow_deployment_id === null && row.ended_at === null)),
    );
  return new Set(deployments.filter(isCure).map(({ id }) => id));
}

/** Deployments of a service that were condemned: rolled back, or about to be. */
export async function condemnedDeployments(db: Database | Tx, service: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('rollbacks')
    .select('deployment_id')
    .where('service', '=', service)
    .where('status', '!=', 'refused')
    .execute();
  return new Set(rows.map((row) => row.deployment_id));
}
