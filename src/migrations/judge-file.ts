import { type Acknowledgement, readAcknowledgements } from './acknowledgements.ts';
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

function hazardsOf(facts: StatementFacts, rules: readonly Rule[], framework: Framework): Hazard[] {
  const hazards: Hazard[] = [];
  for (const rule of rules) {
    for (const finding of rule.check(facts)) hazards.push(toHazard(rule.id, finding, facts, framework));
  }
  return hazards;
}

/** Comments that ask for something and get nothing: no reason, no such rule, nothing to ignore. */
function ignoreProblems(unused: readonly Acknowledgement[], rules: readonly Rule[], framework: Framework): Hazard[] {
  const ids = rules.map((rule) => rule.id);
  return unused.map((each) =>
    toHazard(ignoreComment.id, describeIgnoreProblem(each, ids), { line: each.line, column: 1 }, framework),
  );
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
  const acknowledgements = readAcknowledgements(sql);
  const version = file.statements[0]?.serverVersion ?? 0;
  const active = rules.filter((rule) => isOnByDefault(rule) && appliesTo(rule, dialect, version));
  const judged = file.statements.map((facts) => ({
    facts,
    hazards: acknowledgements.honour(facts, hazardsOf(facts, active, framework)),
  }));
  let at = 0;
  for (const problem of ignoreProblems(acknowledgements.unused(), rules, framework)) {
    // Both come in the file's order: the problem goes to the first statement that ends at its line or below.
    while (at < judged.length - 1 && (judged[at]?.facts.endLine ?? 0) < problem.line) at += 1;
    judged[at]?.hazards.push(problem);
  }
  return {
    path: file.path,
    ...(file.error === undefined ? {} : { error: file.error }),
    statements: judged.map(({ facts, hazards }) => report(facts, hazards)),
  };
}
