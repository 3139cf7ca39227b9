import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { baselineOf } from '../migrations/baseline.ts';
import { count } from '../migrations/formats/counted.ts';
import type { LintReport } from '../migrations/lint.ts';
import type { LintSettings } from '../migrations/settings.ts';
import { type CommandIo, type ExitCode, exitCodes } from './command.ts';
import { OutputUnwritable } from './lint-outputs.ts';

/** As much of a statement as a reader of the baseline needs to know it again. */
const shownLength = 100;

/** The lines of a file, split once. */
function statementTexts(sourceOf: (path: string) => string | undefined) {
  const lines = new Map<string, readonly string[]>();
  return (path: string, from: { line: number; column: number }, endLine: number): string | undefined => {
    const known = lines.get(path) ?? sourceOf(path)?.split('\n');
    if (known === undefined) return undefined;
    lines.set(path, known);
    const [first = '', ...others] = known.slice(from.line - 1, Math.min(endLine, from.line + 20));
    const text = [first.slice(from.column - 1), ...others].join(' ').replace(/\s+/g, ' ').trim();
    return text.length > shownLength ? `${text.slice(0, shownLength - 1)}…` : text;
  };
}

/**
 * Writes the report's findings as the new baseline.
 * @throws OutputUnwritable
 */
export function writeBaseline(
  report: LintReport,
  file: string,
  settings: LintSettings,
  sourceOf: (path: string) => string | undefined,
  io: CommandIo,
): ExitCode {
  const findings = baselineOf(report, settings, statementTexts(sourceOf));
  try {
    writeFileSync(resolve(io.cwd, file), `${JSON.stringify({ version: 1, findings }, null, 2)}\n`);
  } catch (cause) {
    throw new OutputUnwritable(`--write-baseline ${file}`, cause);
  }
  const unread = report.summary.unreadable > 0 ? `; ${report.summary.unreadable} files could not be read` : '';
  io.stdout.write(`${file}: ${count(findings.length, 'finding')} of ${count(report.summary.files, 'file')}${unread}\n`);
  return report.summary.unreadable > 0 ? exitCodes.failed : exitCodes.fine;
}

/** Adds what the report alone cannot know: entries of the baseline for files that are no more. */
export function withGoneFiles(report: LintReport, { baseline = [], place }: LintSettings): LintReport {
  if (baseline.length === 0 || place === undefined) return report;
  const gone = [...new Set(baseline.map(({ path }) => path))].filter(
    (path) => !existsSync(resolve(place.settings, path)),
  );
  const problems = gone.map((path) => ({
    path,
    message: 'the baseline has findings of this file, which is there no more: write it anew',
  }));
  return { ...report, problems: [...report.problems, ...problems] };
}
