import type { PreviousVersion } from '../../../src/migrations/rollback-safety/verdict.ts';

/** A release, with calls of the version before it. Each call works before the migration. */
export interface RollbackCase {
  readonly name: string;
  /** Beside the fixture. */
  readonly before?: string;
  readonly migration: string;
  /** Statements of the previous version; several in one text share a transaction. */
  readonly calls: readonly string[];
  readonly verdict: PreviousVersion;
  /** Words of the reasons that count, in order. */
  readonly what: readonly string[];
}

/** What every case starts from: accounts and their payments, a view, an enum, a function. */
export const fixture = `
CREATE TYPE status AS ENUM ('new', 'paid');
CREATE TABLE accounts (id int PRIMARY KEY, email varchar(50) NOT NULL, note text, balance numeric(10,2) DEFAULT 0, CONSTRAINT accounts_email_key UNIQUE (email));
CREATE TABLE payments (
  id bigserial PRIMARY KEY,
  account int REFERENCES accounts ON DELETE CASCADE,
  cents int NOT NULL DEFAULT 1,
  status status NOT NULL DEFAULT 'new',
  memo text,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE VIEW account_mails AS SELECT id, email FROM accounts;
CREATE SEQUENCE tickets;
CREATE FUNCTION fee(cents int) RETURNS int LANGUAGE sql AS 'SELECT $1 / 100';
INSERT INTO accounts VALUES (1, 'one@example.org', 'first', 10), (2, 'two@example.org', NULL, 20);
INSERT INTO payments (account, cents, memo) VALUES (1, 100, 'a'), (2, 200, NULL);
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts TO old_app;
`;

const reads = [
  'SELECT id, email, note, balance FROM accounts',
  'SELECT id, account, cents, status, memo, at FROM payments',
];
const writes = [
  "INSERT INTO accounts (id, email) VALUES (3, 'three@example.org')",
  "INSERT INTO accounts VALUES (4, 'four@example.org', 'n', 1)",
  'UPDATE accounts SET note = NULL, balance = balance + 1 WHERE id = 1',
  'INSERT INTO payments (account, cents) VALUES (1, 5)',
  'INSERT INTO payments (account, cents) VALUES (1, 5), (1, 6)',
  "UPDATE payments SET status = 'paid', memo = 'x' WHERE id = 1",
  'DELETE FROM accounts WHERE id = 2',
];
/** The previous version's daily work. */
const daily = [
  ...reads,
  ...writes,
  'SELECT id, email FROM account_mails',
  "INSERT INTO account_mails (id, email) VALUES (9, 'nine@example.org')",
  "SELECT nextval('tickets')",
  'SELECT fee(250)',
  "INSERT INTO accounts (id, email) VALUES (1, 'one@example.org') ON CONFLICT (id) DO NOTHING",
  "INSERT INTO accounts (id, email) VALUES (5, 'one@example.org') ON CONFLICT (email) DO UPDATE SET note = 'again'",
  "INSERT INTO accounts (id, email) VALUES (5, 'one@example.org') ON CONFLICT ON CONSTRAINT accounts_email_key DO NOTHING",
  "BEGIN; SET LOCAL ROLE old_app; SELECT id FROM accounts; INSERT INTO accounts (id, email) VALUES (8, 'x'); COMMIT",
];

const stamp = `CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := now(); RETURN NEW; END $$;`;

function works(name: string, migration: string, over: Partial<RollbackCase> = {}): RollbackCase {
  return { name, migration, calls: daily, verdict: 'works', what: [], ...over };
}

function breaks(name: string, migration: string, what: string, over: Partial<RollbackCase> = {}): RollbackCase {
  return { name, migration, calls: daily, verdict: 'breaks', what: [what], ...over };
}

function unknown(name: string, migration: string, what: string, over: Partial<RollbackCase> = {}): RollbackCase {
  return { name, migration, calls: daily, verdict: 'unknown', what: [what], ...over };
}

