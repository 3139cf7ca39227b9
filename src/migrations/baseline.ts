import type { Hazard } from './hazard.ts';
import type { LintReport, ReportProblem } from './report.ts';
import { type BaselineFinding, type LintSettings, settingsPath } from './settings.ts';

/** What stands as the reason of a hazard that was there before. */
const baselineReason = 'in the baseline';

/** Finds out which hazards are old, and which entries of the baseline are met no more. */
export interface BaselineMatcher {
  /** Takes old hazards of the file out of the count. */
  acknowledge(path: string, hazards: readonly Hazard[]): readonly Hazard[];
  /** Entries of the judged files that no hazard has met. */
  stale(paths: readonly string[]): readonly ReportProblem[];
}

function keyOf(path: string, { rule, fingerprint }: Pick<BaselineFinding, 'rule' | 'fingerprint'>): string {
  return `${path}\n${rule}\n${fingerprint}`;
}

export function createBaselineMatcher({ baseline = [], place }: LintSettings): BaselineMatcher {
  if (baseline.length === 0) return { acknowledge: (_, hazards) => hazards, stale: () => [] };
  const entries = new Map(baseline.map((entry) => [keyOf(entry.path, entry), entry]));
  const met = new Set<string>();
  return {
    acknowledge: (path, hazards) => {
      const local = settingsPath(path, place);
      return hazards.map((hazard) => {
        const key = keyOf(local, hazard);
        if (!entries.has(key)) return hazard;
        met.add(key);
        if (hazard.acknowledged !== undefined) return hazard;
        return { ...hazard, acknowledged: baselineReason, acknowledgedBy: 'baseline' };
      });
    },
    stale: (paths) => {
      const given = new Map(paths.map((path) => [settingsPath(path, place), path]));
      return [...entries].flatMap(([key, { path, rule, statement }]) => {
        const reported = given.get(path);
        if (reported === undefined || met.has(key)) return [];
        const where = statement === undefined ? '' : ` on "${statement}"`;
        return [{ path: reported, message: `the baseline has ${rule}${where}, which is there no more: write it anew` }];
      });
    },
  };
}

/** The findings of a report that count, as a baseline: sorted, so that a file made from it changes only where they do. */
export function baselineOf(
  report: LintReport,
  settings: LintSettings,
  statementOf: (path: string, from: { line: number; column: number }, endLine: number) => string | undefined,
): readonly BaselineFinding[] {
  const findings = report.files.flatMap(({ path, statements }) =>
    statements.flatMap(({ endLine, hazards }) =>
      hazards
        .filter(({ acknowledged }) => acknowledged === undefined)
        .map(({ rule, fingerprint, line, column }): BaselineFinding => {
          const statement = statementOf(path, { line, column }, endLine);
          const local = settingsPath(path, settings.place);
          return { path: local, rule, fingerprint, ...(statement === undefined ? {} : { statement }) };
        }),
    ),
  );
  const order = (finding: BaselineFinding): string => keyOf(finding.path, finding);
  return findings.toSorted((one, other) => (order(one) < order(other) ? -1 : 1));
}
