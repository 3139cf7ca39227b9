import { describe, expect, test } from '@jest/globals';
import { lintFiles } from './lint-files.ts';

const sql = 'SELECT 1;';
const deploy = `-- Deploy x:y to pg\n${sql}`;
const python = 'BEGIN;\n--\n-- Raw Python operation\n--\n-- THIS OPERATION CANNOT BE WRITTEN AS SQL\nCOMMIT;';
const journal = (...tags: readonly (readonly [string, number])[]) =>
  JSON.stringify({ entries: tags.map(([tag, when], idx) => ({ idx, when, tag })) });
const drizzle = { '0000_a.sql': sql, '0001_b.sql': sql };

const cases: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
  ['a stray file', { '1_a/migration.sql': sql, 'seed.sql': sql }, /^seed\.sql .*none of the migrations that Prisma/],
  [
    'two files of one version',
    { '1_a.up.sql': sql, '1_b.up.sql': sql },
    /^1_b\.up\.sql version 1 is that of 1_a\.up\.sql/,
  ],
  ['two spellings of one version', { 'V1__a.sql': sql, 'V1.0__b.sql': sql }, /version 1 is that of/],
  [
    'a file that is not in the journal',
    { ...drizzle, 'meta/_journal.json': journal(['0000_a', 1]) },
    /^0001_b\.sql is not in meta\/_journal/,
  ],
  [
    'a time in the journal that goes back',
    { ...drizzle, 'meta/_journal.json': journal(['0000_a', 2], ['0001_b', 1]) },
    /^0001_b\.sql .*passes this one over/,
  ],
  [
    'a change that is not in the plan',
    { 'deploy/a.sql': deploy, 'deploy/b.sql': deploy, 'sqitch.plan': 'a 2024-01-01T00:00:00Z A <a@example.com>' },
    /^deploy\/b\.sql is not in sqitch\.plan/,
  ],
  [
    'a directive that Atlas does not see',
    { '1_a.sql': `-- atlas:txmode none\n${sql}`, 'atlas.sum': '' },
    /^1_a\.sql "-- atlas:txmode none" has no effect/,
  ],
  [
    'a marker that sqlx does not see',
    { '1_a.sql': `-- x\n-- no-transaction\n${sql}`, 'Cargo.toml': 'sqlx = "1"' },
    /^1_a\.sql "-- no-transaction" counts only/,
  ],
  [
    'a script that Flyway refuses',
    { 'V1__a.sql': `${sql}\nREINDEX TABLE CONCURRENTLY a;` },
    /^V1__a\.sql .*refuses the file/,
  ],
  [
    'goose without Up',
    { '1_a.sql': `-- +goose Down\n${sql}`, '2_b.sql': `-- +goose Up\n${sql}` },
    /^1_a\.sql has no "-- \+goose Up"/,
  ],
  [
    'dbmate with statements in front',
    { '1_a.sql': `${sql}\n-- migrate:up\n${sql}\n-- migrate:down` },
    /^1_a\.sql has statements before/,
  ],
  ['a migration in another language', { '1_a.sql': `-- +goose Up\n${sql}`, '2_b.go': 'package m' }, /^2_b\.go no SQL/],
  ['operations that sqlmigrate does not print', { '0001_a.sql': python }, /^0001_a\.sql has an operation in Python/],
  [
    'a changeset for another database',
    { 'a.sql': `--liquibase formatted sql\n--changeset a:1 dbms:oracle\nnonsense\n--changeset a:2\n${sql}` },
    /^a\.sql not for postgresql .*a:1/,
  ],
];

describe('what the framework would not run as it looks is named', () => {
  test.each(cases)('%s', async (_, files, expected) => {
    const report = await lintFiles(files);
    const said = report.problems.map(({ path, message }) => `${path} ${message}`);
    expect(said).toEqual([expect.stringMatching(expected)]);
    expect(report.summary.unreadable).toBe(0);
  });

  test('comments and empty files are files without statements', async () => {
    const report = await lintFiles({ 'V1__a.sql': '', 'V2__b.sql': '-- nothing\n' });
    expect(report).toMatchObject({ problems: [], summary: { files: 2, statements: 0 }, verdict: 'pass' });
  });
});

