import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { type Courtesy, createCourtesy } from './courtesy.ts';
import { gateSchema, migrateStore } from './migrate.ts';
import { pgliteDialect } from './pglite-dialect.ts';
import { StoreUnavailable } from './store-unavailable.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;
export type Tx = Transaction<Tables>;

/** Where the gate keeps everything. `jobs` tells pg-boss how to reach the same database. */
export interface Store {
  readonly kind: 'embedded' | 'postgresql';
  readonly db: Database;
  /** Lets requests go before jobs. */
  readonly courtesy: Courtesy;
  readonly jobs: { readonly pglite: PGlite } | { readonly connectionString: string };
  /** Answers when the database does; rejects otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the store on PGlite; the caller owns the lock on its data directory. */
export async function openEmbeddedStore(pglite: PGlite): Promise<Store> {
  const courtesy = createCourtesy();
  const db: Database = new Kysely({ dialect: pgliteDialect(pglite, courtesy) });
  await pglite.exec(`set search_path to ${gateSchema}; set timezone to 'UTC'`);
  await migrateStore(db);
  return {
    kind: 'embedded',
    db,
    courtesy,
    jobs: { pglite },
    ping: async () => void (await sql`select 1`.execute(db)),
    close: () => pglite.close(),
  };
}

/**
 * Opens the store on a PostgreSQL server.
 * @throws StoreUnavailable: retryable when the server is down, not when it refuses us
 */
export async function openPostgresStore(connectionString: string): Promise<Store> {
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: 5000,
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 15_000,
    options: `-c search_path=${gateSchema} -c timezone=UTC`,
    application_name: 'safety-gate',
  });
  pool.on('error', () => {
    // An idle connection broke (server restart). The pool drops it; the next query opens another or reports.
  });
  const db: Database = new Kysely({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrateStore(db);
  } catch (cause) {
    await db.destroy();
    throw describeFailure(connectionString, cause);
  }
  return {
    kind: 'postgresql',
    db,
    courtesy: createCourtesy(),
    jobs: { connectionString },
    ping: async () => void (await sql`select 1`.execute(db)),
    close: () => db.destroy(),
  };
}

// SQLSTATE classes 28 (authorization), 3D (no such database), 42 (privileges, syntax): waiting changes nothing.
function describeFailure(connectionString: string, cause: unknown): StoreUnavailable {
  const code = String((cause as { code?: unknown }).code ?? '');
  const refused = /^(28|3D|42)/.test(code);
  const message = cause instanceof Error && cause.message !== '' ? cause.message : code;
  return new StoreUnavailable(
    refused ? 'store-refused' : 'store-unreachable',
    `database ${placeOf(connectionString)}: ${message}; check DATABASE_URL and that the server is up`,
    { cause },
  );
}

/** Host and database of a connection string, without its password. */
function placeOf(connectionString: string): string {
  const url = URL.parse(connectionString);
  return url === null ? '(DATABASE_URL is no URL)' : `${url.host}${url.pathname}`;
}
