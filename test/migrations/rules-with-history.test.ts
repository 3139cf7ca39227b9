import { describe, expect, test } from '@jest/globals';
import { type LintRequest, lint } from '../../src/migrations/lint.ts';
import { analysePostgres } from '../../src/migrations/postgres/analyse.ts';
import { rules } from '../../src/migrations/rules/rules.ts';
import { defaultSessionStart } from '../../src/migrations/session-start.ts';
import { summariseTransactions } from '../../src/migrations/transactions.ts';

/** Findings of one rule, as `severity path:line`, with the safer way of the first. */
async function judged(rule: string, history: string, files: readonly string[], more: Partial<LintRequest> = {}) {
  const report = await lint({
    ...more,
    settings: { info: true },
    history: history === '' ? [] : [{ path: '0.sql', sql: history }],
    files: files.map((sql, at) => ({ path: `${at + 1}.sql`, sql })),
  });
  expect(report.files.flatMap(({ error }) => error ?? [])).toEqual([]);
  const hazards = report.files.flatMap(({ path, statements }) =>
    statements.flatMap((statement) => statement.hazards.map((hazard) => ({ path, ...hazard }))),
  );
  const own = hazards.filter((hazard) => hazard.rule === rule);
  return {
    found: own.map(({ severity, path, line }) => `${severity} ${path}:${line}`),
    message: own[0]?.message ?? '',
    fix: own[0]?.fix ?? '',
    others: hazards
      .filter((hazard) => hazard.rule !== rule && hazard.severity === 'error')
      .map((hazard) => hazard.rule),
  };
}

interface Case {
  readonly rule: string;
  readonly name: string;
  readonly history: string;
  readonly files: readonly string[];
  readonly found: readonly string[];
  readonly version?: string;
  /** What the safer way must hold. */
  readonly fix?: readonly string[];
}

const enumTable = `CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE people (id int PRIMARY KEY, feels mood, note text);`;
const remakeEnum = (values: string): string =>
  `CREATE TYPE mood_new AS ENUM (${values}); ALTER TABLE people ALTER COLUMN feels TYPE mood_new USING feels::text::mood_new;
   ALTER TYPE mood RENAME TO mood_old; ALTER TYPE mood_new RENAME TO mood; DROP TYPE mood_old;`;
const events = `CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
  CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');`;
const withDefault = `${events} CREATE TABLE events_rest PARTITION OF events DEFAULT;`;
const pair = `CREATE TABLE accounts (id int PRIMARY KEY, code int UNIQUE, a int);
  CREATE TABLE payments (id int PRIMARY KEY, account_id int NOT NULL CONSTRAINT payments_fk REFERENCES accounts, amount int, CONSTRAINT paid CHECK (amount > 0));`;
const trigger = `CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER audit AFTER INSERT ON payments EXECUTE FUNCTION log();`;

