import type { Tx } from './database/store.ts';
import { newId } from './ids.ts';

/** Writes one line of the audit trail, in the transaction of what it tells about. Secrets do not belong in `detail`. */
export async function recordAudit(
  tx: Tx,
  line: { at: Date; actor: string; action: string; subject: string; detail?: Readonly<Record<string, unknown>> },
): Promise<void> {
  await tx
    .insertInto('audit')
    .values({ ...line, id: newId('audit', line.at), detail: JSON.stringify(line.detail ?? {}) })
    .execute();
}
