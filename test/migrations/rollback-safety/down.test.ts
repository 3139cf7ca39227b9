import { describe, expect, test } from '@jest/globals';
import { analysePostgres } from '../../../src/migrations/postgres/analyse.ts';
import { defaultSessionStart } from '../../../src/migrations/session-start.ts';

const past = 'CREATE TABLE accounts (id int PRIMARY KEY, note text); CREATE INDEX by_note ON accounts (note);';

/** Migrations as `up ||| down`; without bars there is no down. */
async function judge(...migrations: readonly string[]) {
  const files = migrations.map((text, at) => {
    const [sql = '', down] = text.split('|||');
    const path = `${at + 1}.sql`;
    if (down === undefined) return { path, sql };
    const parts = [{ from: 0, to: down.length, transaction: 'implicit' as const }];
    return { path, sql, down: { path: `${at + 1}.down.sql`, sql: down, parts } };
  });
  const input = {
    files,
    history: [{ path: '0.sql', sql: past }],
    dialect: 'postgresql',
    serverVersion: '16',
    session: defaultSessionStart,
  } as const;
  const analysed = await analysePostgres(input, (task) => task());
  return analysed.map(({ rollback }) => rollback);
}

async function one(text: string) {
  const [verdict] = await judge(text);
  if (verdict === undefined) throw new Error('one file went in, none came out');
  const { down, downProblems, downLosses } = verdict;
  return { down, problems: downProblems, lost: downLosses.map(({ object }) => object) };
}

describe('the way down', () => {
  test.each([
    ['there is none', 'CREATE TABLE a (id int)', { down: 'absent', problems: [], lost: [] }],
    ['a file without statements has nothing to undo', '-- nothing', { down: 'present', problems: [], lost: [] }],
    [
      'an index goes again and nothing is lost',
      'CREATE INDEX a ON accounts (id)|||DROP INDEX a',
      { down: 'present', problems: [], lost: [] },
    ],
    [
      'what was written to a new column is lost',
      'ALTER TABLE accounts ADD COLUMN x int|||ALTER TABLE accounts DROP COLUMN x',
      { down: 'loses-data', problems: [], lost: ['public.accounts.x'] },
    ],
    [
      'what was written to a new table is lost',
      'CREATE TABLE a (id int)|||DROP TABLE a',
      { down: 'loses-data', problems: [], lost: ['public.a'] },
    ],
    [
      'it drops another table than the one that was made',
      'CREATE TABLE a (id int)|||DROP TABLE b',
      {
        down: 'cannot-run',
        problems: ['1.down.sql:1: public.b is not there, so the statement fails', '1.down.sql: table public.a stays'],
        lost: ['public.b'],
      },
    ],
    [
      'it drops a column that is not there',
      'CREATE INDEX a ON accounts (id)|||DROP INDEX a; ALTER TABLE accounts DROP COLUMN y',
      {
        down: 'cannot-run',
        problems: ['1.down.sql:1: column public.accounts.y is not there, so the statement fails'],
        lost: ['public.accounts.y'],
      },
    ],
    [
      'it leaves half of it',
      'CREATE TABLE a (id int); ALTER TABLE accounts ADD COLUMN x int|||DROP TABLE a',
      { down: 'loses-data', problems: ['1.down.sql: column public.accounts.x stays'], lost: ['public.a'] },
    ],
    [
      'it does not bring back what was dropped',
      "DROP INDEX by_note; CREATE TYPE mood AS ENUM ('ok')|||DROP TYPE mood",
      { down: 'present', problems: ['1.down.sql: index by_note does not come back'], lost: [] },
    ],
    [
      'it does not parse',
      'CREATE TABLE a (id int)|||DROP TABEL a',
      { down: 'cannot-run', problems: ['1.down.sql:1:6: syntax error at or near "TABEL"'], lost: [] },
    ],
    [
      'it has no statements',
      'CREATE TABLE a (id int)|||-- irreversible',
      { down: 'absent', problems: ['1.down.sql: the down migration has no statements'], lost: [] },
    ],
  ])('%s', async (_, text, expected) => {
    expect(await one(text)).toEqual(expected);
  });

  test('ways down run in the order back, each on what the later ones have left', async () => {
    const verdicts = await judge(
      'CREATE TABLE a (id int)|||DROP TABLE a',
      'ALTER TABLE a RENAME TO b|||ALTER TABLE b RENAME TO a',
    );
    expect(verdicts.map(({ down }) => down)).toEqual(['loses-data', 'present']);
  });

  test('a way down is no part of the release', async () => {
    const [verdict] = await judge('CREATE INDEX a ON accounts (id)|||DROP TABLE accounts');
    expect([verdict?.previousVersion, verdict?.down]).toEqual(['works', 'loses-data']);
  });
});

describe('a release of several files', () => {
  test('the reason stands with the file that brings it about', async () => {
    const verdicts = await judge('CREATE TABLE a (id int)', 'ALTER TABLE accounts DROP COLUMN note', 'SELECT 1');
    expect(verdicts.map(({ previousVersion }) => previousVersion)).toEqual(['works', 'breaks', 'works']);
  });

  test('what a later file brings back is no reason', async () => {
    const verdicts = await judge(
      'ALTER TABLE accounts RENAME TO people',
      'CREATE VIEW accounts AS SELECT * FROM people',
    );
    expect(verdicts.map(({ previousVersion }) => previousVersion)).toEqual(['works', 'works']);
  });

  test('what a later file makes anew in another way is a reason of that file', async () => {
    const [first, second] = await judge('DROP TABLE accounts', 'CREATE TABLE accounts (id int PRIMARY KEY)');
    expect([first?.reasons, second?.reasons.map(({ what, line }) => [what, line])]).toEqual([[], [['column-gone', 1]]]);
  });
});
