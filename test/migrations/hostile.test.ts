import { afterAll, describe, expect, test } from '@jest/globals';
import { lint } from '../../src/migrations/lint.ts';
import { createLintPool, LintTimeLimitExceeded } from '../../src/migrations/lint-in-worker.ts';
import { endless, judged, refused } from '../support/hostile-sql.ts';

const limitMs = 60_000;

async function first(sql: string) {
  const { files } = await lint({ files: [{ path: 'a.sql', sql }] });
  return files[0];
}

describe('judged all the same', () => {
  test.each(judged)(
    '%s',
    async (_, sql, statements) => {
      const file = await first(sql());
      expect(file?.error).toBeUndefined();
      expect(file?.statements).toHaveLength(statements);
    },
    limitMs,
  );
});

describe('refused with a clear message', () => {
  test.each(refused)(
    '%s',
    async (_, sql, message) => {
      const file = await first(sql());
      expect(file?.error?.message).toMatch(message);
      expect(file?.statements).toEqual([]);
    },
    limitMs,
  );
});

test('what is too deep is found, and the files around it are judged', async () => {
  const deep = `SELECT 1;\n\nSELECT ${'1+'.repeat(100_000)}1;`;
  const files = [deep, 'DROP TABLE x;'].map((sql, number) => ({ path: `${number}.sql`, sql }));
  const report = await lint({ files });
  expect(report.files[0]?.error).toMatchObject({ line: 3, column: 1 });
  expect(report.summary).toMatchObject({ statements: 1, errors: 1, unreadable: 1 });
});

test(
  'fifty texts that are too deep leave the parser as it was',
  async () => {
    const deep = { path: 'deep.sql', sql: `SELECT ${'1+'.repeat(20_000)}1` };
    const report = await lint({
      files: [...Array.from({ length: 50 }, () => deep), { path: 'a.sql', sql: 'SELECT 1' }],
    });
    expect(report.summary).toMatchObject({ unreadable: 50, statements: 1 });
  },
  limitMs,
);

test('what is too deep inside a DO block makes its file unreadable, and no other', async () => {
  const block = `DO $$ BEGIN EXECUTE 'SELECT ${'1+'.repeat(50_000)}1'; END $$;`;
  const files = [`SELECT 1;\n${block}`, 'SELECT 1;'].map((sql, number) => ({ path: `${number}.sql`, sql }));
  const report = await lint({ files });
  expect(report.files[0]?.error).toMatchObject({ line: 2, message: expect.stringContaining('nested too deeply') });
  expect(report.files[1]?.error).toBeUndefined();
});

describe('in a worker', () => {
  const pool = createLintPool({ maxThreads: 1, timeoutSeconds: 2 });
  afterAll(() => pool.close());

  test(
    'work without end is stopped, and the next request is answered',
    async () => {
      const files = [{ path: 'a.sql', sql: endless }];
      await expect(pool.run({ files })).rejects.toBeInstanceOf(LintTimeLimitExceeded);
      const roomy = createLintPool({ maxThreads: 1, timeoutSeconds: 60 });
      await expect(roomy.run({ files: [{ path: 'a.sql', sql: 'SELECT 1' }] })).resolves.toMatchObject({
        verdict: 'pass',
      });
      await roomy.close();
    },
    limitMs,
  );

  test(
    'what needs more memory than a worker has ends with a message',
    async () => {
      const small = createLintPool({ maxThreads: 1, timeoutSeconds: 60, memoryMb: 64 });
      const files = [{ path: 'a.sql', sql: 'CREATE TABLE t (a int, b text);\n'.repeat(150_000) }];
      await expect(small.run({ files })).rejects.toThrow(/could not be judged: .*memory/i);
      await small.close();
    },
    limitMs,
  );
});
