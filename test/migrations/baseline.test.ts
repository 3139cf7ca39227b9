import { describe, expect, test } from '@jest/globals';
import { baselineOf } from '../../src/migrations/baseline.ts';
import { normaliseStatement } from '../../src/migrations/fingerprint.ts';
import { lint } from '../../src/migrations/lint.ts';
import type { BaselineFinding, LintSettings } from '../../src/migrations/settings.ts';

const run = (sql: string, settings: LintSettings = {}, path = 'db/1.sql') => lint({ settings, files: [{ path, sql }] });

async function baseline(sql: string, settings: LintSettings = {}): Promise<readonly BaselineFinding[]> {
  return baselineOf(await run(sql, settings), settings, () => undefined);
}

const sql = 'DROP TABLE x;\nDROP TABLE y;';

test('what is in the baseline is acknowledged', async () => {
  const report = await run(sql, { baseline: await baseline(sql) });
  expect(report).toMatchObject({ verdict: 'pass', problems: [], summary: { errors: 0, warnings: 0 } });
  expect(report.files[0]?.statements[0]?.hazards[0]).toMatchObject({
    acknowledged: 'in the baseline',
    acknowledgedBy: 'baseline',
  });
});

test('lines, comments, white space and capitals may change', async () => {
  const moved = '-- new\n\ndrop   table /* now */\n x;\n\n\nDROP TABLE -- y\n y;';
  expect((await run(moved, { baseline: await baseline(sql) })).summary).toMatchObject({ errors: 0, warnings: 0 });
});

test('the same once more is new', async () => {
  const report = await run(`${sql}\nDROP TABLE x;`, { baseline: await baseline(sql) });
  expect(report.summary.errors).toBe(1);
});

test('the same in another file is new', async () => {
  expect((await run(sql, { baseline: await baseline(sql) }, 'db/2.sql')).summary.errors).toBe(2);
});

test('an entry that nothing meets is reported, for files of the run only', async () => {
  const stale = (path: string) => ({ path, rule: 'truncate', fingerprint: '0', statement: 'TRUNCATE x' });
  const report = await run(sql, { baseline: [...(await baseline(sql)), stale('db/1.sql'), stale('db/9.sql')] });
  expect(report.problems).toEqual([
    { path: 'db/1.sql', message: 'the baseline has truncate on "TRUNCATE x", which is there no more: write it anew' },
  ]);
  expect(report.verdict).toBe('pass');
});

test('a hazard that a comment has acknowledged since keeps the comment’s reason, and its entry is not stale', async () => {
  const acknowledged = `-- safety-gate: ignore drop-table,missing-lock-timeout unused\n${sql}`;
  const report = await run(acknowledged, { baseline: await baseline(sql) });
  expect(report.files[0]?.statements[0]?.hazards[0]).toMatchObject({
    acknowledged: 'unused',
    acknowledgedBy: 'comment',
  });
  expect(report.problems).toEqual([]);
});

test('paths are those from the settings’ folder on', async () => {
  const above = { place: { settings: '/repo', working: '/repo/db' } };
  const made = await lint({ settings: above, files: [{ path: './1.sql', sql }] });
  const findings = baselineOf(made, above, () => undefined);
  expect(new Set(findings.map(({ path }) => path))).toEqual(new Set(['db/1.sql']));
  expect((await run(sql, { baseline: findings })).verdict).toBe('pass');
});

test('is in an order of its own, without what was acknowledged', async () => {
  const made = await baseline(`TRUNCATE b;\n-- safety-gate: ignore drop-table old\nDROP TABLE a;`);
  expect(made.map(({ rule }) => rule)).toEqual([...made.map(({ rule }) => rule)].sort());
  expect(made.map(({ rule }) => rule)).not.toContain('drop-table');
});

describe('a statement is the same however it is laid out', () => {
  test.each([
    ['comments', 'DROP /* a */ TABLE -- b\n x', 'drop table x'],
    ['strings stay', "SELECT 'A  -- b'", "select 'A  -- b'"],
    ['quoted names stay', 'DROP TABLE "A  b"', 'drop table "A  b"'],
    ['dollar quotes stay', 'DO $$ BEGIN  X; END $$', 'do $$ BEGIN  X; END $$'],
  ])('%s', (_, text, normalised) => {
    expect(normaliseStatement(text, 'postgresql')).toBe(normalised);
  });
});
