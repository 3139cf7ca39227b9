import type { Dialect } from './report.ts';
import type { SessionStart } from './session-start.ts';
import type { LintSettings } from './settings.ts';
import type { FileError } from './statement.ts';

/**
 * Which transaction the runner gives to the statements of a part.
 * `wrapped`: BEGIN before the part, COMMIT behind it, also around a single statement.
 * `shared`: like `wrapped`, and the transaction goes on into the next part or file that is `shared`.
 * `implicit`: the text goes to the server as one query: a single statement runs alone, several are one transaction
 * (PostgreSQL: documentation, 53.2.2.1).
 * `none`: every statement runs alone, unless the text says BEGIN.
 */
export type TransactionMode = 'wrapped' | 'shared' | 'implicit' | 'none';

/** UTF-16 offsets into a file's text. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** A piece of a file that runs on the way up: all of it in most frameworks, a section or a changeset in some. */
export interface MigrationPart extends TextRange {
  /** What lies outside all parts of a file is not run. */
  readonly transaction: TransactionMode;
  /** Where the framework names its parts: what stays the same when the text changes (a changeset's author and id). */
  readonly id?: string | undefined;
  /** Text that ends a statement where the framework takes something else than semicolons for that; inside the part. */
  readonly delimiters?: readonly TextRange[] | undefined;
  /** True where the transaction of this part goes on into the next one of the file (queries of one function). */
  readonly goesOn?: boolean | undefined;
  /** Text that never reaches the server (a template's prefix, an include), or other text in its place, not longer. */
  readonly blank?: readonly (TextRange & { readonly instead?: string | undefined })[] | undefined;
}

/** How a migration is taken back, where the framework has a place for that. */
export interface DownMigration {
  readonly path: string;
  readonly sql: string;
  readonly parts: readonly MigrationPart[];
}

export interface SqlFile {
  readonly path: string;
  readonly sql: string;
  /** Absent: the whole file, `implicit`. */
  readonly parts?: readonly MigrationPart[] | undefined;
  /** Absent where there is none. */
  readonly down?: DownMigration | undefined;
  /** Set on pieces of a run of psql that goes through several files; false on the first, which opens the session. */
  readonly sameSession?: boolean | undefined;
}

/** A file as it lies in the repository: SQL, or one of the small files beside it that say how it runs. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A file as it lies in the repository: SQL, or one of the small files beside it that say how it runs. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
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
  /** Files of the history that are no longer there: they ran, but their versions are free. */
  readonly removed?: readonly string[] | undefined;
  /** Id of the framework whose files these are; found by the files themselves where it is not given. */
  readonly framework?: string | undefined;
  /** How the project wants its migrations judged. */
  readonly settings?: LintSettings | undefined;
  /** Each a list of tables in the order in which the application's transactions write to them; `accounts` is `public.accounts`. */
  readonly applicationOrder?: readonly (readonly string[])[] | undefined;
}

/** Runs work in this thread, and may stop it: a door's limit on time. */
export type Within = <T>(task: () => T) => T;

/** What the engine's analysis is given: text without byte order marks. */
export interface AnalysisInput {
  readonly files: readonly SqlFile[];
  readonly history: readonly SqlFile[];
  readonly dialect: Dialect;
  readonly serverVersion: string;
  /** What the runner's sessions begin with. */
  readonly session: SessionStart;
}

/** The text as the parsers want it. */
export function withoutByteOrderMark(file: SqlFile): SqlFile {
  return file.sql.startsWith('\uFEFF') ? { path: file.path, sql: file.sql.slice(1) } : file;
}
