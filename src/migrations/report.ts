import type { Effects } from './effects.ts';
import type { Hazard } from './hazard.ts';
import type { RollbackSafety } from './rollback-safety/verdict.ts';
import type { FileError } from './statement.ts';
import type { TransactionSummary } from './transactions.ts';

/** A database server's version as people write it: `16`, `16.4`, `8.0.36`, `10.11`. */
export const serverVersionPattern = /^\d+(\.\d+)*$/;

export const dialects = ['postgresql', 'mysql', 'mariadb'] as const;
export type Dialect = (typeof dialects)[number];

/** What `--format json` prints and POST /v1/migrations/lint answers: a contract, grown only by adding fields. */
export interface LintReport {
  readonly version: 1;
  readonly dialect: Dialect;
  readonly serverVersion: string;
  /** Conversions between timestamp and timestamptz are judged under this session time zone. */
  readonly timeZone: string;
  /** Id of the framework whose files these are. */
  readonly framework: string;
  readonly files: readonly ReportedFile[];
  /** What is wrong around the statements: stale entries of a baseline, for instance. None of it counts for the verdict. */
  readonly problems: readonly ReportProblem[];
  /** Transactions in which more than one statement locks something, and something from before the set (PostgreSQL). */
  readonly transactions: readonly TransactionSummary[];
  readonly summary: LintSummary;
  /**
   * Whether the version before the set still works on what all files together leave behind, and the way back. Absent in
   * reports of versions that did not ask: then nothing is known.
   */
  readonly rollback?: RollbackSafety;
  /** `fail`: an unacknowledged hazard of severity `error`, or a file that could not be read. */
  readonly verdict: 'pass' | 'fail';
}

/** Something to tidy up that is no hazard of a statement. */
export interface ReportProblem {
  readonly path: string;
  readonly message: string;
}

export interface ReportedFile {
  readonly path: string;
  readonly error?: FileError;
  readonly statements: readonly ReportedStatement[];
  /** What this file contributes, as it stands at the end of the set. */
  readonly rollback?: RollbackSafety;
}

export interface ReportedStatement {
  readonly index: number;
  readonly line: number;
  readonly endLine: number;
  readonly kind: string;
  /** `opaque`: the effects are not, or not all, known; `opaqueReason` says why. */
  readonly analysis: 'static' | 'opaque';
  readonly opaqueReason?: string;
  readonly effects: Effects;
  readonly hazards: readonly Hazard[];
}

export interface LintSummary {
  readonly files: number;
  readonly unreadable: number;
  readonly statements: number;
  readonly opaque: number;
  /** Unacknowledged hazards by severity. */
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly acknowledged: number;
}

export function summarise(files: readonly ReportedFile[]): LintSummary {
  const statements = files.flatMap((file) => file.statements);
  const hazards = statements.flatMap((statement) => statement.hazards);
  const open = hazards.filter((hazard) => hazard.acknowledged === undefined);
  return {
    files: files.length,
    unreadable: files.filter((file) => file.error !== undefined).length,
    statements: statements.length,
    opaque: statements.filter((statement) => statement.analysis === 'opaque').length,
    errors: open.filter((hazard) => hazard.severity === 'error').length,
    warnings: open.filter((hazard) => hazard.severity === 'warning').length,
    infos: open.filter((hazard) => hazard.severity === 'info').length,
    acknowledged: hazards.length - open.length,
  };
}

/** A file that could not be read is no clean file: absence is never a pass. */
export function verdictOf(summary: LintSummary): 'pass' | 'fail' {
  return summary.errors > 0 || summary.unreadable > 0 ? 'fail' : 'pass';
}
