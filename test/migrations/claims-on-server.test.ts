import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lint } from '../../src/migrations/lint.ts';
import { analysePostgres } from '../../src/migrations/postgres/analyse.ts';
import { defaultSessionStart } from '../../src/migrations/session-start.ts';

// What rules claim of the server beyond locks: that it refuses, cuts, hides and pads.

interface Refusal {
  readonly rule: string;
  readonly before?: string;
  readonly sql: string;
  /** SQLSTATE; undefined where the server takes the statement, and the rule keeps quiet. */
  readonly code: string | undefined;
}

const partitioned = 'CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);';
const withDefault = `${partitioned} CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
  CREATE TABLE events_rest PARTITION OF events DEFAULT;`;
const mood = "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE people (feels mood, note text);";

const refusals: readonly Refusal[] = [
  {
    rule: 'unique-without-partition-key',
    before: partitioned,
    sql: 'ALTER TABLE events ADD PRIMARY KEY (id);',
    code: '0A000',
  },
  {
    rule: 'unique-without-partition-key',
    before: partitioned,
    sql: 'CREATE UNIQUE INDEX ON events (id);',
    code: '0A000',
  },
  {
    rule: 'unique-without-partition-key',
    before: partitioned,
    sql: 'ALTER TABLE events ADD UNIQUE (at, id);',
    code: undefined,
  },
  { rule: 'duplicate-assignment', before: mood, sql: "UPDATE people SET note = '1', note = '2';", code: '42601' },
  {
    rule: 'duplicate-assignment',
    before: 'CREATE TABLE t (a int[]);',
    sql: 'UPDATE t SET a[1] = 1, a[2] = 2;',
    code: undefined,
  },
  {
    rule: 'new-enum-value-in-transaction',
    before: mood,
    sql: "ALTER TYPE mood ADD VALUE 'calm'; INSERT INTO people (feels) VALUES ('calm');",
    code: '55P04',
  },
  {
    rule: 'new-enum-value-in-transaction',
    before: mood,
    sql: "ALTER TYPE mood ADD VALUE 'calm'; ALTER TABLE people ADD COLUMN felt mood DEFAULT 'calm';",
    code: '55P04',
  },
  {
    rule: 'new-enum-value-in-transaction',
    before: mood,
    sql: "ALTER TYPE mood ADD VALUE 'calm'; INSERT INTO people (note) VALUES ('worried');",
    code: undefined,
  },
  {
    rule: 'new-enum-value-in-transaction',
    sql: "CREATE TYPE hue AS ENUM ('red'); ALTER TYPE hue ADD VALUE 'blue'; CREATE TABLE t (a hue DEFAULT 'blue');",
    code: undefined,
  },
  {
    rule: 'detach-partition-blocking',
    before: withDefault,
    sql: 'ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY;',
    code: '55000',
  },
  { rule: 'lock-table', before: mood, sql: 'LOCK TABLE people IN SHARE MODE;', code: '25P01' },
  { rule: 'lock-table', before: mood, sql: 'BEGIN; LOCK TABLE people IN SHARE MODE; COMMIT;', code: undefined },
  {
    rule: 'remove-enum-value',
    before: `${mood} INSERT INTO people VALUES ('sad');`,
    sql: "CREATE TYPE mood2 AS ENUM ('ok'); ALTER TABLE people ALTER feels TYPE mood2 USING feels::text::mood2;",
    code: '22P02',
  },
];