export const columnCases: readonly RollbackCase[] = [
  works('a nullable column is added', 'ALTER TABLE accounts ADD COLUMN phone text'),
  works('a column with a default is added', "ALTER TABLE accounts ADD COLUMN tier text NOT NULL DEFAULT 'free'"),
  works('an identity column is added', 'ALTER TABLE accounts ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY'),
  works('a serial column is added', 'ALTER TABLE payments ADD COLUMN number bigserial'),
  breaks(
    'a role that inserts has no right to the sequence of a serial column',
    'ALTER TABLE accounts ADD COLUMN number bigserial',
    'privilege',
  ),
  works(
    'a role that inserts has the right to the sequence',
    'ALTER TABLE accounts ADD COLUMN number bigserial; GRANT USAGE ON SEQUENCE accounts_number_seq TO old_app',
  ),
  works(
    'a generated column is added',
    'ALTER TABLE accounts ADD COLUMN low text GENERATED ALWAYS AS (lower(email)) STORED',
  ),
  unknown(
    'a generated column may fail to be computed',
    'ALTER TABLE payments ADD COLUMN n int GENERATED ALWAYS AS (memo::int) STORED',
    'generated',
    {
      before: 'UPDATE payments SET memo = NULL',
    },
  ),
  breaks(
    'a required column is added',
    'TRUNCATE accounts CASCADE; ALTER TABLE accounts ADD COLUMN tax text NOT NULL',
    'required-column',
  ),
  works(
    'a required column gets its default afterwards',
    "ALTER TABLE accounts ADD COLUMN tax text; UPDATE accounts SET tax = ''; ALTER TABLE accounts ALTER tax SET DEFAULT ''; ALTER TABLE accounts ALTER tax SET NOT NULL",
  ),
  breaks(
    'a column is filled and made required',
    "ALTER TABLE accounts ADD COLUMN tax text; UPDATE accounts SET tax = ''; ALTER TABLE accounts ALTER tax SET NOT NULL",
    'required-column',
  ),
  breaks('a column is dropped', 'ALTER TABLE accounts DROP COLUMN note', 'column-gone'),
  breaks('a column is dropped if it is there', 'ALTER TABLE accounts DROP COLUMN IF EXISTS note', 'column-gone'),
  works('a column that is not there is dropped', 'ALTER TABLE accounts DROP COLUMN IF EXISTS nothing'),
  works('a new column is dropped again', 'ALTER TABLE accounts ADD COLUMN x int; ALTER TABLE accounts DROP COLUMN x'),
  unknown(
    'a column is dropped and added again',
    'ALTER TABLE accounts DROP COLUMN note; ALTER TABLE accounts ADD COLUMN note text',
    'column-order',
    {
      calls: daily.filter((call) => !call.includes('VALUES (4')),
    },
  ),
  works(
    'the last column is dropped and added again',
    'ALTER TABLE accounts DROP COLUMN balance; ALTER TABLE accounts ADD COLUMN balance numeric(10,2) DEFAULT 0',
  ),
  breaks(
    'a column comes back with another type',
    'ALTER TABLE accounts DROP COLUMN balance; ALTER TABLE accounts ADD COLUMN balance boolean',
    'column-type',
  ),
  breaks('a column is renamed', 'ALTER TABLE accounts RENAME COLUMN note TO remark', 'column-renamed'),
  works(
    'a column is renamed and back',
    'ALTER TABLE accounts RENAME note TO remark; ALTER TABLE accounts RENAME remark TO note',
  ),
  works('a column is made nullable', 'ALTER TABLE accounts ALTER email DROP NOT NULL'),
  breaks(
    'a column is made required',
    "UPDATE accounts SET note = ''; ALTER TABLE accounts ALTER note SET NOT NULL",
    'not-null',
  ),
  breaks('a column with a default is made required', 'ALTER TABLE accounts ALTER balance SET NOT NULL', 'not-null', {
    calls: [...daily, "INSERT INTO accounts (id, email, balance) VALUES (7, 'x', NULL)"],
  }),
  works(
    'a column is made required and not',
    "UPDATE accounts SET note = ''; ALTER TABLE accounts ALTER note SET NOT NULL; ALTER TABLE accounts ALTER note DROP NOT NULL",
  ),
  works('a column that a CHECK keeps from null is made required', 'ALTER TABLE accounts ALTER balance SET NOT NULL', {
    before: 'ALTER TABLE accounts ADD CHECK (balance IS NOT NULL)',
  }),
  breaks('a required column loses its default', 'ALTER TABLE payments ALTER cents DROP DEFAULT', 'default-gone', {
    calls: [...daily, 'INSERT INTO payments (account) VALUES (1)'],
  }),
  unknown('a nullable column loses its default', 'ALTER TABLE accounts ALTER balance DROP DEFAULT', 'default-gone'),
  works('a default changes', 'ALTER TABLE payments ALTER cents SET DEFAULT 2'),
  works('a default is added', "ALTER TABLE accounts ALTER note SET DEFAULT 'none'"),
  works(
    'varchar gets longer',
    'DROP VIEW account_mails; ALTER TABLE accounts ALTER email TYPE varchar(80); CREATE VIEW account_mails AS SELECT id, email FROM accounts',
  ),
  works(
    'varchar becomes text',
    'DROP VIEW account_mails; ALTER TABLE accounts ALTER email TYPE text; CREATE VIEW account_mails AS SELECT id, email FROM accounts',
  ),
  breaks('text becomes varchar', 'ALTER TABLE accounts ALTER note TYPE varchar(20)', 'column-type', {
    calls: [...daily, "UPDATE accounts SET note = repeat('n', 50)"],
  }),
  works('int becomes bigint', 'ALTER TABLE payments ALTER cents TYPE bigint'),
  breaks('bigint becomes int', 'ALTER TABLE payments ALTER id TYPE int', 'column-type', {
    calls: [...daily, 'INSERT INTO payments (id, account) VALUES (3000000000, 1)'],
  }),
  breaks('text becomes jsonb', 'ALTER TABLE payments ALTER memo TYPE jsonb USING to_jsonb(memo)', 'column-type'),
  breaks('text becomes int', 'ALTER TABLE payments ALTER memo TYPE int USING NULL', 'column-type'),
  breaks('int becomes text', 'ALTER TABLE payments ALTER cents DROP DEFAULT, ALTER cents TYPE text', 'column-type', {
    calls: [...daily, 'SELECT sum(cents) FROM payments'],
  }),
  works('numeric gets wider', 'ALTER TABLE accounts ALTER balance TYPE numeric(14,2)'),
  breaks('numeric gets narrower', 'ALTER TABLE accounts ALTER balance TYPE numeric(6,2)', 'column-type', {
    calls: [...daily, 'UPDATE accounts SET balance = 1000000 WHERE id = 1'],
  }),
  unknown('numeric gets coarser', 'ALTER TABLE accounts ALTER balance TYPE numeric(10,1)', 'column-type', {
    what: ['column-type'],
  }),
  breaks('timestamptz becomes date', 'ALTER TABLE payments ALTER at TYPE date', 'column-type', {
    calls: [...daily, 'SELECT extract(hour FROM at) FROM payments'],
  }),
  breaks(
    'a column becomes a generated one',
    'ALTER TABLE accounts DROP COLUMN balance; ALTER TABLE accounts ADD COLUMN balance numeric(10,2) GENERATED ALWAYS AS (1) STORED',
    'generated',
  ),
  breaks('an identity takes no values any more', 'ALTER TABLE slots ALTER id SET GENERATED ALWAYS', 'identity', {
    before: 'CREATE TABLE slots (id int GENERATED BY DEFAULT AS IDENTITY, name text)',
    calls: ["INSERT INTO slots (id, name) VALUES (1, 'a')"],
  }),
  breaks('an identity is dropped', 'ALTER TABLE slots ALTER id DROP IDENTITY', 'default-gone', {
    before: 'CREATE TABLE slots (id int GENERATED BY DEFAULT AS IDENTITY, name text)',
    calls: ["INSERT INTO slots (name) VALUES ('a')"],
  }),
];

