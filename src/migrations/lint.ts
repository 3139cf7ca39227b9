import { withAcrossFiles } from './across-files.ts';
import { arrangeFiles } from './arrange.ts';
import { createBaselineMatcher } from './baseline.ts';
import type { Framework, SourceFile } from './frameworks/framework.ts';
import { detectFramework, frameworkNamed, frameworks } from './frameworks/frameworks.ts';
import { joinPieces } from './includes.ts';
import {
  type AnalysisInput,
  type LintRequest,
  type SqlFile,
  type UnreadableFile,
  type Within,
  withoutByteOrderMark,
} from './input.ts';
import { createRuleChoice, judgeFile } from './judge-file.ts';
import { withLockOrderConflicts } from './lock-order.ts';
import { withPlaceholderNamed } from './placeholders.ts';
import { type LintReport, type ReportedFile, type ReportProblem, summarise, verdictOf } from './report.ts';
import { combineRollback, unknownRollback, unreadRollback } from './rollback-safety/verdict.ts';
import { rules } from './rules/rules.ts';
import { checkServerVersion, defaultServerVersions, describeNewerVersion } from './server-version.ts';
import { defaultSessionStart, type SessionStart } from './session-start.ts';
import { isExcluded, type LintSettings, settingsOfFiles } from './settings.ts';
import type { AnalysedFile } from './statement.ts';
import { summariseTransactions } from './transactions.ts';

export type { LintRequest, SqlFile, UnreadableFile, Within } from './input.ts';
export type { LintReport } from './report.ts';

async function analyse(input: AnalysisInput, within: Within): Promise<readonly AnalysedFile[]> {
  if (input.dialect === 'postgresql') {
    const { analysePostgres } = await import('./postgres/analyse.ts');
    return analysePostgres(input, within);
  }
  const { analyseMysql } = await import('./mysql/analyse.ts');
  return within(() => analyseMysql(input));
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

function withoutStatements({ path, error }: UnreadableFile): ReportedFile {
  return { path, error, statements: [], rollback: unreadRollback(path, error) };
}

/** The judged files, with those that could not be read behind the file that was given before them. */
function withUnreadable(judged: readonly ReportedFile[], given: LintRequest['files']): readonly ReportedFile[] {
  const places = new Map(judged.map(({ path }, at) => [path, at]));
  const behind = new Map<number, ReportedFile[]>();
  let after = -1;
  for (const file of given) {
    if ('sql' in file) after = places.get(file.path) ?? after;
    else behind.set(after, [...(behind.get(after) ?? []), withoutStatements(file)]);
  }
  return [...(behind.get(-1) ?? []), ...judged.flatMap((file, at) => [file, ...(behind.get(at) ?? [])])];
}

/** The part of the settings that says what the runner's sessions begin with. */
function sessionOf({ searchPath, lockTimeoutMs, ignoreTables }: LintSettings): Partial<SessionStart> {
  return {
    ...(searchPath === undefined ? {} : { searchPath }),
    ...(ignoreTables === undefined ? {} : { ignoreTables }),
    lockTimeoutMs,
  };
}

/** A report without files looks like a pass: when the settings leave none, it says so. */
function nothingLeft({ files }: LintRequest, given: LintRequest['files']): readonly ReportProblem[] {
  if (files.length === 0 || given.length > 0) return [];
  return [{ path: 'safety-gate.yml', message: `lint.exclude leaves none of ${files.length} files to be judged` }];
}

/** `--framework` or the request's `framework` is none that is known. */
export class UnknownFramework extends Error {
  override readonly name = 'UnknownFramework';
  readonly code = 'unknown-framework';

  constructor(framework: string) {
    super(`framework "${framework}": there are ${frameworks.map(({ id }) => id).join(', ')}`);
  }
}

/** A request with every default filled in, and its files in the order in which they run. */
function prepare(request: LintRequest, within: Within) {
  const dialect = request.dialect ?? 'postgresql';
  const serverVersion = request.serverVersion ?? defaultServerVersions[dialect];
  checkServerVersion(dialect, serverVersion);
  const settings = request.settings ?? {};
  const given = request.files.filter(({ path }) => !isExcluded(path, settings));
  const sources = given.filter((file) => 'sql' in file).map(toSource);
  const past = (request.history ?? []).filter(({ path }) => !isExcluded(path, settings)).map(toSource);
  const framework = frameworkOf(request, [...past, ...sources]);
  const removed = new Set(request.removed);
  const arranged = within(() => arrangeFiles({ framework, dialect, files: sources, history: past, removed }));
  const timeZone = settings.timeZone ?? defaultSessionStart.timeZone;
  const session = { ...defaultSessionStart, ...sessionOf(settings), timeZone };
  return { dialect, serverVersion, settings, given, framework, arranged, session };
}

/** The rules' say on each file, by the settings, the comments and the baseline. */
function judge(
  analysed: readonly AnalysedFile[],
  files: readonly SqlFile[],
  { dialect, framework, settings }: Pick<ReturnType<typeof prepare>, 'dialect' | 'framework' | 'settings'>,
) {
  const engine = dialect === 'postgresql' ? 'postgresql' : 'mysql';
  const baseline = createBaselineMatcher(settings);
  const judging = {
    rules,
    rulesOf: createRuleChoice(rules, engine),
    ids: new Set(rules.map(({ id }) => id)),
    engine,
    framework,
    baseline,
  } as const;
  const settingsOf = settingsOfFiles(settings);
  const judged = analysed.map((facts, at) => {
    const file = files[at] ?? { path: facts.path, sql: '' };
    return judgeFile(withPlaceholderNamed(facts, file.sql), file, judging, settingsOf(facts.path));
  });
  return { judged, baseline };
}

/**
 * The only pipeline from SQL text to a report; doors and checks call it. Text in, plain data out: it reads no file and
 * asks no server. A file that does not parse gets an `error`, and the others are judged all the same.
 * @param within may stop what takes too long; by default nothing does
 * @throws UnknownFramework, UnsupportedServerVersion
 */
export async function lint(request: LintRequest, within: Within = (task) => task()): Promise<LintReport> {
  const prepared = prepare(request, within);
  const { dialect, serverVersion, framework, arranged, session, given } = prepared;
  const pieces = await analyse({ ...arranged, dialect, serverVersion, session }, within);
  const { analysed, files } = joinPieces(pieces, arranged.files, arranged.includeErrors);
  const ordered = within(() => withLockOrderConflicts(withAcrossFiles(analysed), request.applicationOrder ?? []));
  const { judged, baseline } = within(() => judge(ordered, files, prepared));
  const read = withUnreadable(
    judged.map(({ file }) => file),
    given,
  );
  const reported = [...read, ...arranged.unreadable.map(withoutStatements)];
  const readable = reported.filter(({ error }) => error === undefined).map(({ path }) => path);
  const newer = describeNewerVersion(dialect, serverVersion);
  const summary = summarise(reported);
  return {
    version: 1,
    dialect,
    serverVersion,
    timeZone: session.timeZone,
    framework: framework.id,
    files: reported,
    problems: [
      ...(newer === undefined ? [] : [{ path: 'serverVersion', message: newer }]),
      ...nothingLeft(request, given),
      ...arranged.problems,
      ...judged.flatMap(({ problems }) => problems),
      ...baseline.stale(readable),
    ],
    transactions: summariseTransactions(analysed),
    summary,
    rollback: combineRollback(reported.map((file) => file.rollback ?? unknownRollback())),
    verdict: verdictOf(summary),
  };
}
