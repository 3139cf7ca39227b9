import { describe, expect, test } from '@jest/globals';
import { sarif } from '../../../src/migrations/formats/sarif.ts';
import { lint } from '../../../src/migrations/lint.ts';
import type { LintReport } from '../../../src/migrations/report.ts';
import { rules } from '../../../src/migrations/rules/rules.ts';
import { type SarifRun, sarifLog } from '../../support/sarif.ts';
import { hazardOf, hostile, hostileReport, long, options, reportOf, small, statementOf } from './report.ts';

/** The one run of a log that fits the standard's schema, every ruleIndex of which points at its rule. */
function runOf(report: LintReport): SarifRun {
  const [run] = sarifLog.parse(JSON.parse(sarif.render(report, options))).runs;
  if (run === undefined) throw new Error('no run');
  const ids = run.tool.driver.rules.map(({ id }) => id);
  for (const { ruleId, ruleIndex } of run.results) expect(ids[ruleIndex ?? -1]).toBe(ruleId);
  return run;
}

test('results have rule, level, region with its text, fingerprint and suppression', () => {
  const place = (uri: string, region: object) => [
    { physicalLocation: { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region } },
  ];
  expect(runOf(small).results).toEqual([
    {
      ruleId: 'unreadable-file',
      ruleIndex: 3,
      level: 'error',
      message: { text: 'syntax error at or near "SELEC"' },
      locations: place('db/3.sql', { startLine: 2, startColumn: 1 }),
    },
    {
      ruleId: 'create-index-blocking',
      ruleIndex: 0,
      level: 'error',
      message: { text: 'building index i blocks writes\n\nSafer:\nCREATE INDEX CONCURRENTLY i\n  ON payments (a);' },
      locations: place('db/1.sql', {
        startLine: 2,
        startColumn: 3,
        endLine: 3,
        snippet: { text: 'CREATE INDEX i\n    ON payments (a);' },
      }),
      partialFingerprints: { 'ruleAndStatement/v1': 'aaaaaaaaaaaaaaaa' },
    },
    {
      ruleId: 'drop-table',
      ruleIndex: 1,
      level: 'error',
      message: { text: 'dropping table public.old loses its data\n\nSafer:\n-- put it aside first' },
      locations: place('db/2.sql', { startLine: 1, startColumn: 1, endLine: 1, snippet: { text: 'DROP TABLE old;' } }),
      partialFingerprints: { 'ruleAndStatement/v1': 'bbbbbbbbbbbbbbbb' },
      suppressions: [{ kind: 'inSource', status: 'accepted', justification: 'empty since March' }],
    },
    {
      ruleId: 'missing-lock-timeout',
      ruleIndex: 2,
      level: 'warning',
      message: { text: "no lock_timeout is set\n\nSafer:\nSET LOCAL lock_timeout = '5s';" },
      locations: place('db/2.sql', { startLine: 1, startColumn: 1, endLine: 1, snippet: { text: 'DROP TABLE old;' } }),
      partialFingerprints: { 'ruleAndStatement/v1': 'cccccccccccccccc' },
    },
  ]);
});

test('rules that fired are described, with their page as help', () => {
  const [rule] = runOf(small).tool.driver.rules;
  expect(rule).toMatchObject({
    id: 'create-index-blocking',
    name: 'CreateIndexBlocking',
    defaultConfiguration: { enabled: true, level: 'error' },
    help: { markdown: expect.stringMatching(/^# create-index-blocking\n[\s\S]*CONCURRENTLY/) },
  });
});

test('a run that could not read everything did not succeed, and problems are notifications', () => {
  expect(runOf(small).invocations[0]).toMatchObject({
    executionSuccessful: false,
    toolExecutionNotifications: [{ level: 'note', message: { text: expect.stringContaining('truncate') } }],
  });
});

test('what the baseline holds is suppressed from outside', () => {
  const old = hazardOf({ acknowledged: 'in the baseline', acknowledgedBy: 'baseline' });
  const run = runOf(reportOf([{ path: 'a.sql', statements: [statementOf({ hazards: [old] })] }]));
  expect(run.results[0]?.suppressions).toMatchObject([{ kind: 'external' }]);
});

describe('paths become URIs', () => {
  test.each([
    ['./db/1.sql', 'db/1.sql'],
    ['db/für Müller.sql', 'db/f%C3%BCr%20M%C3%BCller.sql'],
    ['db\\1.sql', 'db/1.sql'],
    ['/srv/db/1.sql', 'file:///srv/db/1.sql'],
    ['../db/1.sql', '../db/1.sql'],
    ['<stdin>', '%3Cstdin%3E'],
    ['a:b%.sql', 'a%3Ab%25.sql'],
  ])('%s', (path, uri) => {
    const [result] = runOf(reportOf([{ path, statements: [statementOf()] }])).results;
    expect(result?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(uri);
  });
});

test('hostile text is valid, and braces are doubled, since they mark places for arguments', () => {
  const run = runOf(hostileReport);
  expect(run.results[1]?.message.text).toContain(hostile.toWellFormed().replace('{0}', '{{0}}'));
});

test('10,000 hazards are 10,000 results', () => {
  expect(runOf(long).results).toHaveLength(10_000);
});

test('every rule that fires on an example of its own is described', async () => {
  const files = rules.flatMap(({ id, dialects, examples }) =>
    dialects.includes('postgresql') ? examples.bad.map((sql, at) => ({ path: `${id}/${at}.sql`, sql })) : [],
  );
  const reports = await Promise.all(files.map((file) => lint({ files: [file], settings: { info: true } })));
  const described = new Set(reports.flatMap((report) => runOf(report).tool.driver.rules.map(({ id }) => id)));
  for (const file of files) expect(described).toContain(file.path.split('/')[0]);
});
