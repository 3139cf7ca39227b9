import type { Framework, SourceFile } from './frameworks/framework.ts';
import { detectFramework, frameworkNamed, frameworks } from './frameworks/frameworks.ts';
import { type AnalysisInput, type LintRequest, type SqlFile, withoutByteOrderMark } from './input.ts';
import { judgeFile } from './judge-file.ts';
import { withLockOrderConflicts } from './lock-order.ts';
import { type Dialect, type LintReport, type ReportedFile, summarise, verdictOf } from './report.ts';
import { rules } from './rules/rules.ts';
import type { AnalysedFile } from './statement.ts';
import { summariseTransactions } from './transactions.ts';

export type { LintRequest, SqlFile, UnreadableFile } from './input.ts';

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
  const sources = request.files.filter((file) => 'sql' in file).map(toSource);
  const past = (request.history ?? []).map(toSource);
  const framework = frameworkOf(request, [...past, ...sources]);
  const files = framework.arrange(sources);
  const analysed = await analyse({ files, history: framework.arrange(past), dialect, serverVersion });
  const ordered = withLockOrderConflicts(analysed, request.applicationOrder ?? []);
  const engine = dialect === 'postgresql' ? 'postgresql' : 'mysql';
  const judged = ordered.map((facts, at) => judgeFile(facts, files[at]?.sql ?? '', rules, engine, framework));
  const reported = withUnreadable(judged, request.files);
  const summary = summarise(reported);
  return {
    version: 1,
    dialect,
    serverVersion,
    timeZone: 'UTC',
    framework: framework.id,
    files: reported,
    transactions: summariseTransactions(analysed),
    summary,
    verdict: verdictOf(summary),
  };
}
