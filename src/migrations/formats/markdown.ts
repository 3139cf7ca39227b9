import type { LintReport } from '../report.ts';
import { counted, serverOf } from './counted.ts';
import { openFindings, type ReportedFinding, unreadableFiles } from './findings.ts';
import type { Format } from './format.ts';
import { visible } from './source-line.ts';

/** GitHub refuses the body of a comment that is longer. */
export const longestComment = 65_536;
/** A message or path beyond this says no more to a reader. */
const longestCell = 300;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** One line of text inside HTML that mentions nobody. */
function html(text: string): string {
  const short = text.length > longestCell ? `${text.slice(0, longestCell - 1)}…` : text;
  return visible(short.toWellFormed().replace(/\s+/g, ' '))
    .replace(/[&<>]/g, (letter) => entities[letter] ?? letter)
    .replace(/[@#]/g, '$&\u200b'); // GitHub looks for names and numbers in the finished page, where an entity is no hindrance
}

/** The same where Markdown is read, in a table or out of one. */
function plain(text: string): string {
  return html(text).replace(/[\\`*_{}[\]~|!]/g, (letter) => `\\${letter}`);
}

/** A block of SQL, fenced by more backticks than it holds in a row. */
function fenced(sql: string): string {
  const longest = Math.max(2, ...(sql.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sql\n${sql.toWellFormed()}\n${fence}`;
}

const marks = { error: '🛑', warning: '⚠️', info: 'ℹ️' } as const;

function row({ path, hazard }: ReportedFinding): string {
  return `| ${marks[hazard.severity]} ${hazard.severity} | ${plain(path)}:${hazard.line} | ${plain(hazard.rule)} | ${plain(hazard.message)} |\n`;
}

function details({ path, hazard }: ReportedFinding): string {
  const title = `${html(path)}:${hazard.line} ${html(hazard.rule)}`;
  return `<details><summary>${title}</summary>\n\n${plain(hazard.message)}\n\nSafer:\n\n${fenced(hazard.fix)}\n\n</details>\n`;
}

/** As many pieces as fit, and how many were left out. */
function fill(pieces: Iterable<string>, room: number): { readonly text: string; readonly taken: number } {
  let text = '';
  let taken = 0;
  for (const piece of pieces) {
    if (text.length + piece.length > room) break;
    text += piece;
    taken += 1;
  }
  return { text, taken };
}

/** Room for the words that say what was left out. */
const reserve = 200;

function table(findings: readonly ReportedFinding[], room: number): string {
  if (findings.length === 0) return '';
  const head = '| | where | rule | what production would feel |\n|---|---|---|---|\n';
  const { text, taken } = fill(rows(findings), room - head.length - reserve);
  const left = findings.length - taken;
  return `${head}${text}${left > 0 ? `\n… and ${left} more; the whole list is in the output of the job.\n` : ''}\n`;
}

function* rows(findings: readonly ReportedFinding[]): Generator<string> {
  for (const finding of findings) yield row(finding);
}

function* foldedDetails(findings: readonly ReportedFinding[]): Generator<string> {
  for (const finding of findings) yield details(finding);
}

function lines(report: LintReport): readonly string[] {
  return [
    ...unreadableFiles(report).map(
      ({ path, error }) => `- ${plain(path)}:${error.line}:${error.column} cannot be read: ${plain(error.message)}\n`,
    ),
    ...report.problems.map(({ path, message }) => `- ${plain(path)}: ${plain(message)}\n`),
  ];
}

/** For a comment on a pull request: a short table, the safer ways folded below it, never longer than a comment may be. */
export const markdown: Format = {
  render: (report) => {
    const verdict = report.verdict === 'pass' ? '✅ pass' : '🛑 fail';
    const head = `### Migrations: ${verdict}\n\n${counted(report.summary)}; judged for ${serverOf(report)}.\n\n`;
    const around = lines(report);
    const listed = fill(around, longestComment / 4);
    const left = around.length - listed.taken;
    const notes = `${listed.text}${left > 0 ? `- … and ${left} more\n` : ''}${around.length > 0 ? '\n' : ''}`;
    const findings = openFindings(report);
    const body = `${head}${notes}${table(findings, longestComment / 2)}`;
    return `${body}${fill(foldedDetails(findings), longestComment - body.length - 1).text}`;
  },
};