const cases: readonly Case[] = [
  {
    rule: 'remove-enum-value',
    name: 'an enum made anew without a value',
    history: enumTable,
    files: [remakeEnum("'ok'")],
    found: ['error 1.sql:1'],
    fix: ["CHECK (feels NOT IN ('sad')) NOT VALID", 'VALIDATE CONSTRAINT people_feels_check'],
  },
  {
    rule: 'remove-enum-value',
    name: 'one with more values',
    history: enumTable,
    files: [remakeEnum("'sad', 'ok', 'x'")],
    found: [],
  },
  {
    rule: 'new-enum-value-in-transaction',
    name: 'the value as a default',
    history: enumTable,
    files: ["ALTER TYPE mood ADD VALUE 'calm';\nALTER TABLE people ALTER COLUMN feels SET DEFAULT 'calm';"],
    found: ['error 1.sql:2'],
  },
  {
    rule: 'new-enum-value-in-transaction',
    name: 'the same word in a table without the enum',
    history: `${enumTable} CREATE TABLE words (word text);`,
    files: ["ALTER TYPE mood ADD VALUE 'calm'; INSERT INTO words VALUES ('calm');"],
    found: [],
  },
  {
    rule: 'new-enum-value-in-transaction',
    name: 'the value in the next file',
    history: enumTable,
    files: ["ALTER TYPE mood ADD VALUE 'calm'; SELECT 1;", "UPDATE people SET feels = 'calm' WHERE id = 1; SELECT 1;"],
    found: [],
  },
  {
    rule: 'drop-partition',
    name: 'a partition',
    history: events,
    files: ['DROP TABLE events_2020;'],
    found: ['warning 1.sql:1'],
    fix: ['ALTER TABLE public.events DETACH PARTITION events_2020 CONCURRENTLY;'],
  },
  {
    rule: 'drop-partition',
    name: 'a partition before CONCURRENTLY',
    history: events,
    files: ['DROP TABLE events_2020;'],
    found: [],
    version: '13',
  },
  {
    rule: 'drop-partition',
    name: 'a partition that was detached',
    history: `${events} ALTER TABLE events DETACH PARTITION events_2020;`,
    files: ['DROP TABLE events_2020;'],
    found: [],
  },
  {
    rule: 'detach-partition-blocking',
    name: 'CONCURRENTLY beside a default partition',
    history: withDefault,
    files: ['ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY;'],
    found: ['error 1.sql:1'],
  },
  {
    rule: 'detach-partition-blocking',
    name: 'a partitioned table that others refer to',
    history: `${events} ALTER TABLE events ADD UNIQUE (id, at); CREATE TABLE notes (id bigint, at date, FOREIGN KEY (id, at) REFERENCES events (id, at));`,
    files: ['ALTER TABLE events DETACH PARTITION events_2020;'],
    found: ['error 1.sql:1'],
  },
  {
    rule: 'attach-partition-scan',
    name: 'a table and the default partition, each with its proof',
    history: `${withDefault} CREATE TABLE events_2024 (id bigint, at date NOT NULL);`,
    files: ["ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"],
    found: ['error 1.sql:1'],
    fix: [
      "ALTER TABLE events_2024 ADD CONSTRAINT events_2024_bounds CHECK (at IS NOT NULL AND at >= '2024-01-01' AND at < '2025-01-01') NOT VALID;",
      "ALTER TABLE public.events_rest ADD CONSTRAINT events_2024_bounds CHECK (NOT (at IS NOT NULL AND at >= '2024-01-01' AND at < '2025-01-01')) NOT VALID;",
      'VALIDATE CONSTRAINT events_2024_bounds;',
    ],
  },
  {
    rule: 'attach-partition-scan',
    name: 'a new partition beside a default one',
    history: withDefault,
    files: ["CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"],
    found: ['error 1.sql:1'],
    fix: [
      'CREATE TABLE events_2024 (LIKE events INCLUDING ALL);',
      "ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
    ],
  },
  {
    rule: 'domain-constraint-scan',
    name: 'a domain that a table uses',
    history: 'CREATE DOMAIN cents AS int; CREATE TABLE payments (amount cents, fee cents);',
    files: ["ALTER DOMAIN cents ADD CHECK (VALUE > 0 AND 'value' <> '');"],
    found: ['error 1.sql:1'],
    fix: [
      "CONSTRAINT payments_amount_check CHECK (amount > 0 AND 'value' <> '') NOT VALID",
      'VALIDATE CONSTRAINT payments_fee_check',
    ],
  },
  {
    rule: 'drop-constraint',
    name: 'a foreign key',
    history: pair,
    files: ['ALTER TABLE payments DROP CONSTRAINT payments_fk;'],
    found: ['warning 1.sql:1'],
  },
  {
    rule: 'drop-constraint',
    name: 'a foreign key with a longer one in its place',
    history: pair,
    files: [
      'ALTER TABLE payments DROP CONSTRAINT payments_fk; ALTER TABLE payments ADD CONSTRAINT longer FOREIGN KEY (account_id, amount) REFERENCES accounts (id, code);',
    ],
    found: [],
  },
  {
    rule: 'drop-constraint',
    name: 'a foreign key whose column goes as well',
    history: pair,
    files: ['ALTER TABLE payments DROP CONSTRAINT payments_fk; ALTER TABLE payments DROP COLUMN account_id;'],
    found: [],
  },
  {
    rule: 'drop-constraint',
    name: 'a foreign key whose table goes as well',
    history: pair,
    files: ['ALTER TABLE payments DROP CONSTRAINT payments_fk; DROP TABLE accounts;'],
    found: [],
  },
  {
    rule: 'drop-constraint',
    name: 'a UNIQUE with a unique index in its place',
    history: pair,
    files: ['ALTER TABLE accounts DROP CONSTRAINT accounts_code_key; CREATE UNIQUE INDEX i ON accounts (code);'],
    found: [],
  },
  {
    rule: 'drop-constraint',
    name: 'a CHECK that has proven NOT NULL',
    history: `${pair} ALTER TABLE accounts ADD CONSTRAINT known CHECK (a IS NOT NULL);`,
    files: ['ALTER TABLE accounts ALTER COLUMN a SET NOT NULL; ALTER TABLE accounts DROP CONSTRAINT known;'],
    found: [],
  },
  {
    rule: 'drop-constraint',
    name: 'three at once, said once',
    history: pair,
    files: ['ALTER TABLE payments DROP CONSTRAINT payments_fk, DROP CONSTRAINT paid;'],
    found: ['warning 1.sql:1'],
  },
  {
    rule: 'drop-constraint',
    name: 'one that is not there',
    history: pair,
    files: ['ALTER TABLE payments DROP CONSTRAINT IF EXISTS nothing;'],
    found: [],
  },
  {
    rule: 'drop-constraint',
    name: 'a primary key, which has a rule of its own',
    history: pair,
    files: ['ALTER TABLE payments DROP CONSTRAINT payments_pkey;'],
    found: [],
  },
  {
    rule: 'replica-identity',
    name: 'a primary key',
    history: pair,
    files: ['ALTER TABLE payments DROP CONSTRAINT payments_pkey;'],
    found: ['warning 1.sql:1'],
  },
  {
    rule: 'replica-identity',
    name: 'a primary key with another in its place',
    history: pair,
    files: [
      'ALTER TABLE payments DROP CONSTRAINT payments_pkey, ADD CONSTRAINT payments_pkey PRIMARY KEY (id, account_id);',
    ],
    found: [],
  },
  {
    rule: 'replica-identity',
    name: 'a table without a key back to the default',
    history: 'CREATE TABLE t (a int);',
    files: ['ALTER TABLE t REPLICA IDENTITY DEFAULT;'],
    found: ['warning 1.sql:1'],
  },
  {
    rule: 'drop-function',
    name: 'a function that applications may call',
    history: "CREATE FUNCTION fee() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    files: ['DROP FUNCTION fee();'],
    found: ['error 1.sql:1'],
  },
  {
    rule: 'drop-function',
    name: 'a trigger function that nothing calls any more',
    history: `${pair} ${trigger}`,
    files: ['DROP TRIGGER audit ON payments; DROP FUNCTION log();'],
    found: [],
  },
  {
    rule: 'drop-function',
    name: 'a trigger function with its triggers',
    history: `${pair} ${trigger}`,
    files: ['DROP FUNCTION log() CASCADE;'],
    found: ['warning 1.sql:1'],
  },
  {
    rule: 'drop-function',
    name: 'one that is not there',
    history: pair,
    files: ['DROP FUNCTION IF EXISTS fee();'],
    found: [],
  },
  {
    rule: 'drop-trigger',
    name: 'a trigger that goes and comes in transactions of their own',
    history: `${pair} ${trigger}`,
    files: ['DROP TRIGGER audit ON payments;', 'CREATE TRIGGER audit AFTER INSERT ON payments EXECUTE FUNCTION log();'],
    found: ['warning 1.sql:1'],
  },
  {
    rule: 'create-trigger',
    name: 'OR REPLACE of one that is there',
    history: `${pair} ${trigger}`,
    files: ['CREATE OR REPLACE TRIGGER audit AFTER UPDATE ON payments EXECUTE FUNCTION log();'],
    found: [],
  },
  {
    rule: 'row-security',
    name: 'a table that has a policy already',
    history: `${pair} CREATE POLICY own ON payments USING (true);`,
    files: ['ALTER TABLE payments ENABLE ROW LEVEL SECURITY;'],
    found: [],
  },
  {
    rule: 'row-security',
    name: 'a table whose only policy restricts',
    history: `${pair} CREATE POLICY own ON payments AS RESTRICTIVE USING (true);`,
    files: ['ALTER TABLE payments ENABLE ROW LEVEL SECURITY;'],
    found: ['warning 1.sql:1'],
  },
  {
    rule: 'row-security',
    name: 'a table that gets its policy further down',
    history: pair,
    files: ['ALTER TABLE payments ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON payments USING (true);'],
    found: [],
  },
  {
    rule: 'row-security',
    name: 'FORCE on a table that has it',
    history: `${pair} ALTER TABLE payments ENABLE ROW LEVEL SECURITY;`,
    files: ['ALTER TABLE payments FORCE ROW LEVEL SECURITY;'],
    found: ['error 1.sql:1'],
  },
  {
    rule: 'row-security',
    name: 'FORCE on a table that has it not, which does nothing',
    history: pair,
    files: ['ALTER TABLE payments FORCE ROW LEVEL SECURITY;'],
    found: [],
  },
  {
    rule: 'lock-table',
    name: 'LOCK TABLE after the transaction',
    history: pair,
    files: ['BEGIN; SELECT 1; COMMIT;\nLOCK TABLE payments;'],
    found: ['warning 1.sql:2'],
  },
  {
    rule: 'revoke',
    name: 'a right on a table of before',
    history: pair,
    files: ['REVOKE UPDATE (amount) ON payments FROM app;'],
    found: ['warning 1.sql:1'],
  },
  {
    rule: 'sequence-reset',
    name: 'an identity column',
    history: 'CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY);',
    files: ['ALTER TABLE t ALTER COLUMN id RESTART WITH 1;'],
    found: ['warning 1.sql:1'],
  },
  {
    rule: 'drop-not-null',
    name: 'a column that allowed nulls before',
    history: pair,
    files: ['ALTER TABLE payments ALTER COLUMN amount DROP NOT NULL;'],
    found: [],
  },
  {
    rule: 'drop-not-null',
    name: 'two columns, said once',
    history: pair,
    files: ['ALTER TABLE payments ALTER account_id DROP NOT NULL, ALTER id DROP NOT NULL;'],
    found: ['warning 1.sql:1'],
  },
  {
    rule: 'unique-without-partition-key',
    name: 'a key that comes later',
    history: events,
    files: ['ALTER TABLE events ADD PRIMARY KEY (id);'],
    found: ['error 1.sql:1'],
    fix: ['(id, at)'],
  },
  {
    rule: 'rename-column',
    name: 'a column of a known type',
    history: pair,
    files: ['ALTER TABLE payments RENAME COLUMN amount TO cents;'],
    found: ['error 1.sql:1'],
    fix: ['ADD COLUMN cents integer;'],
  },
  {
    rule: 'rename-table',
    name: 'a table of another schema',
    history: 'CREATE SCHEMA b; CREATE TABLE b.t (a int);',
    files: ['ALTER TABLE b.t RENAME TO u;'],
    found: ['error 1.sql:1'],
    fix: ['CREATE VIEW b.t AS SELECT * FROM b.u;'],
  },
  {
    rule: 'missing-primary-key',
    name: 'a table that gets its key in the next file of the set',
    history: '',
    files: ['CREATE TABLE t (a int);', 'ALTER TABLE t ADD PRIMARY KEY (a);'],
    found: ['info 1.sql:1'],
  },
  {
    rule: 'missing-primary-key',
    name: "a partition, which has its parent's",
    history: 'CREATE TABLE e (a int PRIMARY KEY) PARTITION BY LIST (a);',
    files: ['CREATE TABLE e1 PARTITION OF e FOR VALUES IN (1);'],
    found: [],
  },
  {
    rule: 'index-then-rewrite',
    name: 'an index of an earlier file',
    history: pair,
    files: ['CREATE INDEX CONCURRENTLY i ON payments (amount);', '\nALTER TABLE payments SET UNLOGGED;'],
    found: ['warning 2.sql:2'],
  },
  {
    rule: 'index-then-rewrite',
    name: 'an index that a type change builds again',
    history: pair,
    files: [
      'CREATE INDEX CONCURRENTLY i ON payments (amount);',
      'ALTER TABLE payments ALTER COLUMN amount TYPE bigint;',
    ],
    found: ['warning 2.sql:1'],
  },
  {
    rule: 'index-then-rewrite',
    name: 'an index of the history',
    history: `${pair} CREATE INDEX i ON payments (amount);`,
    files: ['ALTER TABLE payments ALTER COLUMN amount TYPE bigint;'],
    found: [],
  },
  {
    rule: 'often-locked-table',
    name: 'a table that three files close',
    history: pair,
    files: [
      'ALTER TABLE payments ADD x int;',
      'ALTER TABLE payments ADD y int;',
      'ALTER TABLE payments ADD z int;',
      'ALTER TABLE payments ADD w int;',
    ],
    found: ['info 3.sql:1'],
  },
  {
    rule: 'analyze-after-change',
    name: 'a new column',
    history: pair,
    files: ['ALTER TABLE payments ADD COLUMN x int;'],
    found: [],
  },
  {
    rule: 'identifier-too-long',
    name: 'a name of 32 letters of two bytes',
    history: '',
    files: [`CREATE TABLE "${'ä'.repeat(32)}" (id int);`],
    found: ['warning 1.sql:1'],
    fix: ['ä'.repeat(31)],
  },
  {
    rule: 'identifier-too-long',
    name: 'a name of 63 bytes',
    history: '',
    files: [`CREATE TABLE ${'a'.repeat(63)} (id int);`],
    found: [],
  },
  ...['DROP INDEX %;', 'ALTER INDEX % RENAME TO short;', 'CLUSTER payments USING %;'].map((sql) => ({
    rule: 'identifier-too-long',
    name: `a name that is there already: ${sql}`,
    history: `${pair} CREATE INDEX ${'a'.repeat(64)} ON payments (amount);`,
    files: [sql.replace('%', 'a'.repeat(64))],
    found: [],
  })),
  {
    rule: 'identifier-too-long',
    name: 'a new name for what is there',
    history: `${pair} CREATE INDEX short ON payments (amount);`,
    files: [`ALTER INDEX short RENAME TO ${'a'.repeat(64)};`],
    found: ['warning 1.sql:1'],
  },
  {
    rule: 'row-security',
    name: 'a table that the same DO makes',
    history: '',
    files: ['DO $$ BEGIN CREATE TABLE refunds (id int); ALTER TABLE refunds ENABLE ROW LEVEL SECURITY; END $$;'],
    found: [],
  },
  {
    rule: 'drop-table',
    name: 'a table that the same DO makes anew',
    history: pair,
    files: [
      'DO $$ BEGIN DROP TABLE payments; CREATE TABLE payments (id int); ALTER TABLE payments ADD COLUMN a int; END $$;',
    ],
    found: ['error 1.sql:1'],
  },
  {
    rule: 'missing-statement-timeout',
    name: 'one that held for the transaction before',
    history: '',
    files: ["BEGIN; SET LOCAL statement_timeout = '5s'; SELECT 1; COMMIT;\nALTER TABLE t ADD x int;"],
    found: ['info 1.sql:2'],
  },
  {
    rule: 'missing-statement-timeout',
    name: 'one that is switched off',
    history: '',
    files: ['SET statement_timeout = 0; ALTER TABLE t ADD x int;'],
    found: ['info 1.sql:1'],
  },
  {
    rule: 'security-definer-search-path',
    name: 'a function with arguments',
    history: '',
    files: [
      "CREATE FUNCTION f(a int, OUT b text, VARIADIC c text[]) LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN END';",
    ],
    found: ['warning 1.sql:1'],
    fix: ['ALTER FUNCTION f(integer, text[]) SET search_path'],
  },
  {
    rule: 'add-foreign-key-blocking',
    name: 'a foreign key without a name over partitions',
    history: `${events} CREATE TABLE accounts (id bigint PRIMARY KEY);`,
    files: ['ALTER TABLE events ADD FOREIGN KEY (id) REFERENCES accounts;'],
    found: ['error 1.sql:1'],
    fix: ['ALTER TABLE events_2020 ADD CONSTRAINT events_2020_id_fkey FOREIGN KEY (id) REFERENCES accounts NOT VALID;'],
  },
  {
    rule: 'add-column-rewrite',
    name: 'serial on a table of another schema: the sequence belongs beside it',
    history: 'CREATE SCHEMA app; CREATE TABLE app."Order" (id bigint PRIMARY KEY);',
    files: ['ALTER TABLE app."Order" ADD COLUMN number serial;'],
    found: ['error 1.sql:1'],
    fix: [
      'CREATE SEQUENCE app."Order_number_seq" AS integer OWNED BY app."Order".number;',
      `SET DEFAULT nextval('app."Order_number_seq"');`,
    ],
  },
  {
    rule: 'unbounded-update',
    name: 'batches along a primary key of two columns',
    history: 'CREATE TABLE lines (a int, b int, n int, PRIMARY KEY (a, b));',
    files: ['UPDATE lines SET n = n + 1;'],
    found: ['error 1.sql:1'],
    fix: [
      'SELECT a, b INTO batch_to_1, batch_to_2 FROM (SELECT a, b FROM lines WHERE batch_from_1 IS NULL OR (a, b) > (batch_from_1, batch_from_2) ORDER BY a, b LIMIT 10000) AS batch ORDER BY a DESC, b DESC LIMIT 1;',
      'AND (a, b) <= (batch_to_1, batch_to_2);',
    ],
  },
  {
    rule: 'unbounded-update',
    name: 'an UPDATE of the key itself is not put into batches along it, which would meet its own rows again for ever',
    history: 'CREATE TABLE lines (id int PRIMARY KEY, n int);',
    files: ['UPDATE lines SET id = id + 100;'],
    found: ['error 1.sql:1'],
    fix: ['-- along a unique column that SET leaves alone:\n', '<a unique column>'],
  },
  {
    rule: 'drop-column',
    name: 'a column that takes nulls anyway',
    history: 'CREATE TABLE lines (id int PRIMARY KEY, n int);',
    files: ['ALTER TABLE lines DROP COLUMN n;'],
    found: ['error 1.sql:1'],
    fix: ['-- after the release that stops reading and writing n:\n-- safety-gate: ignore drop-column'],
  },
  {
    rule: 'drop-column',
    name: 'columns that go with their type, with quoted names',
    history: `CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE "Order" (id int, "Feels" mood NOT NULL);`,
    files: ['DROP TYPE mood CASCADE;'],
    found: ['error 1.sql:1'],
    fix: ['ALTER TABLE "Order" ALTER COLUMN "Feels" DROP NOT NULL;'],
  },
  {
    rule: 'drop-column',
    name: 'a column in another schema that goes with a type of the schema',
    history: 'CREATE SCHEMA app; CREATE DOMAIN app.money AS int; CREATE TABLE lines (id int, price app.money);',
    files: ['DROP SCHEMA app CASCADE;'],
    found: ['error 1.sql:1'],
  },
  {
    rule: 'drop-partition',
    name: 'a partition beside a default one, which cannot be detached CONCURRENTLY',
    history: withDefault,
    files: ['DROP TABLE events_2020;'],
    found: ['warning 1.sql:1'],
    fix: ['-- set a lock_timeout and try again'],
  },
  {
    rule: 'domain-constraint-scan',
    name: 'a table with a quoted name',
    history: 'CREATE DOMAIN "Dm" AS int; CREATE TABLE "Dt" ("D" "Dm");',
    files: ['ALTER DOMAIN "Dm" ADD CHECK (VALUE > 0);'],
    found: ['error 1.sql:1'],
    fix: ['ALTER TABLE "Dt" ADD CONSTRAINT "Dt_D_check" CHECK ("D" > 0) NOT VALID;'],
  },
  {
    rule: 'change-type-rewrite',
    name: 'a type with a quoted name',
    history: `CREATE TYPE "Mood" AS ENUM ('ok'); CREATE TABLE people (id int PRIMARY KEY, feels text);`,
    files: ['ALTER TABLE people ALTER COLUMN feels TYPE "Mood" USING feels::"Mood";'],
    found: ['error 1.sql:1'],
    fix: ['ADD COLUMN feels_new "Mood";'],
  },
];

