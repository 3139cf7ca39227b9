import { refusalOf, type TraceDatabase } from './database.ts';

/** Puts rows into tables that have none, so that scans and locks that need rows can be seen. */
export interface Filler {
  /** Fills what is empty and can take rows; what cannot is left as it is. */
  fill(): Promise<void>;
  /** Empties every table: a statement may not suit rows that nobody but the filler has made. */
  empty(): Promise<void>;
}

/** Rows that each table gets. */
const rowsEach = 3;
/** A table that refers to another is filled in a later round than that one. */
const rounds = 4;

interface ToFill {
  readonly column: string;
  /** Base type's name, or `enum` or `array`. */
  readonly type: string;
  readonly cast: string;
  /** The column that a foreign key refers to, ready for SQL. */
  readonly target: { readonly table: string; readonly column: string } | undefined;
}

// Columns that must have a value, or refer to another table. Partitions are filled through the tables above them.
const columnsQuery = `SELECT format('%I.%I', n.nspname, c.relname), quote_ident(a.attname),
    CASE WHEN t.typcategory = 'A' THEN 'array' WHEN b.typtype = 'e' THEN 'enum' ELSE b.typname END,
    format_type(a.atttypid, a.atttypmod),
    (SELECT format('%s|%I', k.confrelid::regclass, ka.attname) FROM pg_constraint k
       JOIN pg_attribute ka ON ka.attrelid = k.confrelid AND ka.attnum = k.confkey[array_position(k.conkey, a.attnum)]
      WHERE k.contype = 'f' AND k.conrelid = c.oid AND a.attnum = ANY (k.conkey) AND k.confrelid <> c.oid
      ORDER BY cardinality(k.conkey) DESC LIMIT 1),
    EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      AND a.attidentity <> 'a' AND (a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' OR EXISTS (SELECT FROM pg_constraint k
        WHERE k.contype = 'f' AND k.conrelid = c.oid AND a.attnum = ANY (k.conkey)))
    LEFT JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
  ORDER BY c.oid, a.attnum`;

/**
 * A value of the type that differs from row to row, as far as the type has so many; `i` is the row's number. The same in
 * every table, so that foreign keys that come later hold.
 */
const values: Readonly<Record<string, string>> = {
  int2: 'i',
  int4: 'i',
  int8: 'i',
  float4: 'i',
  float8: 'i',
  numeric: 'i',
  bool: '(i % 2 = 0)',
  uuid: 'md5(i::text)',
  date: `('2001-01-01'::date + i)`,
  timestamp: `('2001-01-01'::timestamp + i * interval '1 day')`,
  timestamptz: `('2001-01-01'::timestamptz + i * interval '1 day')`,
  time: `'12:00'::time`,
  interval: `i * interval '1 day'`,
  json: `'{}'`,
  jsonb: `'{}'`,
  bytea: `decode(lpad(i::text, 2, '0'), 'hex')`,
  inet: `'192.0.2.1'`,
  array: `'{}'`,
};

function expressionOf({ type, cast, target }: ToFill): string {
  if (target !== undefined) return `(SELECT ${target.column} FROM ${target.table} ORDER BY 1 LIMIT 1 OFFSET i - 1)`;
  if (type === 'enum') return `(enum_range(NULL::${cast}))[1]`;
  const value = values[type] ?? `('x' || i)`;
  return `(${value})::${cast}`;
}

interface Table {
  readonly columns: ToFill[];
  readonly hasTriggers: boolean;
}

async function tablesToFill(database: TraceDatabase): Promise<Map<string, Table>> {
  const [rows] = await database.run(columnsQuery);
  const tables = new Map<string, Table>();
  for (const [table, column, type, cast, target, triggers] of rows ?? []) {
    const known = tables.get(String(table)) ?? { columns: [], hasTriggers: triggers === true || triggers === 't' };
    const { columns } = known;
    tables.set(String(table), known);
    if (column === null) continue;
    const [targetTable, targetColumn] = target === null ? [] : String(target).split('|');
    const key =
      targetTable === undefined || targetColumn === undefined
        ? undefined
        : { table: targetTable, column: targetColumn };
    columns.push({ column: String(column), type: String(type), cast: String(cast), target: key });
  }
  return tables;
}

function insertOf(table: string, columns: readonly ToFill[]): string {
  if (columns.length === 0) return `INSERT INTO ${table} DEFAULT VALUES`;
  const names = columns.map(({ column }) => column).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT ${columns.map(expressionOf).join(', ')} FROM generate_series(1, ${rowsEach}) i`;
}

/** Triggers of the history stay out of it: what the filler does is no part of the history. */
const quietly = `SET LOCAL session_replication_role = 'replica'`;

/** Tries to run it; what the server refuses leaves nothing behind. */
async function attempt(database: TraceDatabase, sql: string): Promise<boolean> {
  try {
    await database.run(`BEGIN; ${sql}; COMMIT`);
    return true;
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    await database.run('ROLLBACK');
    return false;
  }
}

export function createFiller(database: TraceDatabase): Filler {
  /** Tables that took no rows as they were; tried again when their columns differ. */
  const hopeless = new Map<string, string>();
  return {
    fill: async () => {
      for (let round = 0; round < rounds; round += 1) {
        let progress = false;
        for (const [table, { columns, hasTriggers }] of await tablesToFill(database)) {
          const insert = `${hasTriggers ? `${quietly}; ` : ''}${insertOf(table, columns)}`;
          if (round === 0 && hopeless.get(table) === insert) continue;
          const [found] = await database.run(`SELECT FROM ${table} LIMIT 1`);
          if (found?.length === 1) continue;
          const filled = await attempt(database, insert);
          if (filled) hopeless.delete(table);
          else hopeless.set(table, insert);
          progress ||= filled;
        }
        if (!progress) return;
      }
    },
    empty: async () => {
      const tables = [...(await tablesToFill(database)).keys()];
      if (tables.length > 0) await attempt(database, `${quietly}; TRUNCATE ${tables.join(', ')} CASCADE`);
    },
  };
}
