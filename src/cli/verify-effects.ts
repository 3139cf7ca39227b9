import { useBaselineCompilerOnly } from '../baseline-compiler.ts';
import { arrangeFiles } from '../migrations/arrange.ts';
import type { Framework } from '../migrations/frameworks/framework.ts';
import { detectFramework, frameworkNamed, frameworks } from '../migrations/frameworks/frameworks.ts';
import { withoutByteOrderMark } from '../migrations/input.ts';
import { serverVersionPattern } from '../migrations/report.ts';
import type { TraceDatabase } from '../trace/database.ts';
import type { Migrations } from '../trace/replay.ts';
import type { TraceReport } from '../trace/trace-report.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes, parseFlags, UsageError } from './command.ts';
import { type FoundFiles, readSqlPaths } from './lint-paths.ts';

const options = {
  'database-url': { type: 'string' },
  embedded: { type: 'boolean', default: false },
  'server-version': { type: 'string' },
  framework: { type: 'string' },
  rows: { type: 'boolean', default: false },
  format: { type: 'string', default: 'text' },
} as const;

const usage = `Usage: safety-gate verify-effects --database-url postgres://user@host:5432/postgres [options] <path>...
       safety-gate verify-effects --embedded [options] <path>...

Runs SQL migrations on a real PostgreSQL, statement by statement, and compares what each does there (locks, rewrites,
index builds, scans, whether a transaction block is refused) with what the analysis behind \`lint\` says of it.
Paths are read as by \`lint\`, in the order in which the migrations run, from an empty database on.

With --database-url it makes a database of its own on that server, needs the right to (CREATEDB), and drops it at the end.
The statements run for real, with the rights of the user: take a server that has nothing to lose. What reaches beyond the
database (roles, other databases, tablespaces, server files, subscriptions) is passed over, unless code in a DO hides it.

Options:
  --embedded              PGlite, PostgreSQL 18 in this process, instead of a server
  --server-version MAJOR  version that the analysis takes; default: the server's own
  --framework NAME        whose files these are; default: found by the files themselves
  --rows                  fill tables with a few rows when they are made, where their constraints allow it, so that
                          scans and locks that need rows show; a statement that they stand in the way of runs without
  --format text|json      default: text

Exit: 0 everything agrees, 1 something differs, 2 it could not be done or a file could not be read.
`;

interface Arguments {
  readonly paths: readonly string[];
  readonly open: (sql: readonly string[]) => Promise<TraceDatabase>;
  readonly version: number | undefined;
  readonly framework: Framework | undefined;
  readonly rows: boolean;
  readonly format: 'text' | 'json';
}

function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseFlags(args, options);
  const { format, embedded, 'database-url': url, 'server-version': version } = values;
  if (format !== 'text' && format !== 'json') throw new UsageError(`--format "${format}": write text or json`);
  if (embedded === (url !== undefined)) throw new UsageError('give one of --database-url and --embedded');
  if (version !== undefined && !serverVersionPattern.test(version)) {
    throw new UsageError(`--server-version "${version}": write a number, such as 16`);
  }
  if (positionals.length === 0) throw new UsageError('no path given; name files, directories, or - for standard input');
  const framework = values.framework === undefined ? undefined : frameworkNamed(values.framework);
  if (values.framework !== undefined && framework === undefined) {
    throw new UsageError(
      `--framework "${values.framework}": write one of ${frameworks.map(({ id }) => id).join(', ')}`,
    );
  }
  const open = async (sql: readonly string[]): Promise<TraceDatabase> =>
    url === undefined
      ? (await import('../trace/embedded.ts')).openEmbedded(sql)
      : (await import('../trace/server.ts')).openServer(url);
  return {
    paths: positionals,
    open,
    version: version === undefined ? undefined : Number.parseInt(version, 10),
    framework,
    rows: values.rows,
    format,
  };
}

/** The migrations in the order in which they run, as lint takes them. */
function arrange(found: FoundFiles['files'], named: Framework | undefined): Migrations {
  const sources = found
    .filter((file) => 'sql' in file)
    .map(withoutByteOrderMark)
    .map(({ path, sql }) => ({ path, text: sql }));
  const framework = named ?? detectFramework(sources);
  const given = { files: sources, history: [], removed: new Set<string>() };
  const { files, unreadable } = arrangeFiles({ ...given, framework, dialect: 'postgresql' });
  return { files, unreadable: [...unreadable, ...found.filter((file) => 'error' in file)] };
}

function exitCodeOf(report: TraceReport, problems: readonly string[], interrupted: boolean): ExitCode {
  if (interrupted) return exitCodes.interrupted;
  if (problems.length > 0 || report.unreadable.length > 0) return exitCodes.failed;
  return report.agrees ? exitCodes.fine : exitCodes.no;
}

/** The command without what it does to its process. @param signal ends the run after the statement that it cancels */
export async function runVerifyEffects(args: readonly string[], io: CommandIo, signal: AbortSignal): Promise<ExitCode> {
  const { paths, open, version, framework, rows, format } = readArguments(args);
  const { files: found, problems } = await readSqlPaths(paths, io);
  for (const problem of problems) io.stderr.write(`safety-gate verify-effects: ${problem}\n`);
  const { replay } = await import('../trace/replay.ts');
  const { traceReport, renderText } = await import('../trace/trace-report.ts');
  const migrations = arrange(found, framework);
  const database = await open(migrations.files.map(({ sql }) => sql));
  const { cancelOnAbort } = await import('../trace/cancel-on-abort.ts');
  const stopCancelling = cancelOnAbort(database, signal, (error) => io.stderr.write(`cannot cancel: ${error}\n`));
  try {
    const result = await replay(migrations, database, { version, signal, rows });
    const report = traceReport(result, { server: database.version, analysedAs: version ?? database.major });
    io.stdout.write(format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : renderText(report));
    return exitCodeOf(report, problems, signal.aborted);
  } finally {
    stopCancelling();
    await database.close();
  }
}

export const verifyEffectsCommand: Command = {
  usage,
  run: async (args, io) => {
    useBaselineCompilerOnly();
    const interruption = new AbortController();
    const interrupt = (): void => interruption.abort();
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    try {
      return await runVerifyEffects(args, io, interruption.signal);
    } finally {
      process.removeListener('SIGINT', interrupt);
      process.removeListener('SIGTERM', interrupt);
    }
  },
};
