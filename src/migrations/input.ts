import type { Dialect } from './report.ts';
import type { FileError } from './statement.ts';

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

/** What the engine's analysis is given: text without byte order marks. */
export interface AnalysisInput {
  readonly files: readonly SqlFile[];
  readonly history: readonly SqlFile[];
  readonly dialect: Dialect;
  readonly serverVersion: string;
}

/** The text as the parsers want it. */
export function withoutByteOrderMark(file: SqlFile): SqlFile {
  return file.sql.startsWith('\uFEFF') ? { path: file.path, sql: file.sql.slice(1) } : file;
}
