import { z } from 'zod';
import type { Database } from '../database/store.ts';
import { createToken, listTokens, revokeTokens } from './store.ts';
import { type Grant, scopes } from './token.ts';

/** What `safety-gate token …` asks for, whether it is done here or by the service that holds the store. */
export const tokenOperation = z.discriminatedUnion('operation', [
  z.strictObject({
    operation: z.literal('create'),
    name: z.string().min(1).max(200),
    scopes: z.array(z.enum(scopes)).min(1),
    services: z.array(z.string().min(1)),
    lifetimeSeconds: z.number().positive().nullable(),
  }),
  z.strictObject({ operation: z.literal('list') }),
  z.strictObject({ operation: z.literal('revoke'), idOrName: z.string().min(1) }),
]);
export type TokenOperation = z.output<typeof tokenOperation>;

export type TokenResult =
  | { readonly operation: 'create'; readonly token: string; readonly grant: Grant }
  | { readonly operation: 'list'; readonly tokens: readonly Grant[] }
  | { readonly operation: 'revoke'; readonly revoked: number };

export async function performTokenOperation(db: Database, wanted: TokenOperation, now: Date): Promise<TokenResult> {
  switch (wanted.operation) {
    case 'create': {
      const { name, lifetimeSeconds } = wanted;
      const expiresAt = lifetimeSeconds === null ? null : new Date(now.getTime() + lifetimeSeconds * 1000);
      const made = await createToken(
        db,
        { name, scopes: wanted.scopes, services: wanted.services, expiresAt },
        'cli',
        now,
      );
      return { operation: 'create', token: made.text, grant: made.grant };
    }
    case 'list':
      return { operation: 'list', tokens: await listTokens(db) };
    case 'revoke':
      return { operation: 'revoke', revoked: await revokeTokens(db, wanted.idOrName, 'cli', now) };
  }
}
