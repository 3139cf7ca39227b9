import { expect, test } from '@jest/globals';
import { lint } from '../../src/migrations/lint.ts';

// What squawk, eugene, strong_migrations, Atlas, pg-schema-diff, pgfence, MigrationPilot, safe-pg-migrations,
// django-migration-linter and Bytebase look for in indexes, constraints, columns, drops and backfills: a line each.

const shop = `
  CREATE TABLE accounts (id bigint PRIMARY KEY, name text);
  CREATE TABLE payments (id bigint PRIMARY KEY, account_id bigint REFERENCES accounts (id), state text, size int, at timestamp);
  CREATE INDEX payments_state_idx ON payments (state);
  CREATE VIEW states AS SELECT state FROM payments;
  CREATE TABLE events (id bigint, year int, account_id bigint) PARTITION BY RANGE (year);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (9);
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE FUNCTION five() RETURNS int LANGUAGE sql AS 'SELECT 5';
`;

type Severity = 'error' | 'warning' | 'info';
type Row = readonly [title: string, sql: string, rule: string, severity: Severity | 'none', version?: string];

const hazards: readonly Row[] = [
  ['blocking index build', 'CREATE INDEX i ON payments (size)', 'create-index-blocking', 'error'],
  ['blocking index drop', 'DROP INDEX payments_state_idx', 'drop-index-blocking', 'warning'],
  [
    'CONCURRENTLY in a transaction',
    'BEGIN; DROP INDEX CONCURRENTLY payments_state_idx; COMMIT',
    'concurrently-in-transaction',
    'error',
  ],
  [
    'DETACH CONCURRENTLY in one',
    'BEGIN; ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY; COMMIT',
    'concurrently-in-transaction',
    'error',
  ],
  [
    'invalid index hidden',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON payments (size)',
    'concurrent-index-if-not-exists',
    'warning',
  ],
  ['build waits for old snapshots', 'CREATE INDEX CONCURRENTLY i ON payments (size)', 'concurrent-wait', 'info'],
  ['drop waits for any reader', 'DROP INDEX CONCURRENTLY payments_state_idx', 'concurrent-wait', 'info'],
  [
    'broken minor version',
    'CREATE INDEX CONCURRENTLY i ON payments (size)',
    'concurrent-index-corruption',
    'error',
    '14.1',
  ],
  ['blocking reindex', 'REINDEX TABLE payments', 'reindex-blocking', 'error'],
  ['plans regress', 'DROP INDEX CONCURRENTLY payments_state_idx', 'dropped-index-use', 'info'],
  ['load of a build', 'CREATE INDEX CONCURRENTLY i ON payments (size)', 'index-build-load', 'info'],
  ['index behind a constraint', 'DROP INDEX payments_pkey', 'drop-index-refused', 'error'],
  ['many columns', 'CREATE INDEX CONCURRENTLY i ON payments (size, state, at, id)', 'wide-index', 'info'],
  ['same index again', 'CREATE INDEX CONCURRENTLY i ON payments (state)', 'duplicate-index', 'warning'],
  ['index without a name', 'CREATE INDEX CONCURRENTLY ON payments (size)', 'unnamed-index', 'info'],
  ['index on a partitioned table', 'CREATE INDEX i ON events (year)', 'create-index-blocking', 'error'],
  ['UNIQUE builds an index', 'ALTER TABLE payments ADD UNIQUE (size)', 'add-unique-blocking', 'error'],
  ['UNIQUE in ADD COLUMN', 'ALTER TABLE payments ADD COLUMN code text UNIQUE', 'add-unique-blocking', 'error'],
  [
    'UNIQUE may fail on rows',
    'CREATE UNIQUE INDEX CONCURRENTLY i ON payments (size)',
    'unique-on-existing-rows',
    'info',
  ],
  [
    'PRIMARY KEY builds an index',
    'ALTER TABLE payments DROP CONSTRAINT payments_pkey, ADD PRIMARY KEY (size)',
    'add-primary-key-blocking',
    'error',
  ],
  [
    'PRIMARY KEY over nullable',
    'CREATE UNIQUE INDEX CONCURRENTLY u ON events_1 (id); ALTER TABLE events_1 ADD PRIMARY KEY USING INDEX u',
    'add-primary-key-blocking',
    'error',
  ],
  ['EXCLUDE', 'ALTER TABLE payments ADD EXCLUDE USING gist (size WITH =)', 'add-exclusion-blocking', 'error'],
  [
    'foreign key validated at once',
    'ALTER TABLE payments ADD FOREIGN KEY (size) REFERENCES accounts (id)',
    'add-foreign-key-blocking',
    'error',
  ],
  [
    'foreign key locks the other table',
    'ALTER TABLE payments ADD CONSTRAINT f FOREIGN KEY (size) REFERENCES accounts (id) NOT VALID',
    'missing-lock-timeout',
    'warning',
  ],
  [
    'foreign key in ADD COLUMN',
    'ALTER TABLE payments ADD COLUMN b bigint DEFAULT 1 REFERENCES accounts (id)',
    'add-foreign-key-blocking',
    'error',
  ],
  [
    'the same without a default',
    'ALTER TABLE payments ADD COLUMN b bigint REFERENCES accounts (id)',
    'add-foreign-key-blocking',
    'none',
  ],
  [
    'foreign key in CREATE TABLE',
    'CREATE TABLE n (a bigint REFERENCES accounts (id))',
    'missing-lock-timeout',
    'warning',
  ],
  [
    'foreign key without an index',
    'ALTER TABLE payments ADD COLUMN b bigint REFERENCES accounts (id)',
    'foreign-key-without-index',
    'info',
  ],
  [
    'NOT VALID and VALIDATE in one',
    'ALTER TABLE payments ADD CONSTRAINT c CHECK (size > 0) NOT VALID; ALTER TABLE payments VALIDATE CONSTRAINT c',
    'validate-in-same-transaction',
    'error',
  ],
  [
    'NOT VALID on a partitioned table',
    'ALTER TABLE events ADD FOREIGN KEY (account_id) REFERENCES accounts (id) NOT VALID',
    'not-valid-on-partitioned',
    'error',
    '17',
  ],
  [
    'the same on 18',
    'ALTER TABLE events ADD FOREIGN KEY (account_id) REFERENCES accounts (id) NOT VALID',
    'not-valid-on-partitioned',
    'none',
    '18',
  ],
  ['CHECK validated at once', 'ALTER TABLE payments ADD CHECK (size > 0)', 'add-check-blocking', 'error'],
  ['CHECK in ADD COLUMN', 'ALTER TABLE payments ADD COLUMN b int CHECK (b > 0)', 'add-check-blocking', 'error'],
  [
    'CHECK that asks for the time',
    'ALTER TABLE payments ADD CHECK (at < now()) NOT VALID',
    'check-changes-over-time',
    'warning',
  ],
  ['NOT ENFORCED', 'ALTER TABLE payments ADD CHECK (size > 0) NOT ENFORCED', 'not-enforced-constraint', 'info', '18'],
  ['SET NOT NULL', 'ALTER TABLE payments ALTER size SET NOT NULL', 'set-not-null-scan', 'error'],
  ['ADD NOT NULL on 18', 'ALTER TABLE payments ADD NOT NULL size', 'set-not-null-scan', 'error', '18'],
  ['required column', 'ALTER TABLE payments ADD COLUMN b int NOT NULL', 'add-required-column', 'error'],
  ['volatile default', 'ALTER TABLE payments ADD COLUMN b float DEFAULT random()', 'add-column-rewrite', 'error'],
  [
    'default that inlines to a constant',
    'ALTER TABLE payments ADD COLUMN b int DEFAULT five()',
    'add-column-rewrite',
    'none',
  ],
  [
    'stored generated column',
    'ALTER TABLE payments ADD COLUMN b int GENERATED ALWAYS AS (size * 2) STORED',
    'add-column-rewrite',
    'error',
  ],
  [
    'virtual generated column',
    'ALTER TABLE payments ADD COLUMN b int GENERATED ALWAYS AS (size * 2) VIRTUAL',
    'add-column-rewrite',
    'none',
    '18',
  ],
  ['serial column', 'ALTER TABLE payments ADD COLUMN b serial', 'add-column-rewrite', 'error'],
  [
    'identity column',
    'ALTER TABLE payments ADD COLUMN b int GENERATED ALWAYS AS IDENTITY',
    'add-column-rewrite',
    'error',
  ],
  ['constrained domain', 'ALTER TABLE payments ADD COLUMN b positive', 'add-column-rewrite', 'error'],
  ['json', 'ALTER TABLE payments ADD COLUMN b json', 'json-column', 'info'],
  ['another default', "ALTER TABLE payments ALTER state SET DEFAULT 'new'", 'changed-default', 'info'],
  ['volatile default for new rows', 'ALTER TABLE payments ALTER size SET DEFAULT random()', 'changed-default', 'info'],
  ['type change that rewrites', 'ALTER TABLE payments ALTER size TYPE bigint', 'change-type-rewrite', 'error'],
  ['narrower type', 'ALTER TABLE payments ALTER size TYPE smallint', 'narrow-type', 'warning'],
  [
    'CHECK evaluated again',
    'ALTER TABLE payments ADD CONSTRAINT c CHECK (at IS NOT NULL); ALTER TABLE payments ALTER at TYPE timestamptz',
    'change-type-rewrite',
    'error',
  ],
  ['key column', 'ALTER TABLE accounts ALTER id TYPE int', 'change-type-rewrite', 'error'],
  ['type under a view', 'ALTER TABLE payments ALTER state TYPE varchar(9)', 'still-used', 'error'],
  ['collation', 'ALTER TABLE payments ALTER state TYPE text COLLATE "C"', 'change-type-rewrite', 'error'],
  [
    'time zone',
    "SET timezone = 'Europe/Berlin'; ALTER TABLE payments ALTER at TYPE timestamptz",
    'change-type-rewrite',
    'error',
  ],
  ['time zone UTC', 'ALTER TABLE payments ALTER at TYPE timestamptz', 'change-type-rewrite', 'none'],
  ['SET EXPRESSION', 'ALTER TABLE payments ALTER size SET EXPRESSION AS (5)', 'table-rewrite', 'error', '17'],
  ['DROP COLUMN', 'ALTER TABLE payments DROP COLUMN size', 'drop-column', 'error'],
  ['DROP TABLE', 'DROP TABLE payments', 'drop-table', 'error'],
  ['DROP SCHEMA', 'DROP SCHEMA public CASCADE', 'drop-schema', 'error'],
  ['DROP DATABASE', 'DROP DATABASE shop', 'drop-schema', 'error'],
  ['CASCADE', 'DROP TABLE accounts CASCADE', 'drop-cascade', 'warning'],
  ['TRUNCATE', 'TRUNCATE payments', 'truncate', 'error'],
  ['TRUNCATE CASCADE', 'TRUNCATE accounts CASCADE', 'truncate', 'error'],
  ['UPDATE of all rows', 'UPDATE payments SET size = 1', 'unbounded-update', 'error'],
  ['DELETE of all rows', 'DELETE FROM payments WHERE true', 'unbounded-delete', 'error'],
  ['UPDATE of many rows', 'UPDATE payments SET size = 1 WHERE size = 2', 'unbatched-change', 'info'],
  [
    'backfill with DDL',
    'ALTER TABLE payments ADD COLUMN b int; UPDATE payments SET b = 1 WHERE b IS NULL',
    'backfill-under-lock',
    'error',
  ],
  [
    'slow under a lock',
    'ALTER TABLE accounts ADD COLUMN b int; REINDEX TABLE payments',
    'several-locks-in-transaction',
    'error',
  ],
  [
    'slow under a lock on writes',
    'LOCK accounts IN SHARE MODE; CREATE INDEX i ON payments (size)',
    'several-locks-in-transaction',
    'error',
  ],
  [
    'several tables locked',
    'ALTER TABLE accounts ADD COLUMN b int; ALTER TABLE payments ADD COLUMN b int',
    'several-locks-in-transaction',
    'warning',
  ],
  [
    'a table altered twice',
    'ALTER TABLE payments ADD COLUMN b int; ALTER TABLE payments ADD COLUMN c int',
    'merge-alter-table',
    'info',
  ],
];

test.each(hazards)('%s: %s: %s says %s', async (_title, sql, rule, severity, serverVersion = '16') => {
  const history = [{ path: 'history.sql', sql: shop }];
  const report = await lint({ serverVersion, settings: { info: true }, history, files: [{ path: 'a.sql', sql }] });
  expect(report.files[0]?.error).toBeUndefined();
  const said = report.files.flatMap((file) => file.statements.flatMap((statement) => statement.hazards));
  const own = said.filter((hazard) => hazard.rule === rule).map((hazard) => hazard.severity);
  expect([...new Set(own)]).toEqual(severity === 'none' ? [] : [severity]);
});
