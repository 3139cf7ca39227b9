import { describe, expect, test } from '@jest/globals';
import { type LintRequest, lint } from '../../src/migrations/lint.ts';

// What users of other linters have asked for in their trackers, each with where: a case here is an answer.

interface Ask {
  readonly ask: string;
  readonly sql: string | readonly string[];
  readonly history?: string;
  readonly more?: Partial<LintRequest>;
  /** Rules that fire, `severity rule` in the order of the statements. */
  readonly fires?: readonly string[];
  /** Rules about other things that may fire as well. */
  readonly besides?: readonly string[];
  /** Where only that is asked: a rule that must not fire. */
  readonly quiet?: string;
}

const tables = `CREATE TABLE accounts (id bigint PRIMARY KEY, note text);
  CREATE TABLE payments (id bigint PRIMARY KEY, account_id bigint, amount int, note varchar(50), at timestamp);`;
const events = `CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
  CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');`;
const limited = `SET lock_timeout = '5s'; `;

const asks: readonly Ask[] = [
  {
    ask: 'squawk#338: CONCURRENTLY alone in a file that goes to the server as one query is fine',
    sql: 'CREATE INDEX CONCURRENTLY i ON payments (amount);',
    fires: [],
  },
  {
    ask: 'squawk#106, #264, #260: the same beside another statement is one transaction, and fails',
    sql: 'CREATE INDEX CONCURRENTLY i ON payments (amount); SELECT 1;',
    fires: ['error concurrently-in-transaction'],
  },
  {
    ask: 'squawk#390, #388, #277: a constant default is not volatile',
    sql: `${limited}ALTER TABLE payments ADD COLUMN open boolean NOT NULL DEFAULT true;`,
    fires: [],
  },
  {
    ask: 'squawk#200: a volatile default still writes the table anew',
    sql: `${limited}ALTER TABLE payments ADD COLUMN token uuid DEFAULT gen_random_uuid();`,
    fires: ['error add-column-rewrite'],
  },
  {
    ask: 'squawk#636: versions keep being judged: foreign keys over partitions cannot be NOT VALID before 18',
    sql: `${limited}ALTER TABLE payments ALTER COLUMN amount SET NOT NULL;`,
    more: { serverVersion: '18' },
    fires: ['error set-not-null-scan'],
  },
  {
    ask: 'squawk#250: NOT VALID and VALIDATE in one transaction win nothing',
    sql: `${limited}ALTER TABLE payments ADD CONSTRAINT paid CHECK (amount > 0) NOT VALID; ALTER TABLE payments VALIDATE CONSTRAINT paid;`,
    fires: ['error validate-in-same-transaction'],
  },
  {
    ask: 'squawk#279: ATTACH PARTITION reads the table that comes',
    sql: `${limited}ALTER TABLE events ATTACH PARTITION payments_old FOR VALUES FROM ('2019-01-01') TO ('2020-01-01');`,
    history: `${events} CREATE TABLE payments_old (id bigint, at date NOT NULL);`,
    fires: ['error attach-partition-scan'],
  },
  {
    ask: 'squawk#831: DETACH PARTITION wants CONCURRENTLY',
    sql: `${limited}ALTER TABLE events DETACH PARTITION events_2020;`,
    history: events,
    fires: ['warning detach-partition-blocking'],
  },
  {
    ask: 'squawk#385: nothing needs IF NOT EXISTS inside START TRANSACTION',
    sql: 'START TRANSACTION; CREATE TABLE refunds (id bigint PRIMARY KEY); COMMIT;',
    more: { settings: { info: true } },
    quiet: 'missing-if-exists',
  },
  {
    ask: "squawk#392: a tool's own table (alembic_version) is nobody's trouble",
    sql: `CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('1'); UPDATE alembic_version SET version_num = '2' WHERE alembic_version.version_num = '1';`,
    history: '',
    fires: [],
  },
  {
    ask: 'squawk#713, #694, #739, #1191: constraints on tables made just before, temporary ones too',
    sql: `CREATE TABLE refunds (id bigint, payment_id bigint, at date); ALTER TABLE refunds ADD PRIMARY KEY (id);
      ALTER TABLE refunds ADD CHECK (id > 0); ALTER TABLE refunds ADD UNIQUE (payment_id); CREATE INDEX ON refunds (at);
      CREATE TEMP TABLE scratch (id bigint); ALTER TABLE scratch ADD UNIQUE (id);`,
    fires: [],
  },
  {
    ask: 'squawk#675, #945, #962: REFERENCES in CREATE TABLE locks the other table for a moment, and reads nothing',
    sql: 'CREATE TABLE refunds (id bigint PRIMARY KEY, payment_id bigint REFERENCES payments);',
    fires: ['warning missing-lock-timeout'],
  },
  {
    ask: 'strong_migrations#95: a long query in front of a quick ADD COLUMN takes the application down',
    sql: 'ALTER TABLE payments ADD COLUMN open boolean;',
    fires: ['warning missing-lock-timeout'],
  },
  {
    ask: 'pgfence: a lock_timeout of 0, or of an hour, is none',
    sql: [
      'SET lock_timeout = 0; ALTER TABLE payments ADD COLUMN a int;',
      "SET lock_timeout = '1h'; ALTER TABLE payments ADD COLUMN b int;",
    ],
    fires: ['warning missing-lock-timeout', 'warning missing-lock-timeout'],
  },
  {
    ask: 'pg-schema-diff#232, atlas#3467: a rename breaks the version that still runs; a drop and an add would lose data',
    sql: `${limited}ALTER TABLE payments RENAME COLUMN amount TO cents;`,
    fires: ['error rename-column'],
  },
  {
    ask: 'pg-schema-diff#212: a virtual generated column (18) is free',
    sql: `${limited}ALTER TABLE payments ADD COLUMN twice int GENERATED ALWAYS AS (amount * 2) VIRTUAL;`,
    more: { serverVersion: '18' },
    fires: [],
  },
  {
    ask: 'atlas#3343, #1851: an index on a table of before blocks writers, one on a new table nobody',
    sql: `${limited}CREATE TABLE refunds (id bigint PRIMARY KEY, at date); CREATE INDEX ON refunds (at); CREATE INDEX ON payments (amount);`,
    fires: ['error create-index-blocking'],
  },
  {
    ask: 'eugene#109: statements under a lock that blocks writers only count as well',
    sql: `${limited}ALTER TABLE payments ADD FOREIGN KEY (account_id) REFERENCES accounts NOT VALID; CREATE INDEX i ON events (id);`,
    history: `${tables} CREATE TABLE events (id bigint);`,
    fires: ['error create-index-blocking', 'error several-locks-in-transaction'],
    besides: ['foreign-key-without-index'],
  },
  {
    ask: 'django-migration-linter#178: an index on a table of the same migration',
    sql: 'BEGIN; CREATE TABLE refunds (id bigint PRIMARY KEY, at date); CREATE INDEX refunds_at ON refunds (at); COMMIT;',
    fires: [],
  },
  {
    ask: 'pg_ha_migrations#100: several tables locked together',
    sql: `${limited}ALTER TABLE payments ADD COLUMN a int; ALTER TABLE accounts ADD COLUMN a int;`,
    fires: ['warning several-locks-in-transaction'],
  },
  {
    ask: 'GitLab MR 207432: foreign keys take the locks against the order of the application',
    sql: `${limited}ALTER TABLE payments ADD FOREIGN KEY (account_id) REFERENCES accounts NOT VALID;`,
    more: { applicationOrder: [['accounts', 'payments']] },
    fires: ['warning lock-order'],
    besides: ['foreign-key-without-index'],
  },
  {
    ask: 'BerriAI/litellm#34326: dropping a partition queues behind whoever uses the table, and everybody behind it',
    sql: 'DROP TABLE events_2020;',
    history: events,
    fires: ['error drop-table', 'warning drop-partition', 'warning missing-lock-timeout'],
  },
  {
    ask: 'all tools: timestamp to timestamptz in UTC, and a longer varchar, write nothing anew',
    sql: `${limited}ALTER TABLE payments ALTER COLUMN at TYPE timestamptz; ALTER TABLE payments ALTER COLUMN note TYPE varchar(80);`,
    fires: [],
  },
];

describe('what users ask of linters', () => {
  test.each(asks)('$ask', async ({ sql, history = tables, more = {}, fires, besides = [], quiet = '' }) => {
    const texts = typeof sql === 'string' ? [sql] : sql;
    const report = await lint({
      ...more,
      history: history === '' ? [] : [{ path: '0.sql', sql: history }],
      files: texts.map((text, at) => ({ path: `${at + 1}.sql`, sql: text })),
    });
    const fired = report.files.flatMap(({ statements }) => statements.flatMap(({ hazards }) => hazards));
    expect(fired.map(({ rule }) => rule)).not.toContain(quiet);
    const told = fired.filter(({ rule }) => !besides.includes(rule)).map(({ severity, rule }) => `${severity} ${rule}`);
    if (fires !== undefined) expect(told).toEqual(fires);
  });
});
