import { describe, expect, test } from '@jest/globals';
import { lint } from '../../src/migrations/lint.ts';

const history = [
  {
    path: '1.sql',
    sql: `
CREATE TABLE p (id int PRIMARY KEY);
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE t (
  id bigint PRIMARY KEY, a int, b text DEFAULT 'x', c numeric(10,4), p int REFERENCES p ON DELETE CASCADE,
  at timestamptz, g int GENERATED ALWAYS AS (a * 2) STORED, s serial
);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE INDEX by_a ON t (a);
CREATE SEQUENCE numbers;
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER noted BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();`,
  },
];

async function lost(sql: string): Promise<readonly string[]> {
  const report = await lint({ framework: 'plain', history, files: [{ path: '2.sql', sql }] });
  expect(report.files[0]?.error).toBeUndefined();
  const statements = report.files[0]?.statements ?? [];
  return statements.flatMap(({ effects }) => effects.losses.map(({ what, object }) => `${what} ${object}`));
}

describe('what is gone after a statement', () => {
  test.each([
    ['DROP TABLE t CASCADE', ['data public.t', 'data public.t_s_seq', 'object public.v', 'object public.m']],
    ['DROP TABLE p CASCADE', ['data public.p', 'object public.t.t_p_fkey']],
    ['DROP SEQUENCE numbers', ['data public.numbers']],
    ['DROP MATERIALIZED VIEW m', ['object public.m']],
    ['DROP INDEX by_a', ['object public.t.by_a']],
    ['DROP TRIGGER noted ON t', ['object public.t.noted']],
    ['DROP FUNCTION note() CASCADE', ['object public.note', 'object public.t.noted']],
    ['DROP EXTENSION hstore', ['object hstore']],
    ['TRUNCATE p CASCADE', ['data public.p', 'data public.t']],
    ['TRUNCATE t RESTART IDENTITY', ['data public.t', 'data public.t_s_seq']],
    ['DELETE FROM p WHERE id = 1', ['data public.p', 'data public.t']],
    ['UPDATE t SET a = 1', ['data public.t.a']],
    ["UPDATE t SET b = 'x' WHERE b IS NULL", []],
    ['ALTER TABLE t ADD COLUMN n int; UPDATE t SET n = 1', []],
    ['ALTER TABLE t DROP COLUMN b', ['data public.t.b']],
    ['ALTER TABLE t DROP COLUMN g', ['object public.t.g']],
    ['ALTER TABLE t ALTER b DROP DEFAULT', ['object public.t.b']],
    ['ALTER TABLE t DROP CONSTRAINT t_p_fkey', ['object public.t.t_p_fkey']],
    ['ALTER TABLE t ALTER c TYPE numeric(10,2)', ['data public.t.c']],
    ['ALTER TABLE t ALTER c TYPE numeric(12,4)', []],
    ['ALTER TABLE t ALTER at TYPE date', ['data public.t.at']],
    ['ALTER TABLE t ALTER b TYPE varchar(3)', []],
    ['ALTER TABLE t ALTER b TYPE varchar(3) USING b::varchar(3)', ['data public.t.b']],
    ['ALTER TABLE t ALTER b TYPE text USING upper(b)', ['data public.t.b']],
    ['REVOKE SELECT ON t FROM app', ['object public.t.SELECT to app']],
    ['CREATE OR REPLACE VIEW v AS SELECT id, a, b FROM t', ['object public.v']],
    ['CREATE TEMP TABLE x (a int); DROP TABLE x', []],
    ['EXPLAIN DELETE FROM t', []],
    ['DO $$ BEGIN DELETE FROM t; END $$', ['data public.t']],
    ['INSERT INTO p VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2', ['data public.p.id']],
    ['CREATE INDEX x ON t (a)', []],
  ])('%s', async (sql, expected) => {
    expect(await lost(sql)).toEqual(expected);
  });
});