export const constraintCases: readonly RollbackCase[] = [
  breaks('a CHECK on an old column', 'ALTER TABLE payments ADD CONSTRAINT positive CHECK (cents > 0)', 'check', {
    calls: [...daily, 'INSERT INTO payments (account, cents) VALUES (1, -5)'],
  }),
  breaks(
    'a CHECK that is not validated',
    'ALTER TABLE payments ADD CONSTRAINT positive CHECK (cents > 0) NOT VALID',
    'check',
    {
      calls: [...daily, 'INSERT INTO payments (account, cents) VALUES (1, -5)'],
    },
  ),
  works(
    'a CHECK that is dropped again',
    'ALTER TABLE payments ADD CONSTRAINT positive CHECK (cents > 0); ALTER TABLE payments DROP CONSTRAINT positive',
  ),
  works('a CHECK on a new column', "ALTER TABLE accounts ADD COLUMN tier text CHECK (tier IN ('a', 'b'))"),
  works(
    'a CHECK that the default of a new column meets',
    "ALTER TABLE accounts ADD COLUMN tier text NOT NULL DEFAULT 'a' CHECK (tier IN ('a', 'b'))",
  ),
  works(
    'a CHECK of a range that the default meets',
    'ALTER TABLE accounts ADD COLUMN rate int NOT NULL DEFAULT 5 CHECK (rate BETWEEN 1 AND 10)',
  ),
  breaks(
    'a CHECK that the default of a new column misses',
    "ALTER TABLE accounts ADD COLUMN tier text DEFAULT 'z'; UPDATE accounts SET tier = 'a'; ALTER TABLE accounts ADD CHECK (tier IN ('a', 'b'))",
    'check',
  ),
  breaks(
    'a CHECK that a new column is not null',
    'ALTER TABLE accounts ADD COLUMN tier text; ALTER TABLE accounts ADD CHECK (tier IS NOT NULL) NOT VALID',
    'check',
    {
      calls: daily,
    },
  ),
  works(
    'a CHECK that allows more',
    "ALTER TABLE kinds DROP CONSTRAINT kinds_kind_check; ALTER TABLE kinds ADD CONSTRAINT kinds_kind_check CHECK (kind IN ('a', 'b', 'c'))",
    {
      before: "CREATE TABLE kinds (kind text CONSTRAINT kinds_kind_check CHECK (kind IN ('a', 'b')))",
      calls: ["INSERT INTO kinds VALUES ('a')", "INSERT INTO kinds VALUES ('b')"],
    },
  ),
  breaks(
    'a CHECK that allows less',
    "ALTER TABLE kinds DROP CONSTRAINT kinds_kind_check; ALTER TABLE kinds ADD CONSTRAINT kinds_kind_check CHECK (kind IN ('a'))",
    'check',
    {
      before: "CREATE TABLE kinds (kind text CONSTRAINT kinds_kind_check CHECK (kind IN ('a', 'b')))",
      calls: ["INSERT INTO kinds VALUES ('a')", "INSERT INTO kinds VALUES ('b')"],
    },
  ),
  breaks('a unique index on an old column', 'CREATE UNIQUE INDEX one_note ON accounts (note)', 'unique', {
    calls: [...daily, "INSERT INTO accounts (id, email, note) VALUES (6, 'six', 'first')"],
  }),
  works('an index that is not unique', 'CREATE INDEX by_note ON accounts (note)'),
  works('a unique index that an old one implies', 'CREATE UNIQUE INDEX wide ON accounts (email, note)'),
  works('a unique new column without a default', 'ALTER TABLE accounts ADD COLUMN code text UNIQUE'),
  breaks(
    'a unique new column with one default for all',
    "DELETE FROM payments; DELETE FROM accounts; ALTER TABLE accounts ADD COLUMN code text UNIQUE DEFAULT 'x'",
    'unique',
    {
      calls: ["INSERT INTO accounts (id, email) VALUES (11, 'e11'), (12, 'e12')"],
    },
  ),
  works(
    'a unique new column with a random default',
    'ALTER TABLE accounts ADD COLUMN code uuid UNIQUE DEFAULT gen_random_uuid()',
  ),
  unknown('an index that computes a cast', 'CREATE INDEX by_number ON payments ((memo::int))', 'index-expression', {
    before: 'UPDATE payments SET memo = NULL',
  }),
  breaks(
    'a foreign key on an old column',
    'ALTER TABLE orders ADD FOREIGN KEY (account) REFERENCES accounts',
    'foreign-key',
    {
      before: 'CREATE TABLE orders (id int PRIMARY KEY, account int)',
      calls: ['INSERT INTO orders VALUES (1, 77)'],
    },
  ),
  works('a foreign key on a new column', 'ALTER TABLE payments ADD COLUMN payer int REFERENCES accounts'),
  works('a foreign key is dropped', 'ALTER TABLE payments DROP CONSTRAINT payments_account_fkey'),
  breaks(
    'a foreign key no longer follows deletes',
    'ALTER TABLE payments DROP CONSTRAINT payments_account_fkey; ALTER TABLE payments ADD CONSTRAINT payments_account_fkey FOREIGN KEY (account) REFERENCES accounts',
    'foreign-key',
  ),
  breaks('a unique key is dropped', 'ALTER TABLE accounts DROP CONSTRAINT accounts_email_key', 'conflict-target-gone'),
  breaks(
    'a unique key is renamed',
    'ALTER TABLE accounts RENAME CONSTRAINT accounts_email_key TO mail_key',
    'constraint-renamed',
  ),
  works(
    'a unique key is dropped and made again',
    'ALTER TABLE accounts DROP CONSTRAINT accounts_email_key; ALTER TABLE accounts ADD CONSTRAINT accounts_email_key UNIQUE (email)',
  ),
  breaks(
    'an exclusion constraint',
    'ALTER TABLE payments ADD CONSTRAINT once EXCLUDE USING btree (memo WITH =)',
    'exclude',
    {
      calls: [...daily, "INSERT INTO payments (account, memo) VALUES (1, 'a')"],
    },
  ),
];

