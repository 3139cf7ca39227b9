import { PGlite } from '@electric-sql/pglite';
import pino from 'pino';
import { createAwsClients } from '../../src/aws/clients.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { lintDefaults } from '../../src/config/lint-defaults.ts';
import { parseConfig } from '../../src/config/load.ts';
import { openEmbeddedStore, type Store } from '../../src/database/store.ts';
import { createGate, type Gate } from '../../src/gate.ts';
import { createToken } from '../../src/tokens/store.ts';
import type { Scope } from '../../src/tokens/token.ts';

export interface TestGate {
  readonly gate: Gate;
  readonly store: Store;
  token(scopes: readonly Scope[], services?: readonly string[], expiresAt?: Date): Promise<string>;
  close(): Promise<void>;
}

/** The whole gate in this process, on PGlite in memory, with the real SDK pointed at `awsUrl`. */
export async function startTestGate(
  config: string,
  { awsUrl = 'http://127.0.0.1:1', clock = systemClock }: { awsUrl?: string; clock?: Clock } = {},
): Promise<TestGate> {
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: awsUrl,
  });
  const store = await openEmbeddedStore(await PGlite.create());
  const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });
  const parsed = parseConfig(config, 'test');
  const gate = await createGate({
    config: parsed,
    lint: lintDefaults(parsed),
    store,
    aws: createAwsClients(),
    clock,
    logger,
  });
  return {
    gate,
    store,
    async token(scopes, services = [], expiresAt) {
      const wanted = { name: `${scopes.join('+')} of ${services.join('+') || 'all'}`, scopes, services };
      const made = await createToken(store.db, { ...wanted, expiresAt: expiresAt ?? null }, 'test', clock.now());
      return made.text;
    },
    async close() {
      await gate.stop(3);
      await store.close();
    },
  };
}
