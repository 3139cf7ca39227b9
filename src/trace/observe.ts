import { type PostgresLockMode, postgresLockModes, type RelationKind, strongerMode } from '../migrations/effects.ts';
import { type Refusal, type Rows, refusalOf, type TraceDatabase } from './database.ts';

export interface ObservedLock {
  readonly relation: string;
  readonly mode: PostgresLockMode;
  readonly kind: RelationKind;
}

/** What a statement did, as the server tells it. Relations are those that existed before it, by their names then. */
export interface Observation {
  /** The strongest mode on each relation, indexes among them; undefined: the statement runs outside transactions, which hold it. */
  readonly locks: readonly ObservedLock[] | undefined;
  /** Relations whose rows lie in another file now; sequences aside, which hold one row. */
  readonly rewrites: readonly string[];
  readonly indexBuilds: readonly { readonly relation: string; readonly index: string }[];
  /** Relations of which rows were read, one after the other or through an index; undefined as above. An empty one never shows. */
  readonly scans: readonly string[] | undefined;
  /** Relations that it made, by the names that they have now. */
  readonly made: readonly string[];
  /** `forbidden`: it was refused in a transaction block and ran outside. */
  readonly transaction: 'allowed' | 'forbidden';
}

export type Observed = Observation | { readonly refused: Refusal };

export interface Observer {
  /**
   * Runs one statement in a transaction of its own and commits it, or rolls it back.
   * @param options `end` rolls back what the statement did; `then` runs behind it in its transaction
   */
  observe(sql: string, options?: { readonly end?: 'COMMIT' | 'ROLLBACK'; readonly then?: string }): Promise<Observed>;
  /** Looks at the database again, after somebody else has changed it. */
  refresh(): Promise<void>;
  /** Whether the relation is there, can be read and holds a row. */
  hasRows(relation: string): Promise<boolean>;
}

interface Found {
  readonly schema: string;
  readonly name: string;
  readonly bare: string;
  readonly kind: RelationKind;
  readonly file: string | undefined;
  /** For an index: its table's oid. */
  readonly table: string | undefined;
  readonly tuplesRead: number;
}
type Snapshot = ReadonlyMap<string, Found>;

/** PostgreSQL: documentation, 53.11 "pg_class", relkind. */
const kinds: Readonly<Record<string, RelationKind>> = {
  r: 'table',
  p: 'partitioned table',
  v: 'view',
  m: 'materialized view',
  S: 'sequence',
  f: 'foreign table',
  i: 'index',
  I: 'index',
};

// Relations of the server itself are left out.
const snapshotQuery = `SELECT c.oid::text, n.nspname::text, c.relname::text, c.relkind::text, pg_relation_filenode(c.oid)::text,
    i.indrelid::text, CASE WHEN c.relkind IN ('r', 'm') THEN
      (pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid))::text END
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'i', 'I')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'`;

// The server empties these counters now and then between transactions (pgstat_report_stat, pgstat.c), never within one.
const countersQuery = `SELECT oid::text, (pg_stat_get_xact_tuples_returned(oid) + pg_stat_get_xact_tuples_fetched(oid))::text
  FROM pg_class WHERE relkind IN ('r', 'm') AND oid >= 16384
    AND pg_stat_get_xact_tuples_returned(oid) + pg_stat_get_xact_tuples_fetched(oid) > 0`;

const locksQuery = `SELECT DISTINCT relation::text, mode FROM pg_locks
  WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted`;

/** Checks that are put off to the end of the transaction are done now, so that their locks are seen. */
const finish = 'SET CONSTRAINTS ALL IMMEDIATE';

/** SQLSTATE of "cannot run inside a transaction block", and of COMMIT in a procedure that was called in one. */
const refusedInTransaction: ReadonlySet<string> = new Set(['25001', '2D000']);

function readSnapshot(rows: Rows): Snapshot {
  return new Map(
    rows.map(([oid, schema, name, kind, file, table, tuples]): [string, Found] => {
      const inTemporary = String(schema).startsWith('pg_temp_') ? 'pg_temp' : String(schema);
      const found: Found = {
        schema: String(schema),
        name: `${inTemporary}.${name}`,
        bare: String(name),
        kind: kinds[String(kind)] ?? 'table',
        file: file === null ? undefined : String(file),
        table: table === null ? undefined : String(table),
        tuplesRead: Number(tuples ?? 0),
      };
      return [String(oid), found];
    }),
  );
}

