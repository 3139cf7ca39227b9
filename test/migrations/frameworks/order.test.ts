import { describe, expect, test } from '@jest/globals';
import { lintFiles } from './lint-files.ts';

const sql = 'SELECT 1;';
const deploy = `-- Deploy x:y to pg\n${sql}`;
const changeset = (id: number) => `--liquibase formatted sql\n--changeset a:${id}\n${sql}`;
const entries = ['0001_b', '0000_a'].map((tag, idx) => ({ idx, when: idx, tag }));
const plan = `%syntax-version=1.0.0
%project=x

users 2024-01-01T00:00:00Z A <a@example.com> # first
accounts [users] 2024-01-02T00:00:00Z A <a@example.com>
@v1 2024-01-03T00:00:00Z A <a@example.com>
users [users@v1] 2024-01-04T00:00:00Z A <a@example.com> # reworked
`;

/** Files that are given in another order than the one in which they must come. */
const cases: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  [
    'flyway: versions as numbers, repeatable scripts behind them, callbacks around',
    {
      'R__b.sql': sql,
      'V1_10__a.sql': sql,
      'V1.9__a.sql': sql,
      'V2__a.sql': sql,
      'afterMigrate.sql': sql,
      'R__a.sql': sql,
      'beforeMigrate.sql': sql,
    },
    ['beforeMigrate.sql', 'V1.9__a.sql', 'V1_10__a.sql', 'V2__a.sql', 'R__a.sql', 'R__b.sql', 'afterMigrate.sql'],
  ],
  [
    'flyway: a baseline is passed over where the versions are there',
    { 'V3__a.sql': sql, 'B2__a.sql': sql, 'V1__a.sql': sql },
    ['V1__a.sql', 'V3__a.sql'],
  ],
  ['flyway: a baseline stands where they are not', { 'V3__a.sql': sql, 'B2__a.sql': sql }, ['B2__a.sql', 'V3__a.sql']],
  ['golang-migrate: by number', { '10_b.up.sql': sql, '9_a.up.sql': sql }, ['9_a.up.sql', '10_b.up.sql']],
  [
    'golang-migrate: numbers that a float does not hold',
    { '90071992547409930_b.up.sql': sql, '90071992547409921_a.up.sql': sql },
    ['90071992547409921_a.up.sql', '90071992547409930_b.up.sql'],
  ],
  [
    'diesel: versions as text, without dashes',
    { '2026-01-01-000000_b/up.sql': sql, '20170820180453_a/up.sql': sql, '00000000000000_init/up.sql': sql },
    ['00000000000000_init/up.sql', '20170820180453_a/up.sql', '2026-01-01-000000_b/up.sql'],
  ],
  [
    'prisma: by folder',
    { '2_b/migration.sql': sql, '1_a/migration.sql': sql },
    ['1_a/migration.sql', '2_b/migration.sql'],
  ],
  [
    'drizzle: by the journal',
    { '0000_a.sql': sql, '0001_b.sql': sql, 'meta/_journal.json': JSON.stringify({ entries }) },
    ['0001_b.sql', '0000_a.sql'],
  ],
  [
    'sqitch: by the plan, the older script of a reworked change under its tag',
    { 'deploy/accounts.sql': deploy, 'deploy/users.sql': deploy, 'deploy/users@v1.sql': deploy, 'sqitch.plan': plan },
    ['deploy/users@v1.sql', 'deploy/accounts.sql', 'deploy/users.sql'],
  ],
  [
    'goose: by number',
    { '00010_b.sql': `-- +goose Up\n${sql}`, '9_a.sql': `-- +goose Up\n${sql}` },
    ['9_a.sql', '00010_b.sql'],
  ],
  [
    'liquibase: as the changelog names them',
    {
      'a.sql': changeset(1),
      'b.sql': changeset(2),
      'changelog.yaml': 'databaseChangeLog:\n- include:\n    file: b.sql\n- include:\n    file: a.sql\n',
    },
    ['b.sql', 'a.sql'],
  ],
  [
    'graphile-migrate: the current one last',
    { 'migrations/current.sql': sql, 'migrations/committed/000001.sql': `--! Previous: -\n${sql}` },
    ['migrations/committed/000001.sql', 'migrations/current.sql'],
  ],
];

describe('the order in which migrations run', () => {
  test.each(cases)('%s', async (_, files, expected) => {
    expect((await lintFiles(files)).files.map(({ path }) => path)).toEqual(expected);
  });
});
