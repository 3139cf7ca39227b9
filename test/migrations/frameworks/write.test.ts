import { describe, expect, test } from '@jest/globals';
import { frameworks } from '../../../src/migrations/frameworks/frameworks.ts';
import { isRefused, lintFiles } from './lint-files.ts';

const index = 'CREATE INDEX CONCURRENTLY i ON payments (a);';
const column = 'ALTER TABLE payments ADD COLUMN note text;';
const deploy = '-- Deploy x:a to pg\n';

/** Where the text goes that a framework writes, with what must lie beside it. Absent: it has no such migration. */
const places: Readonly<Record<string, (text: string) => Readonly<Record<string, string>>>> = {
  plain: (text) => ({ 'a.sql': text }),
  flyway: (text) => ({ 'V1__a.sql': text, 'V1__a.sql.conf': 'executeInTransaction=false' }),
  liquibase: (text) => ({ 'a.sql': `--liquibase formatted sql\n${text}` }),
  'golang-migrate': (text) => ({ '1_a.up.sql': text }),
  goose: (text) => ({ '1_a.sql': text }),
  dbmate: (text) => ({ '1_a.sql': text }),
  prisma: (text) => ({ '1_a/migration.sql': text }),
  sqlx: (text) => ({ '1_a.sql': text }),
  diesel: (text) => ({ '1_a/up.sql': text, '1_a/metadata.toml': 'run_in_transaction = false' }),
  atlas: (text) => ({ '1_a.sql': text, 'atlas.sum': '' }),
  supabase: (text) => ({ 'supabase/migrations/1_a.sql': text }),
  sqitch: (text) => ({ 'deploy/a.sql': deploy + text }),
  'graphile-migrate': (text) => ({ 'committed/000001.sql': `--! Previous: -\n${text}` }),
  knex: (text) => ({ '1_a.js': text }),
  typeorm: (text) => ({ '1-a.ts': `class A implements MigrationInterface {\n${text}\n}` }),
};

describe('a step outside of a transaction, as the framework writes it', () => {
  test.each(Object.keys(places))('%s: runs there', async (id) => {
    const framework = frameworks.find((each) => each.id === id);
    const text = framework?.write({ sql: index, transaction: 'outside' }) ?? '';
    const report = await lintFiles(places[id]?.(text) ?? {});
    expect(report.framework).toBe(id);
    expect(report.files.flatMap(({ statements }) => statements.map(({ kind }) => kind))).toEqual(['CREATE INDEX']);
    expect(isRefused(report)).toBe(false);
  });

  test('the others say that it is run by hand, or give their own language', () => {
    const others = frameworks.filter(({ id }) => places[id] === undefined);
    const texts = others.map(({ id, write }) => [id, write({ sql: index, transaction: 'outside' })]);
    expect(texts).toEqual([
      ['node-pg-migrate', expect.stringContaining('pgm.noTransaction()')],
      ['alembic', expect.stringContaining('autocommit_block()')],
      ['django', expect.stringContaining('atomic = False')],
      ['drizzle', expect.stringContaining('by hand')],
      ['pop', expect.stringContaining('by hand')],
      ['refinery', expect.stringContaining('by hand')],
      ['rails', expect.stringContaining('disable_ddl_transaction!')],
    ]);
  });
});

describe('a step inside of a transaction', () => {
  test.each(frameworks.map(({ id }) => id))('%s: has the statement and no marker against transactions', (id) => {
    const text = frameworks.find((each) => each.id === id)?.write({ sql: column, transaction: 'inside' });
    expect(text).toContain(column);
    expect(text).not.toMatch(/no.transaction|transaction:false|txmode|autocommit|atomic|by hand/i);
  });
});

test('a hazard gives its safer way in the form of the framework', async () => {
  const report = await lintFiles({ '1_a.sql': `-- +goose Up\n${index}` });
  const hazards = report.files[0]?.statements[0]?.hazards ?? [];
  const fix = hazards.find(({ rule }) => rule === 'concurrently-in-transaction')?.fix;
  expect(fix).toContain(`-- +goose NO TRANSACTION\n-- +goose Up\n${index}`);
});
