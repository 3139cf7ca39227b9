import { describe, expect, test } from '@jest/globals';
import { isRefused, lintFiles } from './lint-files.ts';

const index = 'CREATE INDEX CONCURRENTLY i ON payments (a);';
const two = `SELECT 1;\n${index}`;
const master = 'runInTransaction:false';
const conf = 'V1__a.sql.conf';

/** Whether PostgreSQL refuses CREATE INDEX CONCURRENTLY in a migration of that form. */
const cases: readonly (readonly [string, refused: boolean, files: Readonly<Record<string, string>>])[] = [
  ['plain, alone', false, { 'a.sql': index }],
  ['plain, two statements', true, { 'a.sql': two }],
  ['golang-migrate, alone', false, { '1_a.up.sql': index }],
  ['golang-migrate, two statements', true, { '1_a.up.sql': two }],
  ['prisma, alone', false, { '1_a/migration.sql': index }],
  ['prisma, two statements', true, { '1_a/migration.sql': two }],
  ['goose', true, { '1_a.sql': `-- +goose Up\n${index}` }],
  ['goose NO TRANSACTION, two statements', false, { '1_a.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n${two}` }],
  ['goose NO TRANSACTION below Up', false, { '1_a.sql': `-- +goose Up\n-- +goose NO TRANSACTION\n${two}` }],
  [
    'goose NO TRANSACTION, two statements in one block',
    true,
    { '1_a.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\n${two}\n-- +goose StatementEnd` },
  ],
  [
    'goose NO TRANSACTION, a statement in a block',
    false,
    { '1_a.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\n${index}\n-- +goose StatementEnd` },
  ],
  ['dbmate', true, { '1_a.sql': `-- migrate:up\n${index}\n-- migrate:down` }],
  ['dbmate transaction:false', false, { '1_a.sql': `-- migrate:up transaction:false\n${index}\n-- migrate:down` }],
  ['dbmate transaction:false, two', true, { '1_a.sql': `-- migrate:up transaction:false\n${two}\n-- migrate:down` }],
  [
    'dbmate transaction:false on the way down',
    true,
    { '1_a.sql': `-- migrate:up\n${index}\n-- migrate:down transaction:false` },
  ],
  ['flyway by itself', false, { 'V1__a.sql': index }],
  ['flyway, several that refuse', false, { 'V1__a.sql': `${index}\nDROP INDEX CONCURRENTLY j;` }],
  ['flyway, mixed', true, { 'V1__a.sql': two }],
  ['flyway, mixed and allowed', false, { 'V1__a.sql': two, '../flyway.conf': 'flyway.mixed=true' }],
  ['flyway, side file', false, { 'V1__a.sql': two, [conf]: 'executeInTransaction=false' }],
  ['flyway, side file that says true', true, { 'V1__a.sql': index, [conf]: 'executeInTransaction=true' }],
  ['refinery', true, { 'V1__a.sql': index, 'Cargo.toml': 'refinery = "0.8"' }],
  ['liquibase', true, { 'a.sql': `--liquibase formatted sql\n--changeset a:1\n${index}` }],
  [
    'liquibase runInTransaction:false',
    false,
    { 'a.sql': `--liquibase formatted sql\n--changeset a:1 ${master}\n${two}` },
  ],
  [
    'liquibase runInTransaction:false, not split',
    true,
    { 'a.sql': `--liquibase formatted sql\n--changeset a:1 ${master} splitStatements:false\n${two}` },
  ],
  ['sqlx', true, { '1_a.sql': index, 'Cargo.toml': 'sqlx = "0.8"' }],
  ['sqlx no-transaction', false, { '1_a.sql': `-- no-transaction\n${index}` }],
  ['sqlx no-transaction, two', true, { '1_a.sql': `-- no-transaction\n${two}` }],
  [
    'sqlx no-transaction too late',
    true,
    { '1_a.sql': `-- add index\n-- no-transaction\n${index}`, 'Cargo.toml': 'sqlx = "0.8"' },
  ],
  ['diesel', true, { '1_a/up.sql': index }],
  ['diesel run_in_transaction', false, { '1_a/up.sql': index, '1_a/metadata.toml': 'run_in_transaction = false' }],
  ['diesel run_in_transaction, two', true, { '1_a/up.sql': two, '1_a/metadata.toml': 'run_in_transaction = false' }],
  ['diesel, the neighbour has it', true, { '1_a/up.sql': index, '2_b/metadata.toml': 'run_in_transaction = false' }],
  ['atlas', true, { '1_a.sql': index, 'atlas.sum': 'h1:' }],
  ['atlas txmode none', false, { '1_a.sql': `-- atlas:txmode none\n\n${two}`, 'atlas.sum': 'h1:' }],
  [
    'atlas txmode none without the empty line',
    true,
    { '1_a.sql': `-- atlas:txmode none\n${index}`, 'atlas.sum': 'h1:' },
  ],
  ['atlas txmode none with CRLF', true, { '1_a.sql': `-- atlas:txmode none\r\n\r\n${index}`, 'atlas.sum': 'h1:' }],
  ['drizzle', true, { '0000_a.sql': `${index}\n--> statement-breakpoint\n` }],
  ['supabase, between others', false, { 'supabase/migrations/1_a.sql': `SELECT 1;\n-- why\n${index}\nSELECT 2;` }],
  [
    'supabase, what the CLI does not know',
    true,
    { 'supabase/migrations/1_a.sql': 'ALTER TABLE p DETACH PARTITION q CONCURRENTLY;' },
  ],
  ['sqitch', false, { 'deploy/a.sql': `-- Deploy x:a to pg\n${two}` }],
  ['sqitch, BEGIN and COMMIT', true, { 'deploy/a.sql': `-- Deploy x:a to pg\nBEGIN;\n${index}\nCOMMIT;` }],
  ['node-pg-migrate', true, { '1_a.sql': `-- Up Migration\n${index}` }],
  ['graphile-migrate', true, { '000001.sql': `--! Previous: -\n\n${index}` }],
  ['graphile-migrate no-transaction', false, { '000001.sql': `--! Previous: -\n--! no-transaction\n\n${index}` }],
  ['alembic', true, { 'a.sql': `BEGIN;\n-- Running upgrade  -> a\n${index}\nCOMMIT;` }],
  [
    'alembic autocommit block',
    false,
    { 'a.sql': `BEGIN;\n-- Running upgrade  -> a\nCOMMIT;\n${index}\nBEGIN;\nCOMMIT;` },
  ],
  ['django', true, { '0001_a.sql': `BEGIN;\n--\n-- Add index i to a\n--\n${index}\nCOMMIT;` }],
  ['django atomic = False', false, { '0001_a.sql': `--\n-- Concurrently create index i on a\n--\n${two}` }],
  ['rails', true, { 'structure.sql': '', '1_a.sql': index }],
  ['rails disable_ddl_transaction!', false, { 'structure.sql': '', '1_a.sql': `-- disable_ddl_transaction!\n${two}` }],
  ['pop', true, { '1_a.up.sql': index, 'go.mod': 'github.com/gobuffalo/pop/v6' }],
  ['knex', true, { '1_a.js': `exports.up = (knex) => knex.raw('${index}')` }],
  [
    'knex transaction: false',
    false,
    { '1_a.js': `exports.config = { transaction: false };\nexports.up = (knex) => knex.raw('${index}')` },
  ],
  [
    'typeorm',
    true,
    {
      '1-a.ts': `class A implements MigrationInterface { async up(queryRunner) { await queryRunner.query('${index}'); } }`,
    },
  ],
  [
    'typeorm transaction = false',
    false,
    {
      '1-a.ts': `class A implements MigrationInterface {\n transaction = false;\n async up(queryRunner) { await queryRunner.query('${index}'); } }`,
    },
  ],
];

describe('CREATE INDEX CONCURRENTLY', () => {
  test.each(cases)('%s: refused %s', async (_, refused, files) => {
    const report = await lintFiles(files);
    expect(report.files.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect(report.summary.statements).toBeGreaterThan(0);
    expect(isRefused(report)).toBe(refused);
  });
});

const strong = 'ALTER TABLE payments ADD a int;';
const slow = 'CREATE INDEX i ON ledger (b);';

describe('a lock is held to the end of the transaction that the framework makes', () => {
  test.each([
    ['into the next file', 'drizzle', true],
    ['not into the next file', 'flyway', false],
  ])('%s: %s', async (_, framework, held) => {
    const files =
      framework === 'drizzle'
        ? { '0000_a.sql': strong, '0001_b.sql': slow }
        : { 'V1__a.sql': strong, 'V2__b.sql': slow };
    const report = await lintFiles(files, { framework });
    const rules = report.files[1]?.statements[0]?.hazards.map(({ rule }) => rule);
    expect(rules?.includes('several-locks-in-transaction')).toBe(held);
  });

  test('through the queries of one Knex function, and not into the next file', async () => {
    const call = (sql: string) => `await knex.raw('${sql}');`;
    const report = await lintFiles({
      '1_a.js': `exports.up = async (knex) => { ${call(strong)}\n ${call(slow)} };`,
      '2_b.js': `exports.up = async (knex) => { ${call(slow.replace('ledger', 'refunds'))} };`,
    });
    const held = report.files.map(({ statements }) =>
      statements.map(({ hazards }) => hazards.some(({ rule }) => rule === 'several-locks-in-transaction')),
    );
    expect(held).toEqual([[false, true], [false]]);
  });
});
