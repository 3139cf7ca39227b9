import { describe, expect, test } from '@jest/globals';
import { type LintRequest, lint } from '../../src/migrations/lint.ts';

// What rules say where the history is known: the other half of their examples.

interface Fired {
  readonly file: string;
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly fix: string;
}

async function findings(
  history: string,
  files: readonly string[],
  more: Partial<LintRequest> = {},
): Promise<readonly Fired[]> {
  const report = await lint({
    ...more,
    settings: { info: true },
    history: [{ path: 'history.sql', sql: history }],
    files: files.map((sql, at) => ({ path: `${at + 1}.sql`, sql })),
  });
  return report.files.flatMap((file) => {
    expect(file.error).toBeUndefined();
    return file.statements.flatMap(({ hazards }) => hazards.map((hazard) => ({ ...hazard, file: file.path })));
  });
}

async function saidBy(rule: string, history: string, ...files: readonly string[]): Promise<readonly string[]> {
  const fired = await findings(history, files);
  return fired.filter((each) => each.rule === rule).map(({ severity }) => severity);
}

async function errorsOf(history: string, ...files: readonly string[]): Promise<readonly string[]> {
  return (await findings(history, files)).filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
}

const shop = `
  CREATE TABLE accounts (id bigint PRIMARY KEY, name text, email varchar(100), balance numeric(12,4), seen_at timestamp(6));
  CREATE TABLE payments (id bigint PRIMARY KEY, account_id bigint REFERENCES accounts (id), state text, size bigint, kind text NOT NULL DEFAULT 'card');
  CREATE INDEX payments_state_idx ON payments (state);
  CREATE INDEX payments_state_size_idx ON payments (state, size);
  CREATE VIEW names AS SELECT id, name FROM accounts;
  CREATE VIEW everything AS SELECT * FROM accounts;
  CREATE TABLE events (id bigint NOT NULL, year int NOT NULL, account_id bigint) PARTITION BY RANGE (year);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (10);
  CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20) PARTITION BY LIST (year);
  CREATE TABLE events_2a PARTITION OF events_2 FOR VALUES IN (11);
`;

describe('an index', () => {
  test.each([
    ['CREATE INDEX CONCURRENTLY again ON payments (state)', 'duplicate-index', 1],
    ['CREATE INDEX CONCURRENTLY again ON payments USING hash (state)', 'duplicate-index', 0],
    ['CREATE INDEX CONCURRENTLY again ON payments (state DESC)', 'duplicate-index', 0],
    ['CREATE INDEX CONCURRENTLY again ON payments (state) WHERE size > 5', 'duplicate-index', 0],
    ['CREATE UNIQUE INDEX CONCURRENTLY again ON payments (state)', 'duplicate-index', 0],
    ['CREATE UNIQUE INDEX CONCURRENTLY again ON payments (id)', 'duplicate-index', 1],
    ['CREATE INDEX CONCURRENTLY again ON payments (state) INCLUDE (kind)', 'duplicate-index', 0],
    ['DROP INDEX payments_state_idx; CREATE INDEX again ON payments (state)', 'duplicate-index', 0],
    ['DROP INDEX payments_state_idx; CREATE INDEX again ON payments (state)', 'redundant-index', 1],
    ['ALTER TABLE payments RENAME state TO status; CREATE INDEX again ON payments (status)', 'duplicate-index', 1],
    [
      'CREATE INDEX CONCURRENTLY ON payments (lower(state)); CREATE INDEX ON payments (LOWER(state))',
      'duplicate-index',
      1,
    ],
    ['DROP INDEX payments_pkey', 'drop-index-refused', 1],
    ['DROP INDEX payments_pkey', 'drop-index-blocking', 0],
    ['DROP INDEX CONCURRENTLY payments_state_idx', 'drop-index-refused', 0],
    [
      'DROP INDEX CONCURRENTLY IF EXISTS i; CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON payments (size)',
      'concurrent-index-if-not-exists',
      0,
    ],
    [
      'CREATE INDEX CONCURRENTLY IF NOT EXISTS payments_state_idx ON payments (state)',
      'concurrent-index-if-not-exists',
      0,
    ],
    ['CREATE INDEX CONCURRENTLY ON events (account_id)', 'concurrently-on-partitioned', 1],
    ['CREATE INDEX i ON events (account_id); DROP INDEX CONCURRENTLY i', 'concurrently-on-partitioned', 1],
    ['CREATE INDEX CONCURRENTLY ON events_1 (account_id)', 'concurrently-on-partitioned', 0],
  ])('%s: %s fires %i times', async (sql, rule, times) => {
    expect(await saidBy(rule, shop, sql)).toHaveLength(times);
  });

  test('over partitions of partitions is made step by step', async () => {
    const fired = await findings(shop, ['CREATE INDEX events_account ON events USING btree (account_id)']);
    expect(
      fired
        .find(({ rule }) => rule === 'create-index-blocking')
        ?.fix.split('\n')
        .filter((line) => !line.startsWith('--') && line !== ''),
    ).toEqual([
      'CREATE INDEX events_account ON ONLY events USING btree (account_id);',
      'CREATE INDEX events_2_account_id_idx ON ONLY events_2 USING btree (account_id);',
      'ALTER INDEX events_account ATTACH PARTITION events_2_account_id_idx;',
      'CREATE INDEX CONCURRENTLY events_1_account_id_idx ON events_1 USING btree (account_id);',
      'CREATE INDEX CONCURRENTLY events_2a_account_id_idx ON events_2a USING btree (account_id);',
      'ALTER INDEX events_account ATTACH PARTITION events_1_account_id_idx;',
      'ALTER INDEX events_2_account_id_idx ATTACH PARTITION events_2a_account_id_idx;',
    ]);
  });

  test.each([
    ['14.2', 1],
    ['14.4', 0],
    ['14', 0],
    ['15.1', 0],
  ])('built CONCURRENTLY on %s is called broken %i times', async (serverVersion, times) => {
    const sql = ['CREATE INDEX CONCURRENTLY i ON payments (size)', 'REINDEX INDEX CONCURRENTLY payments_state_idx'];
    const fired = await findings(shop, sql, { serverVersion });
    expect(fired.filter(({ rule }) => rule === 'concurrent-index-corruption')).toHaveLength(times * 2);
  });
});

