import { type Acknowledgement, readAcknowledgements } from './acknowledgements.ts';
import type { BaselineMatcher } from './baseline.ts';
import type { Engine } from './comments.ts';
import { createFingerprints, normaliseStatement } from './fingerprint.ts';
import type { Framework } from './frameworks/framework.ts';
import type { Finding, Hazard, Remedy, Rule } from './hazard.ts';
import type { SqlFile } from './input.ts';
import type { ReportedFile, ReportedStatement, ReportProblem } from './report.ts';
import { describeIgnoreProblem, ignoreComment } from './rules/ignore-comment.ts';
import type { FileSettings } from './settings.ts';
import type { AnalysedFile, StatementFacts } from './statement.ts';

/** Path of a rule's page, relative to the project's root. */
export function docsOf(rule: string): string {
  return `docs/rules/${rule}.md`;
}

/** What all files of a run are judged by. */
export interface Judging {
  readonly rules: readonly Rule[];
  /** Those that speak in a file. */
  readonly rulesOf: RuleChoice;
  /** Ids of all rules. */
  readonly ids: ReadonlySet<string>;
  readonly engine: Engine;
  readonly framework: Framework;
  readonly baseline: BaselineMatcher;
}

/** A finding with its rule, its severity as the settings want it. */
interface RuledFinding extends Finding {
  readonly rule: string;
}

/** The migrations of a safer way as text, each as the framework wants it. */
function writeRemedy(remedy: Remedy, framework: Framework): string {
  return remedy.map((step) => framework.write(step)).join('\n\n-- then, in a migration of its own:\n');
}

function appliesTo(rule: Rule, engine: Engine, version: number): boolean {
  const { from = 0, to = Number.POSITIVE_INFINITY } = rule.versions ?? {};
  return rule.dialects.includes(engine) && version >= from && version <= to;
}

/** Rules that only advise speak when they are asked to. */
export function isOnByDefault({ severities }: Pick<Rule, 'severities'>): boolean {
  return severities.some((severity) => severity !== 'info');
}

/** Whether a rule speaks in a file: as the settings say, else by default. */
export function isOn(rule: Pick<Rule, 'id' | 'severities'>, settings: FileSettings): boolean {
  const setting = settings.rule(rule.id);
  return setting === undefined ? isOnByDefault(rule) || settings.info : setting !== 'off';
}

type RuleChoice = (settings: FileSettings, version: number) => readonly Rule[];

/** The rules that are on and fit the server. Most files ask for the same as the file before: the last answer is kept. */
export function createRuleChoice(rules: readonly Rule[], engine: Engine): RuleChoice {
  let last: { settings: FileSettings; version: number; chosen: readonly Rule[] } | undefined;
  return (settings, version) => {
    if (last === undefined || last.settings !== settings || last.version !== version) {
      const chosen = rules.filter((rule) => isOn(rule, settings) && appliesTo(rule, engine, version));
      last = { settings, version, chosen };
    }
    return last.chosen;
  };
}

function withSetting(finding: RuledFinding, settings: FileSettings): RuledFinding {
  const setting = settings.rule(finding.rule);
  return setting === undefined || setting === 'off' ? finding : { ...finding, severity: setting };
}

/** Comments that ask for something and get nothing: no reason, no such rule, nothing to ignore. */
function commentProblems(
  unused: readonly Acknowledgement[],
  source: SqlFile,
  { rules }: Judging,
  settings: FileSettings,
): { finding: RuledFinding; line: number }[] {
  if (unused.length === 0 || !isOn(ignoreComment, settings)) return [];
  const off = new Set(rules.filter((rule) => !isOn(rule, settings)).map(({ id }) => id));
  const ids = rules.map(({ id }) => id);
  const runs = ({ at, word }: Acknowledgement): boolean =>
    word === 'ignore-file' || source.parts === undefined || source.parts.some(({ from, to }) => at >= from && at < to);
  return unused
    .filter((each) => !off.has(each.rule) && runs(each))
    .map((each) => ({
      line: each.line,
      finding: withSetting({ rule: ignoreComment.id, ...describeIgnoreProblem(each, ids) }, settings),
    }));
}

function report(facts: StatementFacts, hazards: readonly Hazard[]): ReportedStatement {
  return {
    index: facts.index,
    line: facts.line,
    endLine: facts.endLine,
    kind: facts.kind,
    analysis: facts.opaqueReason === undefined ? 'static' : 'opaque',
    ...(facts.opaqueReason === undefined ? {} : { opaqueReason: facts.opaqueReason }),
    effects: facts.effects,
    hazards,
  };
}

/** Turns findings of one file into hazards, each with its fingerprint and the safer way in the framework's form. */
function hazardsIn(source: SqlFile, { engine, framework }: Judging) {
  const fingerprintOf = createFingerprints();
  return (findings: readonly RuledFinding[], facts: StatementFacts, at = facts as { line: number; column: number }) => {
    if (findings.length === 0) return [];
    const normalised = normaliseStatement(source.sql.slice(facts.start, facts.end), engine);
    return findings.map(({ rule, severity, message, fix }): Hazard => {
      const safer = typeof fix === 'string' ? { fix } : { fix: writeRemedy(fix, framework), remedy: fix };
      const { line, column } = at;
      const fingerprint = fingerprintOf(rule, normalised);
      return { rule, severity, message, ...safer, line, column, docs: docsOf(rule), fingerprint };
    });
  };
}

/** The file with what the rules found in it; `problems`: what concerns none of its statements. */
export interface JudgedFile {
  readonly file: ReportedFile;
  readonly problems: readonly ReportProblem[];
}

/** Runs the rules over one analysed file, and honours its comments, the settings and the baseline. */
export function judgeFile(file: AnalysedFile, source: SqlFile, judging: Judging, settings: FileSettings): JudgedFile {
  const { path, error, rollback } = file;
  const unread = error === undefined ? {} : { error };
  if (settings.ignored) {
    const statements = file.statements.map((facts) => report(facts, []));
    return { file: { path, ...unread, statements, rollback }, problems: [] };
  }
  const version = file.statements[0]?.serverVersion ?? 0;
  const rules = judging.rulesOf(settings, version);
  const toHazards = hazardsIn(source, judging);
  const comments = readAcknowledgements(source.sql, judging.engine, judging.ids);
  const judged = file.statements.map((facts) => {
    const findings: RuledFinding[] = [];
    const types = new Set(facts.changes.map(({ type }) => type));
    for (const rule of rules) {
      if (rule.of !== undefined && !types.has(rule.of)) continue;
      for (const finding of rule.check(facts)) findings.push(withSetting({ rule: rule.id, ...finding }, settings));
    }
    return { facts, hazards: comments.acknowledge(toHazards(findings, facts), facts) };
  });
  const homeless: ReportProblem[] = [];
  let next = 0;
  for (const { finding, line } of commentProblems(comments.unused(), source, judging, settings)) {
    while (next < judged.length - 1 && (judged[next]?.facts.endLine ?? line) < line) next += 1;
    const home = judged[next];
    if (home === undefined) homeless.push({ path, message: `line ${line}: ${finding.message}` });
    else home.hazards.push(...toHazards([finding], home.facts, { line, column: 1 }));
  }
  const statements = judged.map(({ facts, hazards }) => report(facts, judging.baseline.acknowledge(path, hazards)));
  return { file: { path, ...unread, statements, rollback }, problems: error === undefined ? homeless : [] };
}
