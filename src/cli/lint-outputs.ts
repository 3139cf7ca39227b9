import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { RenderOptions } from '../migrations/formats/format.ts';
import { formats } from '../migrations/formats/formats.ts';
import type { LintReport } from '../migrations/report.ts';
import type { CommandIo } from './command.ts';
import type { Output } from './lint-arguments.ts';

function wantsColour(io: CommandIo): boolean {
  return io.stdout.isTTY === true && !io.env.NO_COLOR;
}

/** A report could not be written where it was asked for. */
export class OutputUnwritable extends Error {
  override readonly name = 'OutputUnwritable';

  constructor(file: string, cause: unknown) {
    const { code } = cause as NodeJS.ErrnoException; // what node:fs throws
    super(`${file}: cannot be written (${code ?? String(cause)}); name a file in a writable directory`, { cause });
  }
}

function writeTo(file: string, text: string, cwd: string): void {
  try {
    mkdirSync(dirname(resolve(cwd, file)), { recursive: true });
    writeFileSync(resolve(cwd, file), text);
  } catch (cause) {
    throw new OutputUnwritable(`--format …=${file}`, cause);
  }
}

/** GitHub shows on the job's page what is appended to this file (documentation, "Adding a job summary"). */
function appendSummary(summary: () => string, { env, cwd }: CommandIo): void {
  const file = env.GITHUB_STEP_SUMMARY;
  if (file === undefined || file === '') return;
  try {
    appendFileSync(resolve(cwd, file), summary());
  } catch (cause) {
    throw new OutputUnwritable(`GITHUB_STEP_SUMMARY ${file}`, cause);
  }
}

/**
 * Writes the report in each of its formats.
 * @throws OutputUnwritable
 */
export async function writeOutputs(
  report: LintReport,
  outputs: readonly Output[],
  options: Omit<RenderOptions, 'colour'>,
  io: CommandIo,
): Promise<void> {
  for (const { format, file } of outputs) {
    const { render, jobSummary } = await formats[format]();
    if (jobSummary !== undefined) appendSummary(() => jobSummary(report, { ...options, colour: false }), io);
    const text = render(report, { ...options, colour: file === undefined && wantsColour(io) });
    if (file === undefined) io.stdout.write(text);
    else writeTo(file, text, io.cwd);
  }
}