describe('a foreign key', () => {
  const add = 'ALTER TABLE payments ADD COLUMN owner_id bigint REFERENCES accounts (id)';

  test('without an index is told of, until the set makes one', async () => {
    expect(await saidBy('foreign-key-without-index', shop, add)).toEqual(['info']);
    expect(
      await saidBy('foreign-key-without-index', shop, add, 'CREATE INDEX CONCURRENTLY ON payments (owner_id)'),
    ).toEqual([]);
    expect(await saidBy('foreign-key-without-index', shop, add, 'ALTER TABLE payments DROP COLUMN owner_id')).toEqual(
      [],
    );
    expect(await saidBy('foreign-key-without-index', shop, add, 'CREATE INDEX ON payments (state, owner_id)')).toEqual([
      'info',
    ]);
  });

  test('NOT VALID on a partitioned table is refused up to 17', async () => {
    const sql = ['ALTER TABLE events ADD CONSTRAINT f FOREIGN KEY (account_id) REFERENCES accounts (id) NOT VALID'];
    const refused = async (serverVersion: string) =>
      (await findings(shop, sql, { serverVersion })).filter(({ rule }) => rule === 'not-valid-on-partitioned');
    expect(await refused('18')).toEqual([]);
    const [hazard] = await refused('17');
    expect(hazard?.fix).toContain('ALTER TABLE events_2a VALIDATE CONSTRAINT events_2a_account_id_fkey;');
  });

  test('that the partitions have proven reads nothing when the table on top gets it', async () => {
    const parts = ['events_1', 'events_2a'];
    const proven = parts.flatMap((part) => [
      `ALTER TABLE ${part} ADD CONSTRAINT ${part}_f FOREIGN KEY (account_id) REFERENCES accounts (id) NOT VALID`,
      `ALTER TABLE ${part} VALIDATE CONSTRAINT ${part}_f`,
    ]);
    const top = 'ALTER TABLE events ADD CONSTRAINT f FOREIGN KEY (account_id) REFERENCES accounts (id)';
    expect(await errorsOf(shop, ...proven, top)).toEqual([]);
    expect(await errorsOf(shop, ...proven.slice(0, 2), top)).toEqual(['add-foreign-key-blocking']);
  });
});

