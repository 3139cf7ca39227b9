import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TraceDatabase } from '../../src/trace/database.ts';
import { openEmbedded } from '../../src/trace/embedded.ts';
import { replay } from '../../src/trace/replay.ts';

/** What code inside does, and what statements bring about elsewhere: each history on a real engine, statement by statement. */
const histories: Readonly<Record<string, string>> = {
  'a condition over information_schema is decided': `
    CREATE TABLE a (id int); CREATE TABLE b (id int);
    DO $$ BEGIN IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'a' AND column_name = 'gone')
      THEN ALTER TABLE a DROP COLUMN gone; ELSE ALTER TABLE b ADD c int; END IF; END $$;
    DO $$ BEGIN IF NOT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'b' AND column_name = 'c')
      THEN ALTER TABLE b ADD c int; END IF; END $$;`,
  'a condition over pg_catalog is decided': `
    CREATE TABLE a (id int, CONSTRAINT positive CHECK (id > 0)); CREATE INDEX ai ON a (id);
    DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'positive' AND conrelid = 'a'::regclass)
      THEN ALTER TABLE a ADD CONSTRAINT positive CHECK (id > 0); END IF; END $$;
    DO $$ BEGIN IF (SELECT count(*) = 2 FROM pg_indexes WHERE indexname IN ('ai', 'aj')) THEN DROP INDEX ai; END IF; END $$;
    DO $$ BEGIN IF to_regclass('public.b') IS NULL THEN ALTER TABLE a ADD x int; ELSE DROP TABLE b; END IF; END $$;
    DO $$ BEGIN PERFORM 1 FROM pg_type WHERE typname = 'mood'; IF FOUND THEN ALTER TABLE a DROP x; END IF; END $$;`,
  'an error that surely comes undoes the block': `
    CREATE TABLE a (id int); CREATE TYPE mood AS ENUM ('x');
    DO $$ BEGIN CREATE TYPE mood AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
    DO $$ BEGIN ALTER TABLE a ADD id int; EXCEPTION WHEN duplicate_column THEN RAISE NOTICE 'there'; END $$;
    DO $$ BEGIN ALTER TABLE nobody ADD id int; EXCEPTION WHEN others THEN ALTER TABLE a ADD b int; END $$;`,
  'EXECUTE of constants, formats and loops': `
    CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE "Odd" (id int);
    DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['a', 'Odd'] LOOP
      EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (id > 0)', t, t || '_positive'); END LOOP; END $$;
    DO $$ BEGIN FOR n IN 1..2 LOOP EXECUTE 'ALTER TABLE b ADD c' || n || ' int'; END LOOP; END $$;
    DO $$ DECLARE r record; BEGIN FOR r IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname ~ '^.$' LOOP
      EXECUTE 'ALTER TABLE ' || quote_ident(r.relname) || ' ADD z int'; END LOOP; END $$;
    DO $$ DECLARE s text := 'x'; BEGIN CASE s WHEN 'y' THEN DROP TABLE a; ELSE ALTER TABLE b DROP z; END CASE; END $$;`,
  'functions that make partitions': `
    CREATE TABLE part (d date) PARTITION BY RANGE (d);
    CREATE FUNCTION make(t text, d date) RETURNS int LANGUAGE plpgsql AS $$
      DECLARE n text := lower(format('%s_%s', t, to_char(d, 'YYYYMMDD')));
      BEGIN
        IF EXISTS (SELECT 1 FROM pg_tables WHERE tablename = n) THEN RETURN 0; END IF;
        EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL)', n, t);
        EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', t, n, d, d + 1);
        RETURN 1;
      END $$;
    SELECT make('part', DATE '2024-02-28');
    SELECT make('part', DATE '2024-02-28');
    SELECT make('part', (NOW() + INTERVAL '1 day')::date);
    SELECT make('part', d) FROM (VALUES (DATE '2020-01-01'), (DATE '2020-01-02')) v (d);
    ALTER TABLE part ADD x int;`,
  'procedures and functions in SQL': `
    CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE VIEW v AS SELECT id FROM b;
    CREATE FUNCTION reads() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM v';
    CREATE FUNCTION writes() RETURNS void LANGUAGE sql AS 'DELETE FROM a';
    CREATE PROCEDURE p(t regclass) LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('LOCK TABLE %s', t); END $$;
    CALL p('a'); SELECT reads(); SELECT writes();`,
  'triggers for each statement fire without rows, for each row only with them': `
    CREATE TABLE a (id int, v int); CREATE TABLE log (id int); CREATE TABLE heavy (id int);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF TG_OP = 'UPDATE' THEN INSERT INTO log VALUES (1); ELSIF TG_OP = 'INSERT' THEN DELETE FROM heavy; END IF;
      RETURN NULL; END $$;
    CREATE TRIGGER n AFTER INSERT OR UPDATE OF v ON a FOR EACH STATEMENT EXECUTE FUNCTION note();
    INSERT INTO a SELECT 1, 1 WHERE false; UPDATE a SET v = 2; UPDATE a SET id = 2;
    CREATE TRIGGER r AFTER UPDATE ON heavy FOR EACH ROW EXECUTE FUNCTION note();
    UPDATE heavy SET id = 1;`,
  'what writes bring about on other tables': `
    CREATE TABLE top (id int PRIMARY KEY); CREATE TABLE mid (id int PRIMARY KEY, t int REFERENCES top ON DELETE CASCADE);
    CREATE TABLE low (m int REFERENCES mid ON DELETE CASCADE);
    CREATE TABLE d (id serial, n int);
    INSERT INTO top VALUES (1); INSERT INTO mid VALUES (1, 1); INSERT INTO low VALUES (1); DELETE FROM top;
    INSERT INTO d DEFAULT VALUES; INSERT INTO d VALUES (1); INSERT INTO d VALUES (DEFAULT, 2);
    CREATE VIEW simple AS SELECT id FROM top; INSERT INTO simple VALUES (3); UPDATE simple SET id = 4; DELETE FROM simple;
    WITH gone AS (DELETE FROM top RETURNING id) INSERT INTO mid SELECT id, NULL FROM gone;`,
  'subqueries in UPDATE and DELETE': `
    CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);
    UPDATE a SET id = (SELECT max(id) FROM b); DELETE FROM a WHERE NOT EXISTS (SELECT FROM c WHERE c.id = a.id);
    WITH x AS (SELECT id FROM b) UPDATE a SET id = x.id FROM x;`,
  'indexes: names of expressions, partial ones, those of partitions and of views': `
    CREATE TABLE a (n varchar(10), m text); CREATE INDEX ON a (lower(n), (m || 'x'), (n::text));
    CREATE INDEX partial ON a (n) WHERE m IS NULL; ALTER TABLE a ALTER n TYPE varchar(20);
    CREATE TABLE part (id int, k int) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF part FOR VALUES IN (1);
    CREATE INDEX own ON p1 (id); CREATE INDEX ON part (id); ANALYZE part;
    CREATE MATERIALIZED VIEW mv AS SELECT m FROM a; CREATE INDEX mi ON mv (m); REFRESH MATERIALIZED VIEW mv;`,
  'domains over domains': `
    CREATE DOMAIN one AS int; CREATE DOMAIN two AS one; CREATE TABLE a (v two);
    ALTER DOMAIN one ADD CHECK (VALUE > 0);`,
};

describe('static effects of code inside are what the engine does:', () => {
  let database: TraceDatabase;

  beforeAll(async () => {
    database = await openEmbedded([]);
  }, 60_000);
  afterAll(() => database.close());

  test.each(Object.entries(histories))('%s', async (_, sql) => {
    await database.run('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    const parts = [{ from: 0, to: sql.length, transaction: 'none' as const }];
    const { statements, unreadable } = await replay(
      { files: [{ path: 'history.sql', sql, parts }], unreadable: [] },
      database,
    );
    expect(unreadable).toEqual([]);
    const wrong = statements.flatMap(({ text, outcome }) =>
      outcome.status === 'compared' && outcome.differences.length === 0 && outcome.opaqueReason === undefined
        ? []
        : [{ text, outcome }],
    );
    expect(wrong).toEqual([]);
  });
});
