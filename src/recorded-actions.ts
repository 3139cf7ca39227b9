import type { Selectable } from 'kysely';
import type { Clock } from './clock.ts';
import type { Database, Tx } from './database/store.ts';
import type { ActionsTable } from './database/tables.ts';
import { newId } from './ids.ts';

/** A call that changes something at AWS: written down before it is made, its outcome after. */
export interface RecordedAction {
  readonly call: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly recordedAt: string;
  readonly endedAt: string | null;
  readonly outcome: Readonly<Record<string, unknown>> | null;
}

export interface ActionSubject {
  readonly deploymentId: string;
  readonly rollbackId?: string;
  readonly evaluationId?: string;
}

/**
 * Writes an action down, performs it, writes its outcome down. A crash in between leaves a line that says what was
 * begun; the job that comes back then reads AWS's state instead of guessing.
 * @throws what `perform` throws, after noting it
 */
export async function act<T>(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  subject: ActionSubject,
  call: string,
  input: Readonly<Record<string, unknown>>,
  perform: () => Promise<T>,
  /** What else becomes true with the result, in the transaction that notes it. */
  conclude: (tx: Tx, result: T) => Promise<void> = async () => {},
): Promise<T> {
  const now = clock.now();
  const id = newId('action', now);
  await db
    .insertInto('actions')
    .values({
      id,
      deployment_id: subject.deploymentId,
      rollback_id: subject.rollbackId ?? null,
      evaluation_id: subject.evaluationId ?? null,
      call,
      input: JSON.stringify(input),
      recorded_at: now,
    })
    .execute();
  let result: T;
  try {
    result = await perform();
  } catch (cause) {
    await endAction(db, id, { error: String(cause) }, clock.now());
    throw cause;
  }
  await db.transaction().execute(async (tx) => {
    await endAction(tx, id, { result }, clock.now());
    await conclude(tx, result);
  });
  return result;
}

async function endAction(db: Database | Tx, id: string, outcome: Readonly<Record<string, unknown>>, now: Date) {
  await db
    .updateTable('actions')
    .set({ ended_at: now, outcome: JSON.stringify(outcome) })
    .where('id', '=', id)
    .execute();
}

/** The actions of a deployment, or of one rollback, in the order in which they were begun. */
export async function recordedActions(
  db: Database | Tx,
  of: 'deployment_id' | 'rollback_id',
  id: string,
): Promise<readonly RecordedAction[]> {
  const rows = await db
    .selectFrom('actions')
    .selectAll()
    .where(of, '=', id)
    .orderBy('recorded_at')
    .orderBy('id')
    .execute();
  return rows.map(recordedAction);
}

function recordedAction(row: Selectable<ActionsTable>): RecordedAction {
  return {
    call: row.call,
    input: row.input,
    recordedAt: row.recorded_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    outcome: row.outcome,
  };
}
