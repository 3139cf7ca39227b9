import { describe, expect, test } from '@jest/globals';
import { text } from '../../../src/migrations/formats/text.ts';
import { lint } from '../../../src/migrations/lint.ts';
import { hazardOf, hostileReport, long, options, reportOf, small, sources, statementOf } from './report.ts';

test('shows what, where and why, the line with a caret, and the safer way', () => {
  expect(text.render(small, { ...options, sourceOf: (path) => sources[path === 'db/3.sql' ? 'db/2.sql' : path] })).toBe(
    `db/1.sql:2 error create-index-blocking: building index i blocks writes
    2 |   CREATE INDEX i
      |   ^
    safer:
      CREATE INDEX CONCURRENTLY i
        ON payments (a);
db/2.sql:1 ignored drop-table: empty since March
db/2.sql:1 warning missing-lock-timeout: no lock_timeout is set
    1 | DROP TABLE old;
      | ^
    safer:
      SET LOCAL lock_timeout = '5s';
db/3.sql:2:1 unreadable syntax error at or near "SELEC"
    2 | SELEC;
      | ^
db/2.sql: the baseline has truncate, which is there no more: write it anew
fail: 2 statements in 3 files, 1 error, 1 warning, 1 acknowledged, 1 file unreadable
`,
  );
});

test('lists the effects of every statement when asked to', () => {
  const quiet = { ...statementOf().effects, locks: [], scans: [] };
  const report = reportOf([
    {
      path: 'a.sql',
      statements: [
        statementOf({ hazards: [] }),
        statementOf({ index: 1, line: 9, kind: 'SELECT', effects: quiet, hazards: [] }),
      ],
    },
  ]);
  expect(text.render(report, { ...options, effects: true })).toBe(`a.sql:2 CREATE INDEX
    lock     ShareLock on table public.payments  keeps writers out
    scan     public.payments                     reads all of it
a.sql:9 SELECT
    no lock on what was there before
pass: 2 statements in 1 file, 0 errors, 0 warnings
`);
});

test('lists what transactions of several statements hold, when asked to', async () => {
  const sql = "SET lock_timeout = '5s';\nDROP TABLE old;\nCREATE TABLE new (a int);\nCREATE INDEX i ON payments (a);";
  const report = await lint({ files: [{ path: 'a.sql', sql }] });
  const printed = text.render(report, { colour: false, effects: true });
  expect(printed.slice(printed.indexOf('transaction from'))).toMatch(
    /^transaction from a\.sql:2 to a\.sql:4\n {4}AccessExclusiveLock on public\.old, taken at line 2, is held while at line 4 index i of public\.payments is built\n {4}ShareLock on public\.payments, taken at line 4(, is held while [^\n]*)?\n {4}locks in this order: public\.old, public\.payments\nrollback: [^\n]*\nfail: /,
  );
  expect(text.render(report, { colour: false })).not.toContain('transaction from');
});

describe('the caret stands below the statement', () => {
  test.each([
    ['behind tabs', '\t\tDROP TABLE x;', 3, '\t\t^'],
    ['behind wide letters and emoji', '/* 漢字 🎉 */ DROP', 13, '              ^'],
    ['behind a letter of two code points', '/* e\u0301 */ DROP', 10, '        ^'],
    ['behind characters that are shown as codes', '/* \u0007 */ DROP', 9, '             ^'],
  ])('%s', (_, line, column, caret) => {
    const report = reportOf([{ path: 'a', statements: [statementOf({ hazards: [hazardOf({ line: 1, column })] })] }]);
    const lines = text.render(report, { colour: false, sourceOf: () => line }).split('\n');
    expect(lines[2]).toBe(`      | ${caret}`);
  });

  test('in a line of a million characters, of which a screenful is shown', () => {
    const line = `${'x'.repeat(500_000)}DROP${'y'.repeat(500_000)}`;
    const report = reportOf([
      { path: 'a', statements: [statementOf({ hazards: [hazardOf({ line: 1, column: 500_001 })] })] },
    ]);
    const [, shown = '', caret = ''] = text.render(report, { colour: false, sourceOf: () => line }).split('\n');
    expect(shown.length).toBeLessThan(200);
    expect(shown.slice(caret.indexOf('^')).startsWith('DROP')).toBe(true);
  });
});

test('line numbers are as wide as the longest', () => {
  const sql = 'DROP TABLE a;\n'.repeat(100);
  const at = (line: number) => statementOf({ line, endLine: line, hazards: [hazardOf({ line, column: 1 })] });
  const report = reportOf([{ path: 'a', statements: [at(9), at(100)] }]);
  const lines = text.render(report, { colour: false, sourceOf: () => sql }).split('\n');
  expect(lines.filter((line) => line.includes('DROP TABLE a'))).toEqual([
    '      9 | DROP TABLE a;',
    '    100 | DROP TABLE a;',
  ]);
});

test('the line is shown once for several hazards of one statement', () => {
  const report = reportOf([
    { path: 'db/1.sql', statements: [statementOf({ hazards: [hazardOf(), hazardOf({ rule: 'blocking-scan' })] })] },
  ]);
  expect(text.render(report, options).match(/2 \|/g)).toHaveLength(1);
});

test('old hazards of the baseline are counted and not listed', () => {
  const old = hazardOf({ acknowledged: 'in the baseline', acknowledgedBy: 'baseline' });
  const report = reportOf([{ path: 'a', statements: [statementOf({ hazards: [old] })] }]);
  expect(text.render(report, options)).toBe('pass: 1 statement in 1 file, 0 errors, 0 warnings, 1 acknowledged\n');
});

test('a time zone that is not UTC is said', () => {
  expect(text.render(reportOf([], { timeZone: 'Europe/Berlin' }), options)).toContain(
    'time zone of the sessions: Europe/Berlin\n',
  );
});

test('colour is there when asked for', () => {
  expect(text.render(small, { ...options, colour: true })).toContain('\u001b[31merror\u001b[0m');
});

test('hostile text cannot paint, move the cursor, or command a CI system', () => {
  const printed = text.render(hostileReport, { colour: false, sourceOf: () => '\u001b[2J\u202e DROP' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must not be there
  expect(printed).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(printed.split('\n').filter((line) => /^\s*::[\w-]+.*::/.test(line))).toEqual([]);
});

test('100,000 hazards of one statement are printed', () => {
  const hazards = Array.from({ length: 100_000 }, () => hazardOf());
  const report = reportOf([{ path: 'db/1.sql', statements: [statementOf({ hazards })] }]);
  expect(text.render(report, options).match(/error create-index-blocking/g)).toHaveLength(100_000);
});

test('10,000 hazards are printed', () => {
  const source = 'DROP TABLE a;\n'.repeat(10_000);
  expect(
    text.render(long, { colour: false, sourceOf: () => source }).match(/error create-index-blocking/g),
  ).toHaveLength(10_000);
});
