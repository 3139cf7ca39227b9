import { describe, expect, test } from '@jest/globals';
import { kindsOf, lintFiles } from './lint-files.ts';

const up = 'SELECT 1;';
const down = 'DROP TABLE a;';
const typeorm = `class A implements MigrationInterface {
  async up(queryRunner) { await queryRunner.query('${up}'); }
  async down(queryRunner) { await queryRunner.query('${down}'); }
}`;

describe('the way down is no part of the release', () => {
  test.each([
    ['golang-migrate', { '1_a.up.sql': up, '1_a.down.sql': down }],
    ['golang-migrate', { '1_a.up.sql': up, '1_undo_a.down.sql': down }],
    ['diesel', { '1_a/up.sql': up, '1_a/down.sql': down }],
    ['sqlx', { '1_a.up.sql': up, '1_a.down.sql': down, 'Cargo.toml': 'sqlx = "0.8"' }],
    ['sqitch', { 'deploy/a.sql': `-- Deploy x:a to pg\n${up}`, 'revert/a.sql': down, 'verify/a.sql': down }],
    ['flyway', { 'V1__a.sql': up, 'U1__a.sql': down }],
    ['goose', { '1_a.sql': `-- +goose Up\n${up}\n-- +goose Down\n${down}` }],
    ['dbmate', { '1_a.sql': `-- migrate:up\n${up}\n-- migrate:down\n${down}` }],
    ['node-pg-migrate', { '1_a.sql': `-- Up Migration\n${up}\n-- Down Migration\n${down}` }],
    ['liquibase', { 'a.sql': `--liquibase formatted sql\n--changeset a:1\n${up}\n--rollback ${down}` }],
    ['typeorm', { '1-a.ts': typeorm }],
    ['knex', { '1_a.js': `exports.up = (knex) => knex.raw('${up}');\nexports.down = (knex) => knex.raw('${down}');` }],
  ])('%s: %j', async (framework, files) => {
    const report = await lintFiles(files);
    expect(report).toMatchObject({ framework, problems: [], summary: { statements: 1, unreadable: 0 } });
    expect(report.files[0]?.statements[0]?.kind).toBe('SELECT');
  });
});

describe('a way down whose up is not given', () => {
  test.each([
    ['golang-migrate', { '1_a.down.sql': down }],
    ['diesel', { '1_a/down.sql': down }],
    ['sqitch', { 'revert/a.sql': `-- Revert x:a from pg\n${down}` }],
    ['flyway', { 'U1__a.sql': down }],
  ])('%s: alone it is judged as what it is, and that is said', async (framework, files) => {
    const [path] = Object.keys(files);
    const report = await lintFiles(files);
    expect(report).toMatchObject({ framework, verdict: 'fail', problems: [{ path }] });
    expect(kindsOf(report)).toEqual([`${path}: DROP TABLE`]);
  });

  test('beside others it is named and not judged', async () => {
    const report = await lintFiles({ '1_a.up.sql': up, '2_b.down.sql': down });
    expect(kindsOf(report)).toEqual(['1_a.up.sql: SELECT']);
    expect(report.problems.map(({ path }) => path)).toEqual(['2_b.down.sql']);
  });
});
