import { expect, test } from '@jest/globals';
import { gitlab } from '../../../src/migrations/formats/gitlab.ts';
import { lint } from '../../../src/migrations/lint.ts';
import { hostile, hostileReport, long, options, reportOf, small } from './report.ts';

const issues = (report: typeof small) => JSON.parse(gitlab.render(report, options));

test('lists what counts, with GitLab’s severities', () => {
  expect(issues(small)).toEqual([
    {
      description: 'the file cannot be judged: syntax error at or near "SELEC"',
      check_name: 'unreadable',
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      severity: 'blocker',
      location: { path: 'db/3.sql', lines: { begin: 2 } },
    },
    {
      description: 'create-index-blocking: building index i blocks writes',
      check_name: 'create-index-blocking',
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      severity: 'critical',
      location: { path: 'db/1.sql', lines: { begin: 2, end: 3 } },
    },
    {
      description: 'missing-lock-timeout: no lock_timeout is set',
      check_name: 'missing-lock-timeout',
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      severity: 'minor',
      location: { path: 'db/2.sql', lines: { begin: 1, end: 1 } },
    },
  ]);
});

test('nothing found is an empty list', () => {
  expect(gitlab.render(reportOf([]), options)).toBe('[]\n');
});

test('paths are relative to the repository', async () => {
  const report = await lint({ files: [{ path: './db/1.sql', sql: 'DROP TABLE x' }] });
  expect(issues(report)[0].location.path).toBe('db/1.sql');
});

test('fingerprints are each its own, and stay when lines move', async () => {
  const sql = 'DROP TABLE x;\nDROP TABLE y;\nDROP TABLE x;';
  const fingerprints = async (text: string) =>
    issues(await lint({ files: [{ path: 'a.sql', sql: text }] })).map(
      ({ fingerprint }: { fingerprint: string }) => fingerprint,
    );
  const before = await fingerprints(sql);
  expect(new Set(before).size).toBe(before.length);
  expect(await fingerprints(`-- new\n\n${sql.replaceAll('DROP TABLE', 'drop /* now */\n  table')}`)).toEqual(before);
});

test('hostile text arrives as it is', () => {
  expect(issues(hostileReport)[1].description).toContain(hostile);
});

test('10,000 hazards have 10,000 fingerprints', () => {
  expect(new Set(issues(long).map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size).toBe(10_000);
});
