import type { Effects } from '../effects.ts';
import type { Hazard } from '../hazard.ts';
import type { LintReport, ReportedFile, ReportedStatement } from '../report.ts';
import { rollbackSummary, unsafeLine } from '../rollback-safety/words.ts';
import { counted } from './counted.ts';
import type { Format, RenderOptions } from './format.ts';
import { excerpt, type LineOf, sourceLines, visible } from './source-line.ts';
import { transactionLines } from './transaction-lines.ts';

type Paint = (text: string, code: 'red' | 'yellow' | 'blue' | 'dim' | 'bold') => string;
const codes = { red: 31, yellow: 33, blue: 34, dim: 2, bold: 1 } as const;
const severityColour = { error: 'red', warning: 'yellow', info: 'blue' } as const;

function painter({ colour }: RenderOptions): Paint {
  return (text, code) => (colour ? `\u001b[${codes[code]}m${text}\u001b[0m` : text);
}

/** What all parts of one report share. */
interface Page {
  readonly paint: Paint;
  readonly lineOf: LineOf;
  readonly effects: boolean;
  /** Digits of the longest line number. */
  readonly digits: number;
}

/** A fix line that a CI system would take for a command of its own (`::error …::`) loses that look. */
function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `      ${visible(line).replace(/^(\s*):(:[\w-]+[^:]*::)/, '$1: $2')}`)
    .join('\n');
}

/** The offending line with its number, and a caret below the column. */
function sourceText(path: string, at: { line: number; column: number }, { paint, lineOf, digits }: Page): string[] {
  const line = lineOf(path, at.line);
  if (line === undefined || line.trim() === '') return [];
  const { text, padding } = excerpt(line, at.column);
  const number = String(at.line).padStart(digits);
  const gutter = ' '.repeat(digits);
  return [
    `    ${paint(`${number} |`, 'dim')} ${text}`,
    `    ${paint(`${gutter} |`, 'dim')} ${padding}${paint('^', 'red')}`,
  ];
}

/** @param shown the statement's hazards printed before it: line and safer way of theirs need not be printed again */
function hazardText(path: string, hazard: Hazard, shown: readonly Hazard[], page: Page): string[] {
  const { paint } = page;
  const place = `${visible(path)}:${hazard.line}`;
  if (hazard.acknowledged !== undefined) {
    return [paint(`${place} ignored ${hazard.rule}: ${visible(hazard.acknowledged)}`, 'dim')];
  }
  const severity = paint(hazard.severity, severityColour[hazard.severity]);
  const last = shown.at(-1);
  const same = shown.find(({ fix }) => fix === hazard.fix);
  return [
    `${paint(place, 'bold')} ${severity} ${hazard.rule}: ${visible(hazard.message)}`,
    ...(last?.line === hazard.line && last.column === hazard.column ? [] : sourceText(path, hazard, page)),
    ...(same === undefined
      ? [paint('    safer:', 'dim'), indent(hazard.fix)]
      : [paint(`    safer: the way of ${same.rule} above`, 'dim')]),
  ];
}

/** One line an effect, in columns: what, on what, how or why. */
function effectRows(effects: Effects): readonly (readonly [string, string, string])[] {
  return [
    ...effects.locks.map((lock) => ['lock', `${lock.mode} on ${lock.kind} ${lock.relation}`, lock.reason] as const),
    ...effects.rewrites.map((work) => ['rewrite', work.relation, work.reason] as const),
    ...effects.scans.map((work) => ['scan', work.relation, work.reason] as const),
    ...effects.indexBuilds.map(
      (work) => ['build', `${work.index ?? 'an index'} on ${work.relation}`, work.reason] as const,
    ),
    ...effects.losses.map((loss) => ['loss', `${loss.what} of ${loss.object}`, loss.reason] as const),
    ...(effects.transaction === 'forbidden'
      ? [['alone', 'refuses a transaction block', 'the server says so'] as const]
      : []),
  ];
}

function effectsText(path: string, statement: ReportedStatement, { paint }: Page): string[] {
  const rows = effectRows(statement.effects);
  const width = Math.max(0, ...rows.map(([, what]) => visible(what).length));
  const lines = rows.map(
    ([name, what, why]) => `    ${name.padEnd(7)}  ${visible(what).padEnd(width)}  ${paint(visible(why), 'dim')}`,
  );
  const nothing = rows.length === 0 ? [paint('    no lock on what was there before', 'dim')] : [];
  return [`${paint(`${visible(path)}:${statement.line}`, 'bold')} ${visible(statement.kind)}`, ...lines, ...nothing];
}

function statementText(path: string, statement: ReportedStatement, page: Page): string[] {
  const opaque =
    statement.analysis === 'opaque'
      ? [page.paint(`${visible(path)}:${statement.line} opaque: ${visible(statement.opaqueReason ?? '')}`, 'dim')]
      : [];
  const listed = statement.hazards.filter((each) => each.acknowledgedBy !== 'baseline'); // of those there may be thousands
  const shown: Hazard[] = [];
  const hazards = listed.flatMap((each) => {
    const lines = hazardText(path, each, shown, page);
    if (each.acknowledged === undefined) shown.push(each);
    return lines;
  });
  return [...(page.effects ? effectsText(path, statement, page) : []), ...opaque, ...hazards];
}

function fileText({ path, error, statements, rollback }: ReportedFile, page: Page): string[] {
  const { paint } = page;
  const failed =
    error === undefined
      ? []
      : [
          `${paint(`${visible(path)}:${error.line}:${error.column}`, 'bold')} ${paint('unreadable', 'red')} ${visible(error.message)}`,
          ...sourceText(path, error, page),
        ];
  const unsafe = error === undefined ? unsafeLine(path, rollback) : undefined;
  return [
    ...failed,
    ...statements.flatMap((each) => statementText(path, each, page)),
    ...(unsafe === undefined ? [] : [paint(visible(unsafe), 'yellow')]),
  ];
}

function digitsOf({ files }: LintReport): number {
  let last = 1;
  for (const { error, statements } of files) {
    last = Math.max(last, error?.line ?? 1, statements.at(-1)?.endLine ?? 1);
  }
  return String(last).length;
}

function summaryText({ summary, verdict }: LintReport, paint: Paint): string {
  return `${verdict === 'pass' ? 'pass' : paint('fail', 'red')}: ${counted(summary)}`;
}

/** One line for all files of which the same is said. */
function problemLines({ problems }: LintReport): string[] {
  const byMessage = new Map<string, string[]>();
  for (const { path, message } of problems) {
    const paths = byMessage.get(message);
    if (paths === undefined) byMessage.set(message, [path]);
    else paths.push(path);
  }
  return [...byMessage].map(([message, paths]) => {
    const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
    return `${paths.slice(0, 3).map(visible).join(', ')}${more}: ${visible(message)}`;
  });
}

/** For people: what, where, why, and the safer way. */
export const text: Format = {
  render: (report, options) => {
    const paint = painter(options);
    const page = { paint, lineOf: sourceLines(options), effects: options.effects === true, digits: digitsOf(report) };
    const lines = report.files.flatMap((file) => fileText(file, page));
    const problems = problemLines(report);
    const zone = report.timeZone === 'UTC' ? [] : [paint(`time zone of the sessions: ${report.timeZone}`, 'dim')];
    const transactions = options.effects === true ? report.transactions.flatMap(transactionLines).map(visible) : [];
    const back =
      report.rollback === undefined || report.summary.statements === 0 ? [] : [rollbackSummary(report.rollback)];
    return `${[...lines, ...transactions, ...problems, ...zone, ...back, summaryText(report, paint)].join('\n')}\n`;
  },
};
