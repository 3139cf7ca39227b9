/** Rows of one statement, each a list of its columns' values. */
export type Rows = readonly (readonly unknown[])[];

/** A PostgreSQL database that statements may do anything to: made for one run, gone after it. */
export interface TraceDatabase {
  readonly name: string;
  /** Server major version. */
  readonly major: number;
  readonly minor: number;
  /** As the server writes it, for instance `15.20 (Debian 15.20-0+deb12u1)`. */
  readonly version: string;
  /** True when nothing outlives the run, not even what belongs to the whole server: roles, databases, tablespaces. */
  readonly disposable: boolean;
  /** What COPY … FROM STDIN must name instead, to be run without rows. */
  readonly noRows: string;
  /**
   * Runs the text as one simple query, and gives the rows of each statement in it.
   * @throws an error with `code` (SQLSTATE) and `severity` when the server refuses; any other is a broken connection
   */
  run(sql: string): Promise<readonly Rows[]>;
  /** Has the server end the statement that runs now. */
  cancel(): Promise<void>;
  /** Ends the connection and drops the database. */
  close(): Promise<void>;
}

/** The database for the run could not be had; the message says why and what to do. */
export class TraceUnavailable extends Error {
  override readonly name = 'TraceUnavailable';
  readonly code = 'trace-unavailable';
}

/** The server's words for not doing what it was asked. */
export interface Refusal {
  /** SQLSTATE. PostgreSQL: documentation, appendix A. */
  readonly code: string;
  readonly message: string;
}

/** The refusal in an error of pg or PGlite, or undefined for an error of another kind. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, severity } = error as Error & { code?: unknown; severity?: unknown }; // both drivers' DatabaseError
  return typeof code === 'string' && typeof severity === 'string' ? { code, message: error.message } : undefined;
}

/** What a new session of a run begins with; a file's own settings come on top. */
export const sessionSettings = `SET TimeZone = 'UTC'; SET statement_timeout = '60s'; SET client_min_messages = 'error'`;
