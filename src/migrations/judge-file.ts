import { type Acknowledgement, acknowledge, acknowledgementsFor, findAcknowledgements } from './acknowledgements.ts';
import type { Framework } from './frameworks/framework.ts';
import type { Finding, Hazard, Remedy, Rule } from './hazard.ts';
import type { ReportedFile, ReportedStatement } from './report.ts';
import { describeIgnoreProblem, ignoreComment } from './rules/ignore-comment.ts';
import type { AnalysedFile, StatementFacts } from './statement.ts';

/** Path of a rule's page, relative to the project's root. */
export function docsOf(rule: string): string {
  return `docs/rules/${rule}.md`;
}

/** The migrations of a safer way as text, each as the framework wants it. */
function writeRemedy(remedy: Remedy, framework: Framework): string {
  return remedy.map((step) => framework.write(step)).join('\n\n-- then, in a migration of its own:\n');
}

function toHazard(rule: string, finding: Finding, at: { line: number; column: number }, framework: Framework): Hazard {
  const { fix, severity, message } = finding;
  const safer = typeof fix === 'string' ? { fix } : { fix: writeRemedy(fix, framework), remedy: fix };
  return { rule, severity, message, ...safer, line: at.line, column: at.column, docs: docsOf(rule) };
}

function appliesTo(rule: Rule, dialect: 'postgresql' | 'mysql', version: number): boolean {
  const { from = 0, to = Number.POSITIVE_INFINITY } = rule.versions ?? {};
  return rule.dialects.includes(dialect) && version >= from && version <= to;
}

/** Rules that only advise speak when they are asked to. */
function isOnByDefault({ severities }: Rule): boolean {
  return severities.some((severity) => severity !== 'info');
}

function hazardsOf(
  facts: StatementFacts,
  rules: readonly Rule[],
  dialect: 'postgresql' | 'mysql',
  framework: Framework,
): Hazard[] {
  return rules
    .filter((rule) => isOnByDefault(rule) && appliesTo(rule, dialect, facts.serverVersion))
    .flatMap((rule) => rule.check(facts).map((finding) => toHazard(rule.id, finding, facts, framework)));
}

/** Comments that ask for something and get nothing: no reason, no such rule, nothing to ignore. */
function ignoreProblems(
  used: ReadonlySet<Acknowledgement>,
  all: readonly Acknowledgement[],
  rules: readonly Rule[],
  framework: Framework,
): { hazard: Hazard; line: number }[] {
  const ids = rules.map((rule) => rule.id);
  return all
    .filter((acknowledgement) => !used.has(acknowledgement))
    .map((acknowledgement) => ({
      line: acknowledgement.line,
      hazard: toHazard(
        ignoreComment.id,
        describeIgnoreProblem(acknowledgement, ids),
        { line: acknowledgement.line, column: 1 },
        framework,
      ),
    }));
}

function report(facts: StatementFacts, hazards: readonly Hazard[]): ReportedStatement {
  return {
    index: facts.index,
    line: facts.line,
    kind: facts.kind,
    analysis: facts.opaqueReason === undefined ? 'static' : 'opaque',
    ...(facts.opaqueReason === undefined ? {} : { opaqueReason: facts.opaqueReason }),
    effects: facts.effects,
    hazards,
  };
}

/** Runs the rules over one analysed file and honours its inline acknowledgements. */
export function judgeFile(
  file: AnalysedFile,
  sql: string,
  rules: readonly Rule[],
  dialect: 'postgresql' | 'mysql',
  framework: Framework,
): ReportedFile {
  const all = findAcknowledgements(sql);
  const lines = all.length > 0 ? sql.split('\n') : [];
  const used = new Set<Acknowledgement>();
  const judged = file.statements.map((facts) => {
    const near = all.length > 0 ? acknowledgementsFor(facts, all, lines) : [];
    const hazards = hazardsOf(facts, rules, dialect, framework).map((hazard) => acknowledge(hazard, near));
    for (const each of near) {
      if (each.reason !== '' && hazards.some((hazard) => hazard.rule === each.rule)) used.add(each);
    }
    return { facts, hazards };
  });
  const last = judged.at(-1);
  for (const { hazard, line } of ignoreProblems(used, all, rules, framework)) {
    (judged.find(({ facts }) => facts.endLine >= line) ?? last)?.hazards.push(hazard);
  }
  return {
    path: file.path,
    ...(file.error === undefined ? {} : { error: file.error }),
    statements: judged.map(({ facts, hazards }) => report(facts, hazards)),
  };
}
