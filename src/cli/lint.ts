import { useBaselineCompilerOnly } from '../baseline-compiler.ts';
import type { Format } from '../migrations/formats/format.ts';
import { json } from '../migrations/formats/json.ts';
import { text } from '../migrations/formats/text.ts';
import { type Dialect, dialects, type LintReport, serverVersionPattern } from '../migrations/report.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes, parseFlags, UsageError } from './command.ts';
import { readSqlPaths } from './lint-paths.ts';

const formats: readonly Format[] = [text, json];

const options = {
  format: { type: 'string', default: 'text' },
  dialect: { type: 'string', default: 'postgresql' },
  'server-version': { type: 'string' },
} as const;

const usage = `Usage: safety-gate lint [options] <path>...

Judges SQL migrations: which locks each statement takes, what it rewrites and scans, and what production would feel.
A path is a file, a directory (all *.sql below it, in natural order) or - for standard input. All files are one release:
a table that one of them makes is new to the next.

Options:
  --format ${formats.map(({ name }) => name).join('|')}            default: text
  --dialect ${dialects.join('|')}   default: postgresql
  --server-version VERSION      default: 16, 8.0 or 10.11, by dialect

Acknowledge a hazard on the line above the statement:  -- safety-gate: ignore <rule> <reason>
Exit: 0 no hazard of severity error, 1 at least one, 2 something could not be read.
`;

interface Arguments {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly dialect: Dialect;
  readonly serverVersion: string | undefined;
}

function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseFlags(args, options);
  const format = formats.find(({ name }) => name === values.format);
  if (format === undefined) {
    throw new UsageError(`--format "${values.format}": write ${formats.map(({ name }) => name).join(' or ')}`);
  }
  const dialect = dialects.find((name) => name === values.dialect);
  if (dialect === undefined) throw new UsageError(`--dialect "${values.dialect}": write ${dialects.join(', ')}`);
  const serverVersion = values['server-version'];
  if (serverVersion !== undefined && !serverVersionPattern.test(serverVersion)) {
    throw new UsageError(`--server-version "${serverVersion}": write a number, such as 16 or 8.0`);
  }
  if (positionals.length === 0) {
    throw new UsageError('no path given; name files, directories, or - for standard input');
  }
  return { paths: positionals, format, dialect, serverVersion };
}

function exitCodeOf(report: LintReport, problems: readonly string[]): ExitCode {
  if (problems.length > 0 || report.summary.unreadable > 0) return exitCodes.failed;
  return report.summary.errors > 0 ? exitCodes.no : exitCodes.fine;
}

function wantsColour(io: CommandIo): boolean {
  return io.stdout.isTTY === true && !io.env.NO_COLOR;
}

/** The command without what it does to its process. */
export async function runLint(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { paths, format, dialect, serverVersion } = readArguments(args);
  const { files, problems } = await readSqlPaths(paths, io);
  for (const problem of problems) io.stderr.write(`safety-gate lint: ${problem}\n`);
  const { lint } = await import('../migrations/lint.ts');
  const report = await lint({ dialect, serverVersion, files });
  io.stdout.write(format.render(report, { colour: wantsColour(io) }));
  return exitCodeOf(report, problems);
}

/** The CI door: the same report as POST /v1/migrations/lint gives, for people or as JSON. */
export const lintCommand: Command = {
  usage,
  run: (args, io) => {
    useBaselineCompilerOnly();
    return runLint(args, io);
  },
};
