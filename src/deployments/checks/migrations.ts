import { AwsFailure } from '../../aws/failure.ts';
import type { LintReport } from '../../migrations/report.ts';
import { unknownRollback } from '../../migrations/rollback-safety/verdict.ts';
import { countingReasons, rollbackSentence } from '../../migrations/rollback-safety/words.ts';
import type { DeploymentFacts, RevisionNames } from '../../providers/provider.ts';
import type { Reason } from '../../reason.ts';
import type { Check, CheckResult } from './check.ts';
import type { CheckSettings } from './settings.ts';
import { unreachable } from './unreachable.ts';

interface Parts {
  readonly revisionNames: (deployment: DeploymentFacts) => Promise<RevisionNames>;
  readonly findReport: (
    service: string,
    revisionNames: RevisionNames,
  ) => Promise<{ readonly id: string; readonly revision: string; readonly report: LintReport } | undefined>;
}

/** Does the revision's migration report hold a hazard of severity `error` that nobody acknowledged? */
export function createMigrationsCheck(parts: Parts): Check<CheckSettings['migrations']> {
  return async (settings, context) => {
    let names: RevisionNames;
    try {
      names = await parts.revisionNames(context.deployment);
    } catch (cause) {
      if (!(cause instanceof AwsFailure)) throw cause;
      return unreachable('migrations', cause, settings.whenUnreachable, context);
    }
    const found = await parts.findReport(context.service, names);
    if (found === undefined) return missing(settings.missingReport, context.service, names.flat());
    return judgeReport(found, settings.rollback);
  };
}

function missing(outcome: 'fail' | 'pass', service: string, names: readonly string[]): CheckResult {
  const text =
    `no migration report for service "${service}" under ${names.map((name) => `"${name}"`).join(', ') || 'any name'}; ` +
    'let CI send one with POST /v1/migrations/reports, or set missingReport: pass';
  return { name: 'migrations', verdict: outcome, reasons: [{ code: 'report-missing', text, revisionNames: names }] };
}

/** Whether the code can go back across the release, in words; a report that does not say is no "yes". */
function rollbackReasons(report: LintReport): readonly Reason[] {
  if (report.summary.statements === 0 && report.summary.unreadable === 0) return [];
  const rollback = report.rollback ?? unknownRollback();
  const code = { works: 'rollback-safe', breaks: 'rollback-unsafe', unknown: 'rollback-unknown' }[
    rollback.previousVersion
  ];
  const why = countingReasons(rollback)
    .slice(0, 5)
    .map(({ path, line, text }) => `${path}:${line}: ${text}`);
  const said =
    report.rollback === undefined ? ['the report does not say; make it anew with this version of lint'] : why;
  const text = [`rolling back across this release: ${rollbackSentence(rollback)}`, ...said].join('; ');
  return [{ code, text, previousVersion: rollback.previousVersion, down: rollback.down }];
}

/** The verdict on a report: pure. @param rollback what a release means that the code cannot go back across */
export function judgeReport(
  found: { id: string; revision: string; report: LintReport },
  rollback: CheckSettings['migrations']['rollback'] = 'allow',
): CheckResult {
  const { report, revision, id } = found;
  const unreadable = report.files.flatMap((file): Reason[] =>
    file.error === undefined
      ? []
      : [
          {
            code: 'migration-unreadable',
            text: `${file.path}:${file.error.line}:${file.error.column}: ${file.error.message}; correct it and send the report again`,
            path: file.path,
          },
        ],
  );
  const hazards = report.files.flatMap((file) =>
    file.statements.flatMap((statement) =>
      statement.hazards
        .filter((hazard) => hazard.severity === 'error' && hazard.acknowledged === undefined)
        .map(
          (hazard): Reason => ({
            code: 'migration-hazard',
            text: `${file.path}:${hazard.line}: ${hazard.rule}: ${hazard.message}`,
            rule: hazard.rule,
            path: file.path,
            line: hazard.line,
            fix: hazard.fix,
            locks: 'locks' in statement.effects ? statement.effects.locks : [],
          }),
        ),
    ),
  );
  const way = rollbackReasons(report);
  const refused = rollback === 'require-safe' ? way.filter(({ code }) => code !== 'rollback-safe') : [];
  const reasons = [...unreadable, ...hazards, ...refused];
  if (reasons.length > 0) return { name: 'migrations', verdict: 'fail', reasons };
  const text = `migration report ${id} of revision "${revision}": ${report.files.length} files without an unacknowledged error`;
  return { name: 'migrations', verdict: 'pass', reasons: [{ code: 'migrations-clean', text, reportId: id }, ...way] };
}