const swap = 'CREATE TABLE fresh (LIKE orders INCLUDING ALL); DROP TABLE orders; ALTER TABLE fresh RENAME TO orders';

export const relationCases: readonly RollbackCase[] = [
  works('a table is made', 'CREATE TABLE invoices (id int PRIMARY KEY, account int REFERENCES accounts)'),
  works('a table is made and dropped', 'CREATE TABLE invoices (id int); DROP TABLE invoices'),
  breaks('a table is dropped', 'DROP TABLE payments', 'relation-gone'),
  breaks('a table is renamed', 'ALTER TABLE payments RENAME TO transfers', 'relation-renamed'),
  works(
    'a table is renamed and has a view of its old name',
    'ALTER TABLE payments RENAME TO transfers; CREATE VIEW payments AS SELECT * FROM transfers',
  ),
  works(
    'a renamed column shows its old name in a view',
    'ALTER TABLE payments RENAME TO transfers; ALTER TABLE transfers RENAME memo TO remark; CREATE VIEW payments AS SELECT id, account, cents, status, remark AS memo, at FROM transfers',
  ),
  breaks(
    'the view of the old name lacks a column',
    'ALTER TABLE payments RENAME TO transfers; CREATE VIEW payments AS SELECT id, account, cents, status, at FROM transfers',
    'column-gone',
  ),
  breaks(
    'the table below the view of the old name wants more',
    'ALTER TABLE payments RENAME TO transfers; ALTER TABLE transfers ADD COLUMN x int NOT NULL DEFAULT 1; ALTER TABLE transfers ALTER x DROP DEFAULT; CREATE VIEW payments AS SELECT id, account, cents, status, memo, at FROM transfers',
    'required-column',
  ),
  breaks(
    'the view of the old name takes no writes',
    'ALTER TABLE payments RENAME TO transfers; CREATE VIEW payments AS SELECT DISTINCT id, account, cents, status, memo, at FROM transfers',
    'relation-kind',
  ),
  breaks(
    'a table moves to another schema',
    'CREATE SCHEMA away; ALTER TABLE payments SET SCHEMA away',
    'relation-renamed',
    {},
  ),
  breaks('a schema is renamed', 'ALTER SCHEMA shop RENAME TO store', 'schema-gone', {
    before: 'CREATE SCHEMA shop; CREATE TABLE shop.items (id int)',
    calls: ['SELECT id FROM shop.items'],
  }),
  breaks('a schema is dropped', 'DROP SCHEMA shop CASCADE', 'schema-gone', {
    before: 'CREATE SCHEMA shop; CREATE TABLE shop.items (id int)',
    calls: ['SELECT id FROM shop.items'],
  }),
  breaks('a table is swapped for one whose key has another name', swap, 'constraint-renamed', {
    before: 'CREATE TABLE orders (id int PRIMARY KEY, account int)',
    calls: ['INSERT INTO orders VALUES (1, 2) ON CONFLICT ON CONSTRAINT orders_pkey DO NOTHING'],
  }),
  works(
    'a table is swapped for an equal one',
    `${swap}; ALTER TABLE orders RENAME CONSTRAINT fresh_pkey TO orders_pkey`,
    {
      before: 'CREATE TABLE orders (id int PRIMARY KEY, account int)',
      calls: [
        'INSERT INTO orders VALUES (1, 77)',
        'SELECT id, account FROM orders',
        'INSERT INTO orders VALUES (1, 2) ON CONFLICT (id) DO NOTHING',
        'INSERT INTO orders VALUES (1, 2) ON CONFLICT ON CONSTRAINT orders_pkey DO NOTHING',
      ],
    },
  ),
  breaks('a view is dropped', 'DROP VIEW account_mails', 'relation-gone'),
  works(
    'a view is made anew with the same columns',
    'DROP VIEW account_mails; CREATE VIEW account_mails AS SELECT id, email FROM accounts',
  ),
  works('a view gets one more column', 'CREATE OR REPLACE VIEW account_mails AS SELECT id, email, note FROM accounts'),
  breaks(
    'a view loses a column',
    'DROP VIEW account_mails; CREATE VIEW account_mails AS SELECT id FROM accounts',
    'column-gone',
  ),
  breaks(
    'a view takes no writes any more',
    'CREATE OR REPLACE VIEW account_mails AS SELECT DISTINCT id, email FROM accounts',
    'relation-kind',
  ),
  breaks(
    'a view checks what is written through it',
    'CREATE OR REPLACE VIEW account_mails AS SELECT id, email FROM accounts WHERE id < 5 WITH CHECK OPTION',
    'view-check-option',
  ),
  unknown(
    'a view has its columns in another order',
    'DROP VIEW account_mails; CREATE VIEW account_mails AS SELECT email, id FROM accounts',
    'column-order',
  ),
  breaks(
    'a view gives another type',
    'DROP VIEW account_mails; CREATE VIEW account_mails AS SELECT id::text AS id, email FROM accounts',
    'column-type',
    {
      calls: ['SELECT id + 1 FROM account_mails'],
    },
  ),
  breaks(
    'a materialized view is not filled',
    'DROP MATERIALIZED VIEW totals; CREATE MATERIALIZED VIEW totals AS SELECT account, cents FROM payments WITH NO DATA',
    'not-populated',
    {
      before: 'CREATE MATERIALIZED VIEW totals AS SELECT account, cents FROM payments',
      calls: ['SELECT account FROM totals'],
    },
  ),
  breaks('a sequence is dropped', 'DROP SEQUENCE tickets', 'relation-gone'),
  breaks('a sequence is renamed', 'ALTER SEQUENCE tickets RENAME TO numbers', 'relation-renamed'),
  unknown('a sequence begins anew', 'ALTER SEQUENCE tickets RESTART', 'sequence'),
  breaks('a partition goes', 'DROP TABLE log_2025', 'partition', {
    before:
      "CREATE TABLE log (day date, text text) PARTITION BY RANGE (day); CREATE TABLE log_2025 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
    calls: ["INSERT INTO log VALUES ('2025-05-05', 'x')"],
  }),
  breaks('a partition is cut loose', 'ALTER TABLE log DETACH PARTITION log_2025', 'partition', {
    before:
      "CREATE TABLE log (day date, text text) PARTITION BY RANGE (day); CREATE TABLE log_2025 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
    calls: ["INSERT INTO log VALUES ('2025-05-05', 'x')"],
  }),
  works(
    'a partition comes',
    "CREATE TABLE log_2026 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    {
      before:
        "CREATE TABLE log (day date, text text) PARTITION BY RANGE (day); CREATE TABLE log_2025 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
      calls: ["INSERT INTO log VALUES ('2025-05-05', 'x')", 'SELECT day, text FROM log'],
    },
  ),
  breaks(
    'a table becomes a partition',
    "ALTER TABLE log ATTACH PARTITION old_log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
    'partition',
    {
      before:
        'CREATE TABLE log (day date, text text) PARTITION BY RANGE (day); CREATE TABLE old_log (day date, text text)',
      calls: ["INSERT INTO old_log VALUES ('2030-05-05', 'x')"],
    },
  ),
];