describe('migrations in another language', () => {
  test.each([
    ['1_a.py', 'from alembic import op', 'alembic upgrade'],
    ['0001_initial.py', 'from django.db import migrations, models', 'sqlmigrate'],
    ['20240101000000_a.rb', 'class A < ActiveRecord::Migration[7.1]', 'development.log'],
    [
      '1_a.ts',
      'class A implements MigrationInterface { async up(queryRunner) { queryRunner.createTable(t) } }',
      'typeorm',
    ],
    ['1_a.js', 'exports.up = (knex) => knex.schema.createTable("a", (t) => {});', 'knex migrate:up'],
  ])('%s alone: the error says how to get its SQL', async (path, text, advice) => {
    const report = await lintFiles({ [path]: text });
    expect(report.verdict).toBe('fail');
    expect(report.files).toMatchObject([{ path, error: { message: expect.stringContaining(advice) } }]);
  });

  test('constant SQL in them is judged where it stands, the rest is named by line', async () => {
    const text = [
      'export class A implements MigrationInterface {',
      '  public async up(queryRunner: QueryRunner): Promise<void> {',
      '    await queryRunner.query(`ALTER TABLE "users"',
      '      ADD COLUMN "a" int`);',
      '    await queryRunner.query("DROP TABLE \\"old\\"");',
      '    await queryRunner.query(`DROP TABLE $' + '{name}`);',
      "    await queryRunner.dropColumn('a', 'b');",
      '  }',
      '}',
    ].join('\n');
    const report = await lintFiles({ '1-a.ts': text });
    const statements = report.files[0]?.statements ?? [];
    expect(statements.map(({ kind, line }) => [kind, line])).toEqual([
      ['ALTER TABLE', 3],
      ['DROP TABLE', 5],
    ]);
    expect(statements[1]?.effects.locks).toMatchObject([{ relation: 'public.old' }]);
    expect(report.problems).toEqual([{ path: '1-a.ts', message: expect.stringContaining('lines 6, 7') }]);
  });
});

describe('delimiters and templates', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly (readonly [string, number])[]]>([
    [
      'endDelimiter of Liquibase',
      { 'a.sql': '--liquibase formatted sql\n--changeset a:1 endDelimiter:/\nSELECT 4 / 2\n/\nDROP TABLE a\n/\n' },
      [
        ['SELECT', 3],
        ['DROP TABLE', 5],
      ],
    ],
    [
      'ignoreLines of Liquibase',
      {
        'a.sql': '--liquibase formatted sql\n--changeset a:1\n--ignoreLines:start\nx\n--ignoreLines:end\nDROP TABLE a;',
      },
      [['DROP TABLE', 6]],
    ],
    [
      'delimiter of Atlas',
      { '1_a.sql': '-- atlas:delimiter -- end\nSELECT 1\n-- end\nDROP TABLE a\n-- end\n', 'atlas.sum': '' },
      [
        ['SELECT', 2],
        ['DROP TABLE', 4],
      ],
    ],
    [
      'namespace of Pop in quotes',
      { '1_a.up.sql': 'CREATE TABLE a ();\nCREATE INDEX ON "{{ index .Options "Namespace" }}".a (b);' },
      [
        ['CREATE TABLE', 1],
        ['CREATE INDEX', 2],
      ],
    ],
    ['namespace of Pop', { '1_a.up.sql': 'DROP TABLE {{ index .Options "Namespace" }}.a;' }, [['DROP TABLE', 1]]],
  ])('%s', async (_, files, statements) => {
    const report = await lintFiles(files);
    expect(report.files.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect(report.files[0]?.statements.map(({ kind, line }) => [kind, line])).toEqual(statements);
  });

  test('MySQL: sections and delimiters count there, too', async () => {
    const goose = { '1_a.sql': '-- +goose Up\nALTER TABLE a ADD b int;\n-- +goose Down\nDROP TABLE a;' };
    const one = await lintFiles(goose, { dialect: 'mysql' });
    expect(one.files[0]?.statements.map(({ kind, line }) => [kind, line])).toEqual([['ALTER TABLE', 2]]);
    const body = 'CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END';
    const changes = {
      'a.sql': `--liquibase formatted sql\n--changeset a:1 endDelimiter://\n${body}//\nDROP TABLE a//`,
    };
    const other = await lintFiles(changes, { dialect: 'mysql' });
    expect(other.files[0]?.statements.map(({ line }) => line)).toEqual([3, 4]);
  });
});