describe('claims about the server', () => {
  let database: PGlite;
  beforeAll(async () => {
    database = await PGlite.create();
  });
  afterAll(() => database.close());

  async function codeOf(sql: string): Promise<string | undefined> {
    try {
      await database.exec(sql);
      return undefined;
    } catch (error) {
      return String((error as { code?: unknown }).code); // PGlite's errors carry the SQLSTATE
    } finally {
      await database.exec('ROLLBACK');
    }
  }

  test.each(refusals)('$rule: the server says $code to $sql', async ({ rule, before = '', sql, code }) => {
    await database.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${before}`);
    const together = /^(BEGIN|LOCK|ALTER TABLE events DETACH)/.test(sql) ? sql : `BEGIN; ${sql} COMMIT;`;
    expect(await codeOf(together)).toBe(code);
    const report = await lint({
      serverVersion: '18',
      history: before === '' ? [] : [{ path: '0.sql', sql: before }],
      files: [{ path: '1.sql', sql }],
    });
    const hazards = report.files[0]?.statements.flatMap((statement) => statement.hazards) ?? [];
    expect(hazards.some((hazard) => hazard.rule === rule)).toBe(code !== undefined);
  });

  test.each(['a'.repeat(70), 'ä'.repeat(40), `a${'€'.repeat(30)}`])(
    'a name is cut as the server cuts it: %s',
    async (name) => {
      const [file] = await analysePostgres(
        {
          dialect: 'postgresql',
          serverVersion: '18',
          session: defaultSessionStart,
          history: [],
          files: [{ path: 'a.sql', sql: `CREATE TABLE "${name}" (id int);` }],
        },
        (task) => task(),
      );
      const cut = file?.statements[0]?.changes.find(({ type }) => type === 'name-cut');
      const { rows } = await database.query<{ name: string }>(`SELECT '${name}'::name::text AS name`);
      expect(cut).toMatchObject({ name, to: rows[0]?.name });
    },
  );

  test.each([
    ['a boolean, b bigint, c boolean, d bigint', 'true, 1, true, 1'],
    ['a smallint, b uuid, c integer, d timestamptz, e boolean', '1, gen_random_uuid(), 1, now(), true'],
    ['a boolean, b integer, c smallint, d date', 'true, 1, 1, now()'],
  ])('the bytes that an order of columns costs are those of the server: %s', async (columns, values) => {
    const [file] = await analysePostgres(
      {
        dialect: 'postgresql',
        serverVersion: '18',
        session: defaultSessionStart,
        history: [],
        files: [{ path: 'a.sql', sql: `CREATE TABLE t (${columns});` }],
      },
      (task) => task(),
    );
    const created = file?.statements[0]?.changes.find((change) => change.type === 'table-created');
    const { bytes, least, order } = created?.padding ?? { bytes: -1, least: -1, order: [] };
    await database.exec(
      `DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t (${columns}); INSERT INTO t VALUES (${values});`,
    );
    await database.exec(`CREATE TABLE best AS SELECT ${order.join(', ')} FROM t`);
    const size = async (table: string): Promise<number> =>
      (await database.query<{ bytes: number }>(`SELECT pg_column_size(r.*) AS bytes FROM ${table} AS r`)).rows[0]
        ?.bytes ?? 0;
    expect((await size('t')) - (await size('best'))).toBe(bytes - least);
  });

  test('row level security without a policy hides all rows from everybody but the owner, forced from the owner as well', async () => {
    await database.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE ROLE keeper; CREATE ROLE app; GRANT USAGE, CREATE ON SCHEMA public TO keeper, app;
      SET ROLE keeper; CREATE TABLE t (a int); INSERT INTO t VALUES (1); GRANT SELECT ON t TO app; ALTER TABLE t ENABLE ROW LEVEL SECURITY;`);
    const seen = async (role: string): Promise<number | undefined> => {
      await database.exec(`SET ROLE ${role}`);
      return (await database.query<{ n: number }>('SELECT count(*)::int AS n FROM t')).rows[0]?.n;
    };
    expect([await seen('app'), await seen('keeper')]).toEqual([0, 1]);
    await database.exec('ALTER TABLE t FORCE ROW LEVEL SECURITY');
    expect(await seen('keeper')).toBe(0);
    await database.exec(
      'RESET ROLE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP ROLE app; DROP ROLE keeper;',
    );
  });
});
