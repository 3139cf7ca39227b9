import type { Hazard } from '../../../src/migrations/hazard.ts';
import type { LintReport, ReportedFile, ReportedStatement } from '../../../src/migrations/report.ts';
import { summarise, verdictOf } from '../../../src/migrations/report.ts';

/** SQL of the small report's files. */
export const sources: Readonly<Record<string, string>> = {
  'db/1.sql': "SET lock_timeout = '5s';\n  CREATE INDEX i\n    ON payments (a);\n",
  'db/2.sql': 'DROP TABLE old;\nSELEC;\n',
};

export function hazardOf(more: Partial<Hazard> = {}): Hazard {
  return {
    rule: 'create-index-blocking',
    severity: 'error',
    message: 'building index i blocks writes',
    fix: 'CREATE INDEX CONCURRENTLY i\n  ON payments (a);',
    line: 2,
    column: 3,
    docs: 'docs/rules/create-index-blocking.md',
    fingerprint: 'aaaaaaaaaaaaaaaa',
    ...more,
  };
}

export function statementOf(more: Partial<ReportedStatement> = {}): ReportedStatement {
  return {
    index: 0,
    line: 2,
    endLine: 3,
    kind: 'CREATE INDEX',
    analysis: 'static',
    effects: {
      engine: 'postgresql',
      locks: [
        { relation: 'public.payments', mode: 'ShareLock', kind: 'table', reason: 'keeps writers out', source: 's' },
      ],
      rewrites: [],
      scans: [{ relation: 'public.payments', reason: 'reads all of it', source: 's' }],
      indexBuilds: [],
      losses: [],
      transaction: 'allowed',
    },
    hazards: [hazardOf()],
    ...more,
  };
}

export function reportOf(files: readonly ReportedFile[], more: Partial<LintReport> = {}): LintReport {
  const summary = summarise(files);
  return {
    version: 1,
    dialect: 'postgresql',
    serverVersion: '16',
    timeZone: 'UTC',
    framework: 'plain',
    files,
    transactions: [],
    problems: [],
    summary,
    verdict: verdictOf(summary),
    ...more,
  };
}

const accepted = hazardOf({
  rule: 'drop-table',
  message: 'dropping table public.old loses its data',
  fix: '-- put it aside first',
  line: 1,
  column: 1,
  fingerprint: 'bbbbbbbbbbbbbbbb',
  acknowledged: 'empty since March',
  acknowledgedBy: 'comment',
});

const warning = hazardOf({
  rule: 'missing-lock-timeout',
  severity: 'warning',
  message: 'no lock_timeout is set',
  fix: "SET LOCAL lock_timeout = '5s';",
  line: 1,
  column: 1,
  fingerprint: 'cccccccccccccccc',
});

const dropped = statementOf({ line: 1, endLine: 1, kind: 'DROP TABLE', hazards: [accepted, warning] });

/** One of each: an error, a warning, an acknowledged hazard, a file that cannot be read, a problem. */
export const small: LintReport = reportOf(
  [
    { path: 'db/1.sql', statements: [statementOf()] },
    { path: 'db/2.sql', statements: [dropped] },
    { path: 'db/3.sql', error: { message: 'syntax error at or near "SELEC"', line: 2, column: 1 }, statements: [] },
  ],
  { problems: [{ path: 'db/2.sql', message: 'the baseline has truncate, which is there no more: write it anew' }] },
);

export const options = { colour: false, sourceOf: (path: string): string | undefined => sources[path] };

/** Everything that has a meaning in one of the formats, and characters that have none in any. */
export const hostile =
  '%0A::error::x\r\n]]> <b onclick="x">&amp; `a` ```` |y| @everyone #1 [z](http://evil) \\ {0} \u0000\u001b[31m\ud800 \u202e é🎉';

export const hostileReport: LintReport = reportOf(
  [
    {
      path: hostile,
      statements: [
        statementOf({
          kind: hostile,
          hazards: [hazardOf({ message: hostile, fix: `x\n${hostile}\n::error file=a::b` })],
        }),
      ],
    },
    { path: `${hostile}2`, error: { message: hostile, line: 1, column: 1 }, statements: [] },
  ],
  { problems: [{ path: hostile, message: hostile }] },
);

/** 10,000 hazards in one file. */
export const long: LintReport = reportOf([
  {
    path: 'db/long.sql',
    statements: Array.from({ length: 10_000 }, (_, index) =>
      statementOf({
        index,
        line: index + 1,
        endLine: index + 1,
        hazards: [hazardOf({ line: index + 1, fingerprint: String(index) })],
      }),
    ),
  },
]);
