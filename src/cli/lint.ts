import { useBaselineCompilerOnly } from '../baseline-compiler.ts';
import type { LintReport, LintRequest } from '../migrations/lint.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes } from './command.ts';
import { lintUsage, readLintArguments } from './lint-arguments.ts';
import { readLintRequest } from './lint-config.ts';
import { readMaterial } from './lint-material.ts';
import { writeOutputs } from './lint-outputs.ts';
import { createTimeLimit } from './time-limit.ts';

function exitCodeOf(report: LintReport, problems: readonly string[]): ExitCode {
  if (problems.length > 0 || report.summary.unreadable > 0) return exitCodes.failed;
  return report.summary.errors > 0 ? exitCodes.no : exitCodes.fine;
}

/** Texts of the judged files, which the report does not carry, without byte order marks. */
function sourcesOf(files: LintRequest['files']): (path: string) => string | undefined {
  let texts: ReadonlyMap<string, string> | undefined;
  return (path) => {
    texts ??= new Map(files.flatMap((file) => ('sql' in file ? [[file.path, file.sql] as const] : [])));
    return texts.get(path)?.replace(/^\uFEFF/, '');
  };
}

/** More than this is judged in a worker, which can run out of memory without taking the process along. */
const mostUnitsHere = 8 * 1024 * 1024;
const workerMemoryMb = 4096;

/** @throws LintTimeLimitExceeded, LintCrashed */
async function judge(request: LintRequest, timeoutSeconds: number): Promise<LintReport> {
  const units = request.files.reduce((sum, file) => sum + ('sql' in file ? file.sql.length : 0), 0);
  if (units <= mostUnitsHere) {
    const { lint } = await import('../migrations/lint.ts');
    return lint(request, createTimeLimit(timeoutSeconds));
  }
  const { createLintPool } = await import('../migrations/lint-in-worker.ts');
  const pool = createLintPool({ maxThreads: 1, timeoutSeconds, memoryMb: workerMemoryMb });
  try {
    return await pool.run(request);
  } finally {
    await pool.close();
  }
}

/** The command without what it does to its process. */
export async function runLint(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const given = readLintArguments(args);
  const { unreadable, ...material } = await readMaterial(given, io);
  const { files } = material;
  // text on standard output says it already, to the same person
  const told = given.outputs.some(({ format, file }) => format === 'text' && file === undefined);
  for (const problem of told ? [] : unreadable) io.stderr.write(`safety-gate lint: ${problem}\n`);
  const request = await readLintRequest(given, material, io);
  const judged = await judge(request, given.timeoutSeconds);
  const sourceOf = sourcesOf(files);
  const { settings = {} } = request;
  if (given.writeBaseline !== undefined) {
    const { writeBaseline } = await import('./lint-baseline.ts');
    return writeBaseline(judged, given.writeBaseline, settings, sourceOf, io);
  }
  const report =
    settings.baseline === undefined ? judged : (await import('./lint-baseline.ts')).withGoneFiles(judged, settings);
  await writeOutputs(report, given.outputs, { effects: given.effects, sourceOf }, io);
  return exitCodeOf(report, unreadable);
}

/** The CI door: the same report as POST /v1/migrations/lint gives, for people or machines. */
export const lintCommand: Command = {
  usage: lintUsage,
  run: (args, io) => {
    useBaselineCompilerOnly();
    return runLint(args, io);
  },
};
