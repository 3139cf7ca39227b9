import { describe, expect, test } from '@jest/globals';
import { frameworks } from '../../../src/migrations/frameworks/frameworks.ts';
import { UnknownFramework } from '../../../src/migrations/lint.ts';
import { kindsOf, lintFiles } from './lint-files.ts';

const table = 'CREATE TABLE a (id int);';
const drop = 'DROP TABLE a;';
const journal = JSON.stringify({ entries: [{ idx: 0, when: 1, tag: '0000_a' }] });
const typeorm = `export class A1706702400000 implements MigrationInterface {
  public async up(queryRunner: QueryRunner) { await queryRunner.query(\`${table}\`); }
}`;

const cases: readonly (readonly [framework: string, files: Readonly<Record<string, string>>])[] = [
  ['plain', { 'b.sql': table, 'a.sql': drop }],
  ['plain', { '1_a.sql': table, '2_b.sql': drop }],
  ['flyway', { 'V1__a.sql': table, 'R__views.sql': 'SELECT 1;' }],
  ['refinery', { 'migrations/V1__a.sql': table, 'Cargo.toml': '[dependencies]\nrefinery = "0.8"' }],
  ['liquibase', { 'a.sql': `--liquibase formatted sql\n--changeset ann:1\n${table}` }],
  ['golang-migrate', { 'm/1_a.up.sql': table, 'm/1_a.down.sql': drop }],
  ['golang-migrate', { 'm/1_a.up.sql': table, 'm/1_a.down.sql': drop, 'm/atlas.sum': 'h1:x' }],
  ['pop', { '1_a.up.sql': table, 'go.mod': 'require github.com/gobuffalo/pop/v6 v6.1.1' }],
  ['pop', { '1_a.up.sql': 'ALTER TABLE {{ index .Options "Namespace" }}.users ADD a int;' }],
  ['goose', { '1_a.sql': `-- +goose Up\n${table}\n-- +goose Down\n${drop}` }],
  ['dbmate', { 'db/migrations/1_a.sql': `-- migrate:up\n${table}\n-- migrate:down\n${drop}` }],
  ['prisma', { 'prisma/migrations/20240101000000_a/migration.sql': table }],
  ['prisma', { 'migration.sql': table, '../migration_lock.toml': 'provider = "postgresql"' }],
  ['drizzle', { 'drizzle/0000_a.sql': table, 'drizzle/meta/_journal.json': journal }],
  ['drizzle', { '0000_a.sql': `${table}\n--> statement-breakpoint\n${drop}` }],
  ['drizzle', { '20240101000000_a/migration.sql': `${table}\n--> statement-breakpoint\n${drop}` }],
  ['knex', { '20240101_a.js': `exports.up = (knex) => knex.raw('${table}');` }],
  ['typeorm', { '1706702400000-a.ts': typeorm }],
  ['sqlx', { 'migrations/1_a.sql': table, 'Cargo.toml': 'sqlx = { version = "0.8" }' }],
  ['sqlx', { 'migrations/1_a.sql': table, 'migrations/2_b.sql': '-- no-transaction\nDROP INDEX CONCURRENTLY i;' }],
  ['diesel', { '2024-01-01-000000_a/up.sql': table, '2024-01-01-000000_a/down.sql': drop }],
  ['atlas', { '20240101000000_a.sql': table, 'atlas.sum': 'h1:x' }],
  ['atlas', { '20240101000000.sql': '-- atlas:txmode none\n\nDROP INDEX CONCURRENTLY i;' }],
  ['rails', { 'db/structure.sql': table }],
  ['alembic', { 'a.sql': `BEGIN;\n-- Running upgrade  -> ab12cd\n${table}\nCOMMIT;` }],
  ['django', { '0001_a.sql': `BEGIN;\n--\n-- Create model A\n--\n${table}\nCOMMIT;` }],
  ['supabase', { 'supabase/migrations/20240101000000_a.sql': table }],
  ['supabase', { '20240101000000_a.sql': table, '../config.toml': 'project_id = "x"\n[db]\nport = 1' }],
  ['sqitch', { 'deploy/a.sql': table, 'sqitch.plan': '%project=x\na 2024-01-01T00:00:00Z A <a@example.com>' }],
  ['sqitch', { 'deploy/a.sql': `-- Deploy x:a to pg\n${table}`, 'revert/a.sql': `-- Revert x:a from pg\n${drop}` }],
  ['node-pg-migrate', { '1706702400000_a.sql': `-- Up Migration\n${table}\n-- Down Migration\n${drop}` }],
  ['node-pg-migrate', { '1706702400000_a.sql': table, 'package.json': '{"dependencies":{"node-pg-migrate":"7"}}' }],
  ['graphile-migrate', { 'migrations/committed/000001.sql': `--! Previous: -\n--! Hash: sha1:x\n\n${table}` }],
];

describe('frameworks are found by themselves', () => {
  test.each(cases)('%s: %j', async (framework, files) => {
    const report = await lintFiles(files);
    expect(report.framework).toBe(framework);
    expect(report.files.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect(report.summary.statements).toBeGreaterThan(0);
  });

  test('each framework has a case', () => {
    expect(new Set(cases.map(([framework]) => framework))).toEqual(new Set(frameworks.map(({ id }) => id)));
  });

  test('a comment that speaks of a down migration does not make golang-migrate node-pg-migrate', async () => {
    const files = { '1_a.up.sql': table, '1_a.down.sql': `-- Down migration of a is lossy\n${drop}` };
    expect(await lintFiles(files)).toMatchObject({ framework: 'golang-migrate', summary: { files: 1 } });
  });

  test('a single marked file among many others decides nothing', async () => {
    const report = await lintFiles({ 'a.sql': table, 'b.sql': drop, 'c.sql': `-- +goose Up\n${table}` });
    expect(report.framework).toBe('plain');
    expect(report.summary.files).toBe(3);
  });
});

describe('the framework that is asked for', () => {
  test('is taken, whatever the files look like', async () => {
    const report = await lintFiles({ '1_a.up.sql': table, '1_a.down.sql': drop }, { framework: 'plain' });
    expect(kindsOf(report)).toEqual(['1_a.up.sql: CREATE TABLE', '1_a.down.sql: DROP TABLE']);
  });

  test('is refused when there is none of that name', async () => {
    await expect(lintFiles({ 'a.sql': table }, { framework: 'hibernate' })).rejects.toThrow(UnknownFramework);
  });

  test('judges files that it would not run as plain SQL, and says so', async () => {
    const report = await lintFiles({ 'notes.sql': drop }, { framework: 'flyway' });
    expect(kindsOf(report)).toEqual(['notes.sql: DROP TABLE']);
    expect(report.problems).toMatchObject([{ path: 'notes.sql' }]);
  });
});
