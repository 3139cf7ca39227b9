import type { Hazard } from '../hazard.ts';
import type { LintReport, ReportedFile } from '../report.ts';
import type { Format, RenderOptions } from './format.ts';

type Paint = (text: string, code: 'red' | 'yellow' | 'dim' | 'bold') => string;
const codes = { red: 31, yellow: 33, dim: 2, bold: 1 } as const;

function painter({ colour }: RenderOptions): Paint {
  return (text, code) => (colour ? `\u001b[${codes[code]}m${text}\u001b[0m` : text);
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');
}

function hazardText(path: string, hazard: Hazard, paint: Paint): string {
  const place = paint(`${path}:${hazard.line}`, 'bold');
  if (hazard.acknowledged !== undefined) {
    return paint(`${path}:${hazard.line} ignored ${hazard.rule}: ${hazard.acknowledged}`, 'dim');
  }
  const severity = paint(hazard.severity, hazard.severity === 'error' ? 'red' : 'yellow');
  return `${place} ${severity} ${hazard.rule}: ${hazard.message}\n${paint('    safer:', 'dim')}\n${indent(hazard.fix)}`;
}

function fileText(file: ReportedFile, paint: Paint): string[] {
  const failed =
    file.error === undefined
      ? []
      : [
          `${paint(`${file.path}:${file.error.line}:${file.error.column}`, 'bold')} ${paint('unreadable', 'red')} ${file.error.message}`,
        ];
  const opaque = file.statements
    .filter((statement) => statement.analysis === 'opaque')
    .map(({ line, opaqueReason }) => paint(`${file.path}:${line} opaque: ${opaqueReason}`, 'dim'));
  const hazards = file.statements.flatMap((statement) =>
    statement.hazards.map((each) => hazardText(file.path, each, paint)),
  );
  return [...failed, ...opaque, ...hazards];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function summaryText({ summary, verdict }: LintReport, paint: Paint): string {
  const parts = [
    `${count(summary.statements, 'statement')} in ${count(summary.files, 'file')}`,
    count(summary.errors, 'error'),
    count(summary.warnings, 'warning'),
    ...(summary.acknowledged > 0 ? [`${summary.acknowledged} acknowledged`] : []),
    ...(summary.opaque > 0 ? [`${summary.opaque} opaque`] : []),
    ...(summary.unreadable > 0 ? [`${count(summary.unreadable, 'file')} unreadable`] : []),
  ];
  return `${verdict === 'pass' ? 'pass' : paint('fail', 'red')}: ${parts.join(', ')}`;
}

/** For people: what, where, why, and the safer way. */
export const text: Format = {
  render: (report, options) => {
    const paint = painter(options);
    const lines = report.files.flatMap((file) => fileText(file, paint));
    return `${[...lines, summaryText(report, paint)].join('\n')}\n`;
  },
};
