import type { Hazard } from '../hazard.ts';
import type { LintReport, ReportedStatement } from '../report.ts';
import type { FileError } from '../statement.ts';

/** A hazard with its file and statement. */
export interface ReportedFinding {
  readonly path: string;
  readonly statement: ReportedStatement;
  readonly hazard: Hazard;
}

/** All hazards of a report in file order, the acknowledged ones included. */
export function findingsOf(report: LintReport): readonly ReportedFinding[] {
  return report.files.flatMap(({ path, statements }) =>
    statements.flatMap((statement) => statement.hazards.map((hazard) => ({ path, statement, hazard }))),
  );
}

const ranks = { error: 0, warning: 1, info: 2 } as const;

/** The hazards that count, the worst first. */
export function openFindings(report: LintReport): readonly ReportedFinding[] {
  return findingsOf(report)
    .filter(({ hazard }) => hazard.acknowledged === undefined)
    .toSorted((one, other) => ranks[one.hazard.severity] - ranks[other.hazard.severity]);
}

/** Files that could not be read, with the reason. */
export function unreadableFiles(report: LintReport): readonly { path: string; error: FileError }[] {
  return report.files.flatMap(({ path, error }) => (error === undefined ? [] : [{ path, error }]));
}

/** A path as tools want it that join it with a root of their own: with slashes, without `./`. */
export function plainPath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(\.\/+)+/, '');
}