export const otherCases: readonly RollbackCase[] = [
  unknown('an enum gets a value', "ALTER TYPE status ADD VALUE 'refunded'", 'enum-value'),
  breaks('a value of an enum is renamed', "ALTER TYPE status RENAME VALUE 'paid' TO 'settled'", 'enum-value'),
  breaks(
    'an enum is made anew without a value',
    "ALTER TABLE payments ALTER status DROP DEFAULT; ALTER TYPE status RENAME TO status_old; CREATE TYPE status AS ENUM ('new'); ALTER TABLE payments ALTER status TYPE status USING 'new'; ALTER TABLE payments ALTER status SET DEFAULT 'new'; DROP TYPE status_old",
    'enum-value',
  ),
  works(
    'an enum is made anew as it was',
    "ALTER TABLE payments ALTER status DROP DEFAULT; ALTER TYPE status RENAME TO status_old; CREATE TYPE status AS ENUM ('new', 'paid'); ALTER TABLE payments ALTER status TYPE status USING status::text::status; ALTER TABLE payments ALTER status SET DEFAULT 'new'; DROP TYPE status_old",
  ),
  breaks('an enum is renamed', 'ALTER TYPE status RENAME TO payment_status', 'type-gone', {
    calls: ["SELECT 'paid'::status"],
  }),
  breaks('a domain gets a constraint', "ALTER DOMAIN mail ADD CHECK (VALUE LIKE '%@%')", 'domain', {
    before: 'CREATE DOMAIN mail AS text; CREATE TABLE mails (mail mail)',
    calls: ["INSERT INTO mails VALUES ('none')"],
  }),
  works('a domain loses a constraint', 'ALTER DOMAIN mail DROP CONSTRAINT mail_check', {
    before: "CREATE DOMAIN mail AS text CHECK (VALUE LIKE '%@%'); CREATE TABLE mails (mail mail)",
    calls: ["INSERT INTO mails VALUES ('a@b')"],
  }),
  breaks('a composite type gets an attribute', 'ALTER TYPE point3 ADD ATTRIBUTE z int', 'composite-type', {
    before: 'CREATE TYPE point3 AS (x int, y int)',
    calls: ["SELECT ('(1,2)'::point3).x"],
  }),
  breaks('a function is dropped', 'DROP FUNCTION fee(int)', 'routine-gone'),
  unknown(
    'a function has another body',
    "CREATE OR REPLACE FUNCTION fee(cents int) RETURNS int LANGUAGE sql AS 'SELECT $1 / 50'",
    'routine-changed',
  ),
  works(
    'a function is written as it was',
    "CREATE OR REPLACE FUNCTION fee(cents int) RETURNS int LANGUAGE sql AS 'SELECT $1 / 100'",
  ),
  breaks(
    'a function gives another type',
    "DROP FUNCTION fee(int); CREATE FUNCTION fee(cents int) RETURNS text LANGUAGE sql AS 'SELECT ($1 / 100)::text'",
    'routine-changed',
    {
      calls: ['SELECT fee(250) + 1'],
    },
  ),
  breaks(
    'a function gets an argument',
    "DROP FUNCTION fee(int); CREATE FUNCTION fee(cents int, rate int) RETURNS int LANGUAGE sql AS 'SELECT $1 / $2'",
    'routine-gone',
  ),
  breaks(
    'a function with a default stands beside the old one',
    "CREATE FUNCTION fee(cents int, rate int DEFAULT 100) RETURNS int LANGUAGE sql AS 'SELECT $1 / $2'",
    'routine-ambiguous',
  ),
  works('another function is made', "CREATE FUNCTION tax(cents int) RETURNS int LANGUAGE sql AS 'SELECT $1'"),
  breaks(
    'arguments of a function are renamed',
    "DROP FUNCTION fee(int); CREATE FUNCTION fee(amount int) RETURNS int LANGUAGE sql AS 'SELECT $1 / 100'",
    'routine-changed',
    {
      calls: ['SELECT fee(cents => 250)'],
    },
  ),
  works(
    'a trigger stamps the time',
    `${stamp} CREATE TRIGGER stamp BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION stamp()`,
  ),
  unknown(
    'a trigger refuses',
    `CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$; CREATE TRIGGER no BEFORE DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION no()`,
    'trigger',
  ),
  unknown('a trigger goes', 'DROP TRIGGER stamp ON payments', 'trigger', {
    before: `${stamp} CREATE TRIGGER stamp BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION stamp()`,
  }),
  works(
    'a trigger is made anew',
    'DROP TRIGGER stamp ON payments; CREATE TRIGGER stamp BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION stamp()',
    {
      before: `${stamp} CREATE TRIGGER stamp BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION stamp()`,
    },
  ),
  unknown('a rule swallows inserts', 'CREATE RULE quiet AS ON INSERT TO payments DO INSTEAD NOTHING', 'rule'),
  breaks('a privilege is revoked', 'REVOKE INSERT ON accounts FROM old_app', 'privilege'),
  works(
    'a privilege is revoked and granted again',
    'REVOKE INSERT ON accounts FROM old_app; GRANT INSERT ON accounts TO old_app',
  ),
  works('a privilege is granted', 'GRANT SELECT ON payments TO old_app'),
  breaks('row level security is switched on', 'ALTER TABLE accounts ENABLE ROW LEVEL SECURITY', 'row-security'),
  works(
    'row level security lets everybody through',
    'ALTER TABLE accounts ENABLE ROW LEVEL SECURITY; CREATE POLICY everybody ON accounts USING (true)',
  ),
  works(
    'row level security is switched on and off',
    'ALTER TABLE accounts ENABLE ROW LEVEL SECURITY; ALTER TABLE accounts DISABLE ROW LEVEL SECURITY',
  ),
  breaks('a restrictive policy', 'CREATE POLICY few ON accounts AS RESTRICTIVE USING (id < 5)', 'policy', {
    before: 'ALTER TABLE accounts ENABLE ROW LEVEL SECURITY; CREATE POLICY everybody ON accounts USING (true)',
  }),
  unknown(
    'SQL that is put together at run time',
    "DO $$ BEGIN EXECUTE 'ALTER TABLE accounts DROP COLUMN ' || (SELECT repeat(' ', count(*)::int) || 'note' FROM payments); END $$",
    'opaque',
  ),
  breaks(
    'SQL that is put together of constants',
    "DO $$ BEGIN EXECUTE 'ALTER TABLE accounts DROP COLUMN ' || 'note'; END $$",
    'column-gone',
  ),
  breaks('a DO block that drops', 'DO $$ BEGIN ALTER TABLE accounts DROP COLUMN note; END $$', 'column-gone'),
  works('rows change', "UPDATE payments SET memo = 'old' WHERE memo IS NULL; DELETE FROM payments WHERE id = 2"),
];

export const cases: readonly RollbackCase[] = [...columnCases, ...constraintCases, ...relationCases, ...otherCases];
