import { judgeFile } from './judge-file.ts';
import { type Dialect, type LintReport, summarise, verdictOf } from './report.ts';
import { rules } from './rules/rules.ts';
import type { AnalysedFile, FileError } from './statement.ts';

export interface SqlFile {
  readonly path: string;
  readonly sql: string;
}

/** A file whose text could not be had (no UTF-8, for instance); it takes its place in the report. */
export interface UnreadableFile {
  readonly path: string;
  readonly error: FileError;
}

export interface LintRequest {
  readonly dialect?: Dialect | undefined;
  /** Major, or more: `16`, `16.4`, `8.0.36`, `10.11`. */
  readonly serverVersion?: string | undefined;
  /** The migrations of one release, in the order in which they run. */
  readonly files: readonly (SqlFile | UnreadableFile)[];
  /** Migrations that ran before; replayed to know what is there, not judged. Without them unknown tables are taken to exist. */
  readonly history?: readonly SqlFile[] | undefined;
}

export const defaultServerVersions: Readonly<Record<Dialect, string>> = {
  postgresql: '16',
  mysql: '8.0',
  mariadb: '10.11',
};

/** What the engine's analysis is given: text without byte order marks. */
export interface AnalysisInput {
  readonly files: readonly SqlFile[];
  readonly history: readonly SqlFile[];
  readonly dialect: Dialect;
  readonly serverVersion: string;
}

async function analyse(input: AnalysisInput): Promise<readonly AnalysedFile[]> {
  const { analysePostgres } = await import('./postgres/analyse.ts');
  return analysePostgres(input);
}

function withoutByteOrderMark(file: SqlFile): SqlFile {
  return file.sql.startsWith('\uFEFF') ? { path: file.path, sql: file.sql.slice(1) } : file;
}

/**
 * The only pipeline from SQL text to a report; doors and checks call it. Text in, plain data out: it reads no file and
 * asks no server. A file that does not parse gets an `error`, and the others are judged all the same.
 */
export async function lint(request: LintRequest): Promise<LintReport> {
  const dialect = request.dialect ?? 'postgresql';
  const serverVersion = request.serverVersion ?? defaultServerVersions[dialect];
  const readable = request.files.filter((file) => 'sql' in file).map(withoutByteOrderMark);
  const history = (request.history ?? []).map(withoutByteOrderMark);
  const analysed = await analyse({ files: readable, history, dialect, serverVersion });
  let next = 0;
  const files = request.files.map((file) => {
    if (!('sql' in file)) return { path: file.path, error: file.error, statements: [] };
    const at = next++;
    const facts = analysed[at];
    if (facts === undefined) throw new Error(`the analysis left out ${file.path}`);
    return judgeFile(facts, readable[at]?.sql ?? '', rules, dialect === 'postgresql' ? 'postgresql' : 'mysql');
  });
  const summary = summarise(files);
  return { version: 1, dialect, serverVersion, timeZone: 'UTC', files, summary, verdict: verdictOf(summary) };
}