describe('a column', () => {
  test.each([
    ['ALTER TABLE accounts ALTER name TYPE varchar(10)', ['error']],
    ['ALTER TABLE accounts ALTER email TYPE varchar(200)', ['error']],
    ['ALTER TABLE accounts DROP COLUMN name', ['error']],
    ['ALTER TABLE accounts DROP COLUMN name CASCADE', []],
    ['DROP VIEW names, everything; ALTER TABLE accounts DROP COLUMN name', []],
    ['ALTER TABLE accounts ADD COLUMN later int; ALTER TABLE accounts ALTER later TYPE bigint', []],
    ['DROP TABLE accounts', ['error']],
    ['DROP TABLE payments', []],
    ['DROP TABLE accounts CASCADE', []],
  ])('%s: still-used says %j', async (sql, severities) => {
    expect(await saidBy('still-used', shop, sql)).toEqual(severities);
  });

  test.each([
    ['ALTER TABLE accounts ALTER balance TYPE numeric(12,2)', ['error']],
    ['ALTER TABLE accounts ALTER balance TYPE numeric(14,4)', []],
    ['ALTER TABLE accounts ALTER balance TYPE numeric(10,4)', ['warning']],
    ['ALTER TABLE accounts ALTER balance TYPE bigint', ['error']],
    ['ALTER TABLE accounts ALTER email TYPE varchar(50)', ['warning']],
    ['ALTER TABLE accounts ALTER email TYPE varchar(50) USING email::varchar(50)', ['error']],
    ['ALTER TABLE accounts ALTER email TYPE text', []],
    ['ALTER TABLE accounts ALTER seen_at TYPE date', ['error']],
    ['ALTER TABLE accounts ALTER seen_at TYPE timestamptz', []],
    ['ALTER TABLE accounts ALTER seen_at TYPE timestamp(0)', ['error']],
    ['ALTER TABLE payments ALTER size TYPE int', ['warning']],
    ['ALTER TABLE payments ALTER size TYPE numeric', []],
    ['ALTER TABLE payments ALTER size TYPE int USING 0', []],
  ])('%s: narrow-type says %j', async (sql, severities) => {
    expect(await saidBy('narrow-type', shop, sql)).toEqual(severities);
  });

  test.each([
    ['ALTER TABLE payments ALTER kind DROP DEFAULT', ['warning']],
    [
      'ALTER TABLE payments ADD COLUMN a int NOT NULL DEFAULT 0, ADD COLUMN b int NOT NULL DEFAULT 0; ALTER TABLE payments ALTER a DROP DEFAULT, ALTER b DROP DEFAULT',
      ['error'],
    ],
    ['ALTER TABLE payments ALTER kind DROP DEFAULT; ALTER TABLE payments ALTER kind DROP NOT NULL', []],
    ['ALTER TABLE payments ALTER kind DROP DEFAULT; ALTER TABLE payments DROP COLUMN kind', []],
    ["ALTER TABLE payments ALTER kind DROP DEFAULT; ALTER TABLE payments ALTER kind SET DEFAULT 'cash'", []],
    ['ALTER TABLE payments ALTER id DROP DEFAULT, ALTER id ADD GENERATED ALWAYS AS IDENTITY', []],
    ['ALTER TABLE payments ALTER state DROP DEFAULT', []],
  ])('%s: drop-default says %j', async (sql, severities) => {
    expect(await saidBy('drop-default', shop, sql)).toEqual(severities);
  });

  test('of a serial key gets one error, with the way to the key in it', async () => {
    const fired = await findings(shop, [
      'ALTER TABLE payments DROP CONSTRAINT payments_pkey, ADD COLUMN number bigserial PRIMARY KEY',
    ]);
    const errors = fired.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ rule }) => rule)).toEqual(['add-column-rewrite']);
    expect(errors[0]?.fix).toContain('PRIMARY KEY USING INDEX');
  });
});

describe('CASCADE', () => {
  test.each([
    ['DROP TABLE accounts CASCADE', ['error']],
    ['DROP TABLE payments CASCADE', []],
    ['ALTER TABLE accounts DROP COLUMN name CASCADE', ['error']],
    ['ALTER TABLE payments DROP COLUMN size CASCADE', []],
    ['DROP VIEW names, everything; DROP TABLE accounts CASCADE', ['warning']],
    ['CREATE TABLE n (id int PRIMARY KEY); CREATE VIEW v AS SELECT id FROM n; DROP TABLE n CASCADE', []],
  ])('%s: drop-cascade says %j', async (sql, severities) => {
    expect(await saidBy('drop-cascade', shop, sql)).toEqual(severities);
  });

  test('of what the transaction makes again is no loss', async () => {
    const again =
      'CREATE TABLE accounts (id bigint PRIMARY KEY, name text); CREATE VIEW names AS SELECT id, name FROM accounts; CREATE VIEW everything AS SELECT * FROM accounts;';
    const drop = 'ALTER TABLE payments DROP CONSTRAINT payments_account_id_fkey; DROP TABLE accounts CASCADE;';
    expect(await saidBy('drop-cascade', shop, `${drop} ${again}`)).toEqual([]);
  });
});

