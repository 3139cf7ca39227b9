import { expect, test } from '@jest/globals';
import { lint } from '../../src/migrations/lint.ts';
import { lintReportSchema, lintRequestSchema } from '../../src/migrations/request.ts';

test.each([
  ['an unknown field', { files: [{ path: 'a', sql: '' }], colour: true }, ['']],
  ['an unknown field of a file', { files: [{ path: 'a', sql: '', mode: 1 }] }, ['files.0']],
  ['no files', { files: [] }, ['files']],
  ['sql that is no text', { files: [{ path: 'a', sql: 1 }] }, ['files.0.sql']],
  ['an unknown dialect', { dialect: 'oracle', files: [{ path: 'a', sql: '' }] }, ['dialect']],
  ['a version that is none', { serverVersion: 'new', files: [{ path: 'a', sql: '' }] }, ['serverVersion']],
  ['10,001 files', { files: Array.from({ length: 10_001 }, () => ({ path: 'a', sql: '' })) }, ['files']],
])('a request with %s is refused at its path', (_, body, paths) => {
  const result = lintRequestSchema.safeParse(body);
  expect(result.error?.issues.map(({ path }) => path.join('.'))).toEqual(paths);
});

test.each(['postgresql', 'mysql'] as const)(
  'a report of our own passes as one that a CI job posts (%s)',
  async (dialect) => {
    const sql = 'CREATE TABLE a (id int); DROP TABLE b; ALTER TABLE c ADD COLUMN d int; nonsense';
    const report = await lint({
      dialect,
      files: [
        { path: 'a.sql', sql },
        { path: 'b.sql', sql: sql.replace('nonsense', '') },
      ],
    });
    expect(lintReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(JSON.parse(JSON.stringify(report)));
  },
);

test('a report with a verdict that is no verdict is refused', async () => {
  const report = await lint({ files: [{ path: 'a.sql', sql: 'SELECT 1' }] });
  expect(lintReportSchema.safeParse({ ...report, verdict: 'maybe' }).success).toBe(false);
});
