import { describe, expect, test } from '@jest/globals';
import { judgeReport } from '../../src/deployments/checks/migrations.ts';
import { lint } from '../../src/migrations/lint.ts';

async function judged(sql: string, rollback?: 'allow' | 'require-safe') {
  const report = await lint({ framework: 'plain', files: [{ path: '1.sql', sql }] });
  const { verdict, reasons } = judgeReport({ id: 'report_1', revision: '42', report }, rollback);
  return { verdict, codes: reasons.map(({ code }) => code) };
}

const quick = "SET lock_timeout = '1s'; SET statement_timeout = '1s';";
const safe = `${quick} CREATE TABLE a (id bigint PRIMARY KEY);`;
const opaque = "DO $$ BEGIN EXECUTE current_setting('app.change'); END $$;";

describe('what the migrations check says of going back', () => {
  test.each([
    ['a release that can go back', safe, undefined, { verdict: 'pass', codes: ['migrations-clean', 'rollback-safe'] }],
    [
      'the same where that is required',
      safe,
      'require-safe',
      { verdict: 'pass', codes: ['migrations-clean', 'rollback-safe'] },
    ],
    [
      'a release of which nobody knows',
      opaque,
      'allow',
      { verdict: 'pass', codes: ['migrations-clean', 'rollback-unknown'] },
    ],
    ['the same where that is required', opaque, 'require-safe', { verdict: 'fail', codes: ['rollback-unknown'] }],
    ['no statements', '-- nothing', 'require-safe', { verdict: 'pass', codes: ['migrations-clean'] }],
  ] as const)('%s', async (_, sql, rollback, expected) => {
    expect(await judged(sql, rollback)).toEqual(expected);
  });

  test('a report that does not say is no yes', async () => {
    const { rollback: _, ...report } = await lint({ framework: 'plain', files: [{ path: '1.sql', sql: safe }] });
    const found = { id: 'report_1', revision: '42', report };
    expect(judgeReport(found, 'require-safe').reasons.map(({ code }) => code)).toEqual(['rollback-unknown']);
  });
});
