import type { Selectable } from 'kysely';
import { recordAudit } from '../audit.ts';
import type { Database } from '../database/store.ts';
import type { TokensTable } from '../database/tables.ts';
import { newId } from '../ids.ts';
import { type Grant, newTokenText, type Scope } from './token.ts';

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly services: readonly string[];
  readonly expiresAt: Date | null;
}

/** Makes a token. @returns its text, which is shown once and never again, and what it grants */
export async function createToken(
  db: Database,
  token: NewToken,
  actor: string,
  now: Date,
): Promise<{ text: string; grant: Grant }> {
  const id = newId('tok', now);
  const { text, hash } = newTokenText(id);
  const row = {
    id,
    name: token.name,
    secret_hash: hash,
    scopes: JSON.stringify(token.scopes),
    services: JSON.stringify(token.services),
    created_at: now,
    expires_at: token.expiresAt,
    revoked_at: null,
  };
  const stored = await db.transaction().execute(async (tx) => {
    const detail = { name: token.name, scopes: token.scopes, services: token.services };
    await recordAudit(tx, { at: now, actor, action: 'token.create', subject: id, detail });
    return tx.insertInto('tokens').values(row).returningAll().executeTakeFirstOrThrow();
  });
  return { text, grant: grantOf(stored) };
}

export async function listTokens(db: Database): Promise<readonly Grant[]> {
  const rows = await db.selectFrom('tokens').selectAll().orderBy('created_at').execute();
  return rows.map(grantOf);
}

/** Revokes by id or by name. @returns how many tokens that ended */
export async function revokeTokens(db: Database, idOrName: string, actor: string, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const rows = await tx
      .updateTable('tokens')
      .set({ revoked_at: now })
      .where((where) => where.or([where('id', '=', idOrName), where('name', '=', idOrName)]))
      .where('revoked_at', 'is', null)
      .returning('id')
      .execute();
    for (const { id } of rows) await recordAudit(tx, { at: now, actor, action: 'token.revoke', subject: id });
    return rows.length;
  });
}

/** True once a token was ever made: from then on nobody is let in without one. */
export async function anyToken(db: Database): Promise<boolean> {
  return (await db.selectFrom('tokens').select('id').limit(1).executeTakeFirst()) !== undefined;
}

export async function findToken(db: Database, id: string): Promise<{ grant: Grant; secretHash: string } | undefined> {
  const row = await db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : { grant: grantOf(row), secretHash: row.secret_hash };
}

function grantOf(row: Selectable<TokensTable>): Grant {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes as readonly Scope[], // written by createToken only
    services: row.services,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}
