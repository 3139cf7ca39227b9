import { type LintRequest, lint } from '../../../src/migrations/lint.ts';
import type { LintReport } from '../../../src/migrations/report.ts';

type Files = Readonly<Record<string, string>>;

function toFiles(files: Files): { path: string; sql: string }[] {
  return Object.entries(files).map(([path, sql]) => ({ path, sql }));
}

/** Lints files that are given as path and text. */
export function lintFiles(files: Files, more: Partial<LintRequest> & { before?: Files } = {}): Promise<LintReport> {
  const { before, ...rest } = more;
  return lint({ ...rest, files: toFiles(files), ...(before === undefined ? {} : { history: toFiles(before) }) });
}

/** `path: KIND, KIND` of each judged file. */
export function kindsOf(report: LintReport): readonly string[] {
  return report.files.map(({ path, statements }) => `${path}: ${statements.map(({ kind }) => kind).join(', ')}`);
}

/** Whether the server would refuse a statement because of the transaction it runs in. */
export function isRefused(report: LintReport): boolean {
  return report.files.some(({ statements }) =>
    statements.some(({ hazards }) => hazards.some(({ rule }) => rule === 'concurrently-in-transaction')),
  );
}