describe.each([...new Set(cases.map(({ rule }) => rule))])('%s', (rule) => {
  test.each(cases.filter((each) => each.rule === rule))('$name', async ({ history, files, found, fix, version }) => {
    const result = await judged(rule, history, files, { serverVersion: version ?? '16' });
    expect(result.found).toEqual(found);
    for (const part of fix ?? []) expect(result.fix).toContain(part);
  });
});

test('the default partition is not read where a CHECK says the opposite of the bounds', async () => {
  const bounds = "at IS NOT NULL AND at >= '2024-01-01' AND at < '2025-01-01'";
  const attach = "ALTER TABLE events ATTACH PARTITION new FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');";
  const history = (check: string) =>
    `${withDefault} CREATE TABLE new (id bigint, at date NOT NULL, CHECK (${bounds})); ALTER TABLE events_rest ADD CHECK (${check});`;
  expect((await judged('attach-partition-scan', history(`NOT (${bounds})`), [attach])).found).toEqual([]);
  expect((await judged('attach-partition-scan', history('at IS NOT NULL'), [attach])).found).toEqual(['error 1.sql:1']);
});

test('the slow rule itself says that readers wait as well, and no second error says it again', async () => {
  const files = ['ALTER TABLE payments ADD COLUMN x int;\nCREATE INDEX i ON payments (x);'];
  const { found, message, others } = await judged('create-index-blocking', pair, files);
  expect(found).toEqual(['error 1.sql:2']);
  expect(message).toContain('blocks reads and writes of public.payments (reads since line 1 (ALTER TABLE)');
  expect(others).toEqual([]);
});

