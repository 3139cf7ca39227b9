import { type Acknowledgement, acknowledge, acknowledgementsFor, findAcknowledgements } from './acknowledgements.ts';
import type { Finding, Hazard, Rule } from './hazard.ts';
import type { ReportedFile, ReportedStatement } from './report.ts';
import { describeIgnoreProblem, ignoreComment } from './rules/ignore-comment.ts';
import type { AnalysedFile, StatementFacts } from './statement.ts';

/** Path of a rule's page, relative to the project's root. */
export function docsOf(rule: string): string {
  return `docs/rules/${rule}.md`;
}

function toHazard(rule: string, finding: Finding, at: { line: number; column: number }): Hazard {
  return { rule, ...finding, line: at.line, column: at.column, docs: docsOf(rule) };
}

function hazardsOf(facts: StatementFacts, rules: readonly Rule[], dialect: 'postgresql' | 'mysql'): Hazard[] {
  return rules
    .filter((rule) => rule.dialects.includes(dialect))
    .flatMap((rule) => rule.check(facts).map((finding) => toHazard(rule.id, finding, facts)));
}

/** Comments that ask for something and get nothing: no reason, no such rule, nothing to ignore. */
function ignoreProblems(
  used: ReadonlySet<Acknowledgement>,
  all: readonly Acknowledgement[],
  rules: readonly Rule[],
): { hazard: Hazard; line: number }[] {
  const ids = rules.map((rule) => rule.id);
  return all
    .filter((acknowledgement) => !used.has(acknowledgement))
    .map((acknowledgement) => ({
      line: acknowledgement.line,
      hazard: toHazard(ignoreComment.id, describeIgnoreProblem(acknowledgement, ids), {
        line: acknowledgement.line,
        column: 1,
      }),
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
): ReportedFile {
  const all = findAcknowledgements(sql);
  const lines = all.length > 0 ? sql.split('\n') : [];
  const used = new Set<Acknowledgement>();
  const judged = file.statements.map((facts) => {
    const near = all.length > 0 ? acknowledgementsFor(facts, all, lines) : [];
    const hazards = hazardsOf(facts, rules, dialect).map((hazard) => acknowledge(hazard, near));
    for (const each of near) {
      if (each.reason !== '' && hazards.some((hazard) => hazard.rule === each.rule)) used.add(each);
    }
    return { facts, hazards };
  });
  const last = judged.at(-1);
  for (const { hazard, line } of ignoreProblems(used, all, rules)) {
    (judged.find(({ facts }) => facts.endLine >= line) ?? last)?.hazards.push(hazard);
  }
  return {
    path: file.path,
    ...(file.error === undefined ? {} : { error: file.error }),
    statements: judged.map(({ facts, hazards }) => report(facts, hazards)),
  };
}
