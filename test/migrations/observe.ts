import { readFileSync } from 'node:fs';
import { type PostgresLockMode, strongerMode } from '../../src/migrations/effects.ts';
import { measurements, type Observed } from './measured.ts';

/** Anything that runs SQL: a pg client or PGlite. */
export interface Database {
  query<Row extends object>(sql: string): Promise<{ rows: Row[] }>;
  exec(sql: string): Promise<unknown>;
}

export const corpus: readonly string[] = readFileSync(new URL('./vectors/corpus.sql', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('--'));

/** The fixture of the vectors, but for the role, which would be the whole cluster's. */
export const fixture: string = measurements.fixture.replace('create role rr;', '');

const state = `SELECT c.relname, c.relkind::text, pg_relation_filenode(c.oid)::text AS file, coalesce(s.seq_scan, 0)::int AS scans,
    coalesce(s.seq_tup_read, 0)::int AS tuples
  FROM pg_class c LEFT JOIN pg_stat_xact_all_tables s ON s.relid = c.oid
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')`;

interface State {
  relkind: string;
  relname: string;
  file: string | null;
  scans: number;
  tuples: number;
}

/**
 * Runs one statement in a transaction that is rolled back, and says what it did to the relations that were there.
 * Names of dropped relations are resolved through the oids noted before.
 */
export async function observe(database: Database, sql: string): Promise<Observed | { error: string }> {
  const oids = await database.query<{ oid: string; relname: string }>(
    `SELECT oid::text, relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r','p','v','m','S')`,
  );
  const names = new Map(oids.rows.map(({ oid, relname }) => [oid, relname]));
  await database.exec('BEGIN');
  try {
    const before = new Map((await database.query<State>(state)).rows.map((row) => [row.relname, row]));
    await database.exec(sql);
    const held = await database.query<{ relation: string; mode: PostgresLockMode }>(
      `SELECT relation::text, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted`,
    );
    const after = (await database.query<State>(state)).rows;
    const modes: Record<string, PostgresLockMode> = {};
    for (const { relation, mode } of held.rows) {
      const name = names.get(relation);
      if (name !== undefined) modes[name] = modes[name] === undefined ? mode : strongerMode(modes[name], mode);
    }
    // A sequence's file says nothing about slow work: it holds one row.
    const changed = after.filter(
      (row) => row.relkind !== 'S' && before.has(row.relname) && before.get(row.relname)?.file !== row.file,
    );
    const scanned = after.filter(
      (row) => row.tuples > (before.get(row.relname)?.tuples ?? 0) && before.has(row.relname),
    );
    return {
      locks: Object.fromEntries(Object.entries(modes).sort()),
      rewrites: changed.map(({ relname }) => relname).sort(),
      scans: scanned.map(({ relname }) => relname).sort(),
    };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  } finally {
    await database.exec('ROLLBACK');
  }
}