function readLocks(rows: Rows, before: Snapshot): ObservedLock[] {
  const held = new Map<string, ObservedLock>();
  for (const [oid, text] of rows) {
    const relation = before.get(String(oid));
    const mode = postgresLockModes.find((each) => each === text); // SIReadLock is none of them: it keeps nobody waiting
    if (relation === undefined || mode === undefined) continue;
    const known = held.get(relation.name)?.mode ?? mode;
    held.set(relation.name, { relation: relation.name, mode: strongerMode(known, mode), kind: relation.kind });
  }
  return [...held.values()];
}

function findRewrites(before: Snapshot, after: Snapshot): string[] {
  const changed = [...before].filter(([oid, { kind, file }]) => {
    const now = after.get(oid);
    return now !== undefined && now.file !== file && file !== undefined && kind !== 'index' && kind !== 'sequence';
  });
  return changed.map(([, { name }]) => name);
}

/** Indexes in a new file, on relations that were there. A new index on an old file was taken over, not built (TryReuseIndex, tablecmds.c). */
function findBuilds(before: Snapshot, after: Snapshot): { relation: string; index: string }[] {
  const files = new Set([...before.values()].map(({ file }) => file));
  return [...after].flatMap(([oid, { kind, file, table, bare }]) => {
    const relation = before.get(table ?? '');
    const built = kind === 'index' && file !== undefined && !files.has(file);
    return built && relation !== undefined ? [{ relation: relation.name, index: before.get(oid)?.bare ?? bare }] : [];
  });
}

function findScans(before: Snapshot, after: Snapshot, counters: Rows): string[] {
  const atStart = new Map(counters.map(([oid, tuples]) => [String(oid), Number(tuples)]));
  const read = [...after].filter(([oid, { tuplesRead }]) => tuplesRead > (atStart.get(oid) ?? 0));
  return read.map(([oid]) => before.get(oid)?.name).filter((name) => name !== undefined);
}

function findMade(before: Snapshot, after: Snapshot): string[] {
  return [...after].filter(([oid, { kind }]) => kind !== 'index' && !before.has(oid)).map(([, { name }]) => name);
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What two snapshots tell, and, where the statement ran in a transaction, what it held and read there. */
function compareSnapshots(before: Snapshot, after: Snapshot, inside?: { locks: Rows; counters: Rows }): Observation {
  return {
    locks: inside && readLocks(inside.locks, before),
    rewrites: findRewrites(before, after),
    indexBuilds: findBuilds(before, after),
    scans: inside && findScans(before, after, inside.counters),
    made: findMade(before, after),
    transaction: inside === undefined ? 'forbidden' : 'allowed',
  };
}

/** Watches one database. Nobody else may change it meanwhile: what a statement left is what the next one finds. */
export async function createObserver(database: TraceDatabase): Promise<Observer> {
  const snapshot = async (): Promise<Snapshot> => readSnapshot((await database.run(snapshotQuery)).at(-1) ?? []);
  let before = await snapshot();

  async function outside(sql: string): Promise<Observed> {
    try {
      await database.run(sql);
    } catch (error) {
      const refused = refusalOf(error);
      if (refused === undefined) throw error;
      before = await snapshot(); // an index that was not finished stays
      return { refused };
    }
    const after = await snapshot();
    const observation = compareSnapshots(before, after);
    before = after;
    return observation;
  }

  return {
    refresh: async () => {
      before = await snapshot();
    },
    hasRows: async (name) => {
      const found = [...before.values()].find((each) => each.name === name && each.kind !== 'index');
      if (found === undefined) return false;
      try {
        const [rows] = await database.run(`SELECT FROM ONLY ${quoted(found.schema)}.${quoted(found.bare)} LIMIT 1`);
        return rows?.length === 1;
      } catch (error) {
        if (refusalOf(error) === undefined) throw error;
        return false; // a materialized view without data, a foreign table without its server
      }
    },
    observe: async (sql, { end = 'COMMIT', then = '' } = {}) => {
      try {
        const [, counters = []] = await database.run(`BEGIN; ${countersQuery};\n${sql}\n`);
        const results = await database.run(`${finish}; ${then}; ${locksQuery}; ${snapshotQuery}; ${end}`);
        const [locks = [], rows = []] = results.slice(-3);
        const after = readSnapshot(rows);
        const observation = compareSnapshots(before, after, { locks, counters });
        if (end === 'COMMIT') before = after;
        return observation;
      } catch (error) {
        const refused = refusalOf(error);
        if (refused === undefined) throw error;
        await database.run('ROLLBACK');
        return refusedInTransaction.has(refused.code) && end === 'COMMIT' ? outside(sql) : { refused };
      }
    },
  };
}
