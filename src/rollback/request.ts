import { createHash } from 'node:crypto';
import { recordAudit } from '../audit.ts';
import type { Clock } from '../clock.ts';
import type { Jobs } from '../database/jobs.ts';
import type { Database, Tx } from '../database/store.ts';
import type { DeploymentFacts, Provider } from '../providers/provider.ts';
import type { Reason } from '../reason.ts';
import { gatherRollbackFacts } from './facts.ts';
import type { RollbackPlan } from './plan.ts';
import type { Rollback } from './rollback.ts';
import { planAcrossSchema } from './schema.ts';
import { beginOrJoinRollback, findRollback, rollbackUnderWay } from './store.ts';

export interface RollbackRequest {
  readonly service: string;
  readonly deployment: DeploymentFacts;
  readonly reason: string;
  readonly actor: string;
  readonly dryRun: boolean;
  readonly idempotency: { readonly key: string; readonly bodyHash: string } | null;
}

export type RollbackAnswer =
  | { readonly kind: 'rollback'; readonly rollback: Rollback }
  | { readonly kind: 'dry-run'; readonly plan: RollbackPlan }
  | { readonly kind: 'refused'; readonly reason: Reason };

/** The same key with another body is a mistake that must not be taken for a repetition. */
export class IdempotencyKeyReused extends Error {
  override readonly name = 'IdempotencyKeyReused';
}

interface Parts {
  readonly clock: Clock;
  readonly db: Database;
  readonly jobs: Pick<Jobs, 'send'>;
  readonly provider: Provider;
}

/** A stable hash of a request's body, for telling a repetition from another request. */
export function hashBody(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}

/**
 * The rollback that an idempotency key stands for; undefined for a new key.
 * @throws IdempotencyKeyReused
 */
export async function rollbackOfKey(db: Database | Tx, key: string, bodyHash: string): Promise<Rollback | undefined> {
  const row = await db.selectFrom('idempotency_keys').selectAll().where('key', '=', key).executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.body_hash !== bodyHash) {
    throw new IdempotencyKeyReused(
      `Idempotency-Key "${key}" was used with another body; use a new key for a new request`,
    );
  }
  return findRollback(db, row.rollback_id);
}

/**
 * The operator's door: plans on fresh facts, then writes rollback, key, audit line and job in one transaction.
 * A deployment whose rollback is under way is joined with one more reason.
 * @throws AwsFailure when the provider cannot be asked: then nothing is kept
 * @throws IdempotencyKeyReused
 */
export async function requestRollback(parts: Parts, request: RollbackRequest): Promise<RollbackAnswer> {
  const underWay = await rollbackUnderWay(parts.db, request.deployment.id);
  const joinable = underWay !== undefined && !request.dryRun;
  const outcome = joinable
    ? ({ kind: 'plan', plan: { steps: [] } } as const) // joined; should it end this very moment, the job makes a plan
    : await planAcrossSchema(
        parts,
        request.service,
        await gatherRollbackFacts(parts.provider, parts.db, request.service, request.deployment),
      );
  if (request.dryRun || outcome.kind === 'refused') {
    await parts.db
      .transaction()
      .execute((tx) => audit(tx, parts.clock.now(), request, outcome.kind, outcome.kind === 'plan' ? outcome : {}));
    if (outcome.kind === 'refused') return outcome;
    return { kind: 'dry-run', plan: outcome.plan };
  }
  try {
    const rollback = await parts.db.transaction().execute((tx) => begin(tx, parts, request, outcome.plan));
    return { kind: 'rollback', rollback };
  } catch (cause) {
    if (!(cause instanceof KeyTaken)) throw cause;
    const rollback = await rollbackOfKey(parts.db, cause.key, cause.bodyHash);
    if (rollback === undefined) throw cause;
    return { kind: 'rollback', rollback };
  }
}

/** Two requests with one key at the same instant: the second one's transaction is undone, and it gets the first's answer. */
class KeyTaken extends Error {
  readonly key: string;
  readonly bodyHash: string;

  constructor(key: string, bodyHash: string) {
    super(`Idempotency-Key "${key}" was taken a moment ago`);
    this.key = key;
    this.bodyHash = bodyHash;
  }
}

async function begin(tx: Tx, parts: Parts, request: RollbackRequest, plan: RollbackPlan): Promise<Rollback> {
  const now = parts.clock.now();
  const { id, joined } = await beginOrJoinRollback(tx, {
    deploymentId: request.deployment.id,
    service: request.service,
    plan,
    reason: { source: 'operator', text: request.reason, actor: request.actor },
    now,
  });
  if (request.idempotency !== null) {
    const { key, bodyHash } = request.idempotency;
    const taken = await tx
      .insertInto('idempotency_keys')
      .values({ key, body_hash: bodyHash, rollback_id: id, created_at: now })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .executeTakeFirst();
    if (taken.numInsertedOrUpdatedRows !== 1n) throw new KeyTaken(key, bodyHash);
  }
  await audit(tx, now, request, joined ? 'joined' : 'begun', { plan });
  if (!joined) await parts.jobs.send(tx, 'rollback', { id, look: 0 });
  const rollback = await findRollback(tx, id);
  if (rollback === undefined) throw new Error(`rollback ${id} is not there after it was written`);
  return rollback;
}

function audit(
  tx: Tx,
  at: Date,
  request: RollbackRequest,
  outcome: string,
  { plan }: { readonly plan?: RollbackPlan },
): Promise<void> {
  const previousVersion = plan?.schema?.previousVersion;
  return recordAudit(tx, {
    at,
    actor: request.actor,
    action: request.dryRun ? 'rollback.dry-run' : 'rollback.request',
    subject: request.deployment.id,
    detail: { reason: request.reason, outcome, ...(previousVersion === undefined ? {} : { previousVersion }) },
  });
}
