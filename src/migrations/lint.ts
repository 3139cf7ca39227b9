import { withAcrossFiles } from './across-files.ts';
import { createBaselineMatcher } from './baseline.ts';
import type { Framework, SourceFile } from './frameworks/framework.ts';
import { detectFramework, frameworkNamed, frameworks } from './frameworks/frameworks.ts';
import { type AnalysisInput, type LintRequest, type SqlFile, withoutByteOrderMark } from './input.ts';
import { judgeFile } from './judge-file.ts';
import { withLockOrderConflicts } from './lock-order.ts';
import { type Dialect, type LintReport, type ReportedFile, summarise, verdictOf } from './report.ts';
import { rules } from './rules/rules.ts';
import { defaultSessionStart, type SessionStart } from './session-start.ts';
import { isExcluded, type LintSettings, settingsOfFile } from './settings.ts';
import type { AnalysedFile } from './statement.ts';
import { summariseTransactions } from './transactions.ts';

export type { LintRequest, SqlFile, UnreadableFile } from './input.ts';
export type { LintReport } from './report.ts';

export const defaultServerVersions: Readonly<Record<Dialect, string>> = {
  postgresql: '16',
  mysql: '8.0',
  mariadb: '10.11',
};

async function analyse(input: AnalysisInput): Promise<readonly AnalysedFile[]> {
  if (input.dialect === 'postgresql') {
    const { analysePostgres } = await import('./postgres/analyse.ts');
    return analysePostgres(input);
  }
  const { analyseMysql } = await import('./mysql/analyse.ts');
  return analyseMysql(input);
}

function toSource(file: SqlFile): SourceFile {
  const { path, sql } = withoutByteOrderMark(file);
  return { path, text: sql };
}

/** @throws UnknownFramework where the request names one that is not there */
function frameworkOf(request: LintRequest, files: readonly SourceFile[]): Framework {
  if (request.framework === undefined) return detectFramework(files);
  const named = frameworkNamed(request.framework);
  if (named === undefined) throw new UnknownFramework(request.framework);
  return named;
}

/** The judged files, with those that could not be read where they stood among the given ones. */
function withUnreadable(judged: readonly ReportedFile[], given: LintRequest['files']): readonly ReportedFile[] {
  let next = 0;
  const reported = given.flatMap((file) =>
    'sql' in file ? judged.slice(next, ++next) : [{ path: file.path, error: file.error, statements: [] }],
  );
  return [...reported, ...judged.slice(next)];
}

/** The part of the settings that says what the runner's sessions begin with. */
function sessionOf({ searchPath, lockTimeoutMs, ignoreTables }: LintSettings): Partial<SessionStart> {
  return {
    ...(searchPath === undefined ? {} : { searchPath }),
    ...(ignoreTables === undefined ? {} : { ignoreTables }),
    lockTimeoutMs,
  };
}

/** `--framework` or the request's `framework` is none that is known. */
export class UnknownFramework extends Error {
  override readonly name = 'UnknownFramework';
  readonly code = 'unknown-framework';

  constructor(framework: string) {
    super(`framework "${framework}": there are ${frameworks.map(({ id }) => id).join(', ')}`);
  }
}

/**
 * The only pipeline from SQL text to a report; doors and checks call it. Text in, plain data out: it reads no file and
 * asks no server. A file that does not parse gets an `error`, and the others are judged all the same.
 * @throws UnknownFramework
 */
export async function lint(request: LintRequest): Promise<LintReport> {
  const dialect = request.dialect ?? 'postgresql';
  const serverVersion = request.serverVersion ?? defaultServerVersions[dialect];
  const settings = request.settings ?? {};
  const timeZone = settings.timeZone ?? defaultSessionStart.timeZone;
  const given = request.files.filter(({ path }) => !isExcluded(path, settings));
  const sources = given.filter((file) => 'sql' in file).map(toSource);
  const past = (request.history ?? []).filter(({ path }) => !isExcluded(path, settings)).map(toSource);
  const framework = frameworkOf(request, [...past, ...sources]);
  const files = framework.arrange(sources);
  const session = { ...defaultSessionStart, ...sessionOf(settings), timeZone };
  const analysed = await analyse({ files, history: framework.arrange(past), dialect, serverVersion, session });
  const baseline = createBaselineMatcher(settings);
  const engine = dialect === 'postgresql' ? 'postgresql' : 'mysql';
  const ordered = withLockOrderConflicts(withAcrossFiles(analysed), request.applicationOrder ?? []);
  const judged = ordered.map((facts, at) =>
    judgeFile(
      facts,
      files[at] ?? { path: facts.path, sql: '' },
      { rules, engine, framework, baseline },
      settingsOfFile(facts.path, settings),
    ),
  );
  const reported = withUnreadable(
    judged.map(({ file }) => file),
    given,
  );
  const read = reported.filter(({ error }) => error === undefined).map(({ path }) => path);
  const summary = summarise(reported);
  return {
    version: 1,
    dialect,
    serverVersion,
    timeZone,
    framework: framework.id,
    files: reported,
    problems: [...judged.flatMap(({ problems }) => problems), ...baseline.stale(read)],
    transactions: summariseTransactions(analysed),
    summary,
    verdict: verdictOf(summary),
  };
}
