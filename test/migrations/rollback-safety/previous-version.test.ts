import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { lint } from '../../../src/migrations/lint.ts';
import type { RollbackSafety } from '../../../src/migrations/rollback-safety/verdict.ts';
import { cases, fixture, type RollbackCase } from './cases.ts';

// What is claimed of the previous version is tried out: its calls run before and after the migration.

let database: PGlite;

beforeAll(async () => {
  database = await PGlite.create();
  await database.exec('CREATE ROLE old_app');
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.exec(
    'DROP SCHEMA IF EXISTS away, shop, store CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public',
  );
  await database.exec('GRANT USAGE ON SCHEMA public TO old_app');
});

/** The calls that fail, each tried for itself and taken back. */
async function failing(calls: readonly string[]): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const call of calls) {
    await database.exec('BEGIN');
    try {
      await database.exec(call.replace(/^BEGIN;|; COMMIT$/g, ''));
    } catch (error) {
      failed.push(`${call}: ${error instanceof Error ? error.message : error}`);
    }
    await database.exec('ROLLBACK');
  }
  return failed;
}

async function judge({ before, migration }: RollbackCase, withHistory: boolean): Promise<RollbackSafety> {
  const history = withHistory ? [{ path: '1.sql', sql: `${fixture}${before ?? ''}` }] : [];
  const report = await lint({
    serverVersion: '18',
    framework: 'plain',
    history,
    files: [{ path: '2.sql', sql: migration }],
  });
  expect(report.files[0]?.error).toBeUndefined();
  if (report.rollback === undefined) throw new Error('the report says nothing of the way back');
  return report.rollback;
}

/** The calls that worked before the migration and fail after it. */
async function brokenBy({ before, migration, calls }: RollbackCase): Promise<readonly string[]> {
  await database.exec(`${fixture}${before ?? ''}`);
  expect(await failing(calls)).toEqual([]);
  await database.exec(migration);
  return failing(calls);
}

describe('the verdict on the previous version agrees with what its calls do', () => {
  test.each(cases.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    const broken = await brokenBy(each);
    const { previousVersion, reasons } = await judge(each, true);
    const counting = reasons.filter(({ effect }) => effect !== 'note').map(({ what }) => what);
    expect({ previousVersion, counting }).toEqual({ previousVersion: each.verdict, counting: each.what });
    if (previousVersion === 'works') expect(broken).toEqual([]);
    if (previousVersion === 'breaks') expect(broken).not.toEqual([]);

    const blind = await judge(each, false);
    if (blind.previousVersion === 'works') expect(broken).toEqual([]);
  });
});