describe('rows that change', () => {
  const alter = 'ALTER TABLE payments ADD COLUMN note text;';
  test.each([
    [`${alter} UPDATE payments SET note = state WHERE note IS NULL`, ['error']],
    [`${alter} UPDATE payments SET note = state`, ['error']],
    [`${alter} UPDATE payments SET note = 'x' WHERE id = 7`, []],
    [`${alter} UPDATE payments SET note = 'x' WHERE id IN (7, 8) AND size > 3`, []],
    [`${alter} UPDATE payments SET note = 'x' WHERE id = (SELECT max(id) FROM accounts)`, []],
    [`${alter} UPDATE payments SET note = 'x' WHERE state = 'new'`, ['error']],
    [`${alter} UPDATE payments SET note = a.name FROM accounts a WHERE a.id = account_id`, ['error']],
    [`${alter} INSERT INTO accounts (id) VALUES (1), (2)`, []],
    [`${alter} INSERT INTO accounts (id) SELECT size FROM payments`, ['error']],
    [`${alter} INSERT INTO accounts (id) SELECT 1`, []],
    [`CREATE TABLE n (id bigint); INSERT INTO n SELECT id FROM payments`, []],
    [`${alter} CREATE TABLE n (id bigint); INSERT INTO n VALUES (1); UPDATE n SET id = 2`, []],
    [`BEGIN; ${alter} COMMIT; UPDATE payments SET note = state WHERE note IS NULL`, []],
  ])('%s: backfill-under-lock says %j', async (sql, severities) => {
    expect(await saidBy('backfill-under-lock', shop, sql)).toEqual(severities);
  });

  test('under a lock give one error, not two', async () => {
    expect(await errorsOf(shop, `${alter} UPDATE payments SET note = state`)).toEqual(['backfill-under-lock']);
  });

  test('in batches go along the key, or by what is left to do', async () => {
    const fix = async (sql: string) =>
      (await findings(shop, [sql])).find(({ rule }) => rule === 'unbatched-change' || rule === 'unbounded-update')?.fix;
    expect(await fix('UPDATE payments SET size = size * 2')).toContain('id > batch_from');
    expect(await fix('UPDATE events SET account_id = 1, id = coalesce(2, 3) WHERE year > 5 RETURNING id')).toContain(
      'WHERE (year > 5) AND (account_id IS DISTINCT FROM (1) OR id IS DISTINCT FROM (coalesce(2, 3)))',
    );
    expect(await fix('UPDATE events SET account_id = account_id + 1')).toContain('<a unique column>');
  });
});

test('VALIDATE in the statement that adds the constraint holds its lock while it reads', async () => {
  const sql = 'ALTER TABLE payments ADD CONSTRAINT c CHECK (size > 0) NOT VALID, VALIDATE CONSTRAINT c';
  expect(await errorsOf(shop, sql)).toEqual(['validate-in-same-transaction']);
});

test('a slow statement that closes its own table is told of once, whatever was locked before', async () => {
  const twice = 'ALTER TABLE payments ADD COLUMN note text; CREATE INDEX payments_note_idx ON payments (note)';
  expect(await errorsOf(shop, twice)).toEqual(['create-index-blocking']);
  const other = 'ALTER TABLE accounts ADD COLUMN note text; CREATE INDEX payments_size_idx ON payments (size)';
  expect(await errorsOf(shop, other)).toEqual(['create-index-blocking', 'several-locks-in-transaction']);
});

describe('new names', () => {
  // PostgreSQL 15, measured.
  test.each([
    ['lower(a), b', 't_lower_b_idx'],
    ['lower(a), lower(b)', 't_lower_lower1_idx'],
    ['(a || b)', 't_expr_idx'],
    ['(a::int)', 't_a_idx'],
    ['(coalesce(a, b))', 't_coalesce_idx'],
    ['(CASE WHEN a = b THEN 1 ELSE 2 END)', 't_case_idx'],
    ['a, a', 't_a_a1_idx'],
  ])('of an index on (%s): %s', async (keys, name) => {
    const fired = await findings('CREATE TABLE t (a text, b text)', [`CREATE INDEX CONCURRENTLY ON t (${keys})`]);
    expect(fired.find(({ rule }) => rule === 'unnamed-index')?.message).toContain(` ${name}`);
  });

  test('are those that PostgreSQL would choose, cut at 63 bytes', async () => {
    const table = 'a_table_with_a_rather_long_name_that_goes_on';
    const column = 'and_a_column_with_a_long_name';
    const history = `CREATE TABLE ${table} (id int PRIMARY KEY, ${column} int)`;
    const [hazard] = (await findings(history, [`ALTER TABLE ${table} ADD UNIQUE (${column})`])).filter(
      ({ rule }) => rule === 'add-unique-blocking',
    );
    expect(hazard?.fix).toContain('a_table_with_a_rather_long_na_and_a_column_with_a_long_name_key');
  });
});