test('a foreign key of a table that is new looks nothing up while another table is held', async () => {
  const files = [
    'ALTER TABLE accounts ADD COLUMN x int; CREATE TABLE t (a int); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES payments (id);',
  ];
  expect((await judged('several-locks-in-transaction', pair, files)).found).toEqual(['warning 1.sql:1']);
});

describe('transactions of the runner', () => {
  const analyse = (texts: readonly string[], transaction: 'wrapped' | 'shared') =>
    analysePostgres(
      {
        dialect: 'postgresql',
        serverVersion: '16',
        history: [],
        session: defaultSessionStart,
        files: texts.map((sql, at) => ({
          path: `${at + 1}.sql`,
          sql,
          parts: [{ from: 0, to: sql.length, transaction }],
        })),
      },
      (task) => task(),
    );
  const findingsOf = async (rule: string, texts: readonly string[], transaction: 'wrapped' | 'shared') => {
    const wanted = rules.find(({ id }) => id === rule);
    const files = await analyse(texts, transaction);
    return files.flatMap(({ path, statements }) =>
      statements.flatMap((facts) =>
        (wanted?.check(facts) ?? []).map(({ message }) => ({ at: `${path}:${facts.line}`, message })),
      ),
    );
  };

  test('BEGIN within one does nothing, and COMMIT ends it', async () => {
    const found = await findingsOf(
      'transaction-nesting',
      ['BEGIN;\nALTER TABLE t ADD a int;\nCOMMIT;\nSELECT 1;'],
      'wrapped',
    );
    expect(found.map(({ at }) => at)).toEqual(['1.sql:1', '1.sql:3']);
  });

  test('one that files share holds its locks from file to file', async () => {
    const texts = ['SELECT 1;\nALTER TABLE accounts ADD a int;', 'CREATE INDEX i ON payments (a);'];
    const [found] = await findingsOf('several-locks-in-transaction', texts, 'shared');
    expect(found).toEqual({ at: '2.sql:1', message: expect.stringContaining('line 2 of 1.sql') });
    const summaries = summariseTransactions(await analyse(texts, 'shared'));
    expect(summaries).toMatchObject([
      {
        files: ['1.sql', '2.sql'],
        locks: [
          { relation: 'public.accounts', heldWhile: [{ path: '2.sql', line: 1 }] },
          { relation: 'public.payments', heldWhile: [] },
        ],
      },
    ]);
  });

  test('one a file lets go at its end', async () => {
    const texts = ['ALTER TABLE accounts ADD a int;', 'CREATE INDEX i ON payments (a);'];
    expect(await findingsOf('several-locks-in-transaction', texts, 'wrapped')).toEqual([]);
  });
});
