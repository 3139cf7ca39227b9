import type { LintReport } from '../report.ts';
import { openFindings, plainPath, unreadableFiles } from './findings.ts';
import type { Format } from './format.ts';
import { markdown } from './markdown.ts';

// GitHub: actions/toolkit, packages/core, command.ts: escapeData and escapeProperty
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

type Level = 'error' | 'warning' | 'notice';
const levels = { error: 'error', warning: 'warning', info: 'notice' } as const;

interface Place {
  readonly path: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly column?: number;
}

function annotation(level: Level, { path, line, endLine, column }: Place, title: string, message: string): string {
  const properties = [
    `file=${property(plainPath(path))}`,
    ...(line === undefined ? [] : [`line=${line}`]),
    ...(endLine === undefined ? [] : [`endLine=${endLine}`]),
    // a column belongs to annotations of one line only (GitHub: workflow commands, "Setting an error message")
    ...(column === undefined || (endLine ?? line) !== line ? [] : [`col=${column}`]),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(',')}::${data(message)}`;
}

function annotations(report: LintReport): readonly string[] {
  const unread = unreadableFiles(report).map(({ path, error }) =>
    annotation('error', { path, line: error.line, column: error.column }, 'unreadable', error.message),
  );
  // GitHub shows the first ten of each level and step: the worst come first.
  const hazards = openFindings(report).map(({ path, statement, hazard }) => {
    const { line, column } = hazard;
    const place = { path, line, endLine: Math.max(line, statement.endLine), column };
    return annotation(levels[hazard.severity], place, hazard.rule, `${hazard.message}\n\nsafer:\n${hazard.fix}`);
  });
  const problems = report.problems.map(({ path, message }) =>
    annotation('notice', { path }, 'safety-gate lint', message),
  );
  return [...unread, ...hazards, ...problems];
}

/** Annotations on the files of a pull request, as workflow commands; the job summary is the same as for a comment. */
export const github: Format = {
  render: (report) =>
    annotations(report)
      .map((line) => `${line}\n`)
      .join(''),
  jobSummary: markdown.render,
};
