import { type FormatName, formatNamed, formatNames } from '../migrations/formats/formats.ts';
import { frameworkNamed, frameworks } from '../migrations/frameworks/frameworks.ts';
import { type Dialect, dialects, serverVersionPattern } from '../migrations/report.ts';
import { parseFlags, UsageError } from './command.ts';

const options = {
  format: { type: 'string', multiple: true },
  effects: { type: 'boolean' },
  dialect: { type: 'string' },
  'server-version': { type: 'string' },
  framework: { type: 'string' },
  since: { type: 'string' },
  history: { type: 'string', multiple: true },
  config: { type: 'string' },
  baseline: { type: 'string' },
  'write-baseline': { type: 'string' },
  timeout: { type: 'string', default: '60' },
} as const;

export const lintUsage = `Usage: safety-gate lint [options] <path>...

Judges SQL migrations: which locks each statement takes, what it rewrites and scans, and what production would feel.
A path is a file, a directory (all migrations below it) or - for standard input. All files are one release: a table that
one of them makes is new to the next. The migration framework is found by names, markers and settings; it says in which
order and in which transactions the files run.

Options:
  --format NAME[=FILE]          ${formatNames.join(', ')}; default: text
                                several times: one on standard output, the others each in a file
  --effects                     text: list what every statement locks, rewrites, scans and builds,
                                and what transactions hold while they work
  --dialect ${dialects.join('|')}   default: postgresql
  --server-version VERSION      default: 16, 8.0 or 10.11, by dialect
  --framework ID                default: found by itself; docs/frameworks.md lists them
  --since REF                   judge only what is new or changed since that git commit, with all before it as history
  --history PATH                migrations that ran before, not judged; several times
  --config FILE                 default: what SAFETY_GATE_CONFIG names, else ./safety-gate.yml; its part "lint" counts
  --baseline FILE               findings in it count as acknowledged
  --write-baseline FILE         write all findings into FILE, and nothing else
  --timeout SECONDS             give up after so long; default: 60

Acknowledge a hazard on the line above the statement:  -- safety-gate: ignore <rule> <reason>
Exit: 0 no hazard of severity error, 1 at least one, 2 something could not be read.
`;

/** A report in one format, on standard output or in a file. */
export interface Output {
  readonly format: FormatName;
  /** Absent: standard output. */
  readonly file?: string;
}

export interface LintArguments {
  readonly paths: readonly string[];
  readonly outputs: readonly Output[];
  readonly effects: boolean;
  readonly dialect: Dialect | undefined;
  readonly serverVersion: string | undefined;
  readonly framework: string | undefined;
  /** A git commit. */
  readonly since: string | undefined;
  readonly history: readonly string[];
  readonly config: string | undefined;
  readonly baseline: string | undefined;
  readonly writeBaseline: string | undefined;
  readonly timeoutSeconds: number;
}

function readOutput(text: string): Output {
  const [name = '', ...rest] = text.split('=');
  const format = formatNamed(name);
  if (format === undefined) throw new UsageError(`--format "${name}": write one of ${formatNames.join(', ')}`);
  const file = rest.join('=');
  if (rest.length > 0 && file === '') {
    throw new UsageError(`--format "${text}": no file behind "="; write ${name} for standard output, or ${name}=FILE`);
  }
  return { format, ...(rest.length > 0 ? { file } : {}) };
}

/** Two reports in one place would be readable by nobody. */
function refuseClash(outputs: readonly Output[]): void {
  const seen = new Map<string | undefined, Output>();
  for (const output of outputs) {
    const earlier = seen.get(output.file);
    if (earlier !== undefined) {
      const place = output.file === undefined ? 'standard output' : `"${output.file}"`;
      throw new UsageError(
        `--format ${earlier.format} and --format ${output.format} both go to ${place}; write ${output.format}=FILE`,
      );
    }
    seen.set(output.file, output);
  }
}

function checkFramework(framework: string | undefined): void {
  if (framework === undefined || frameworkNamed(framework) !== undefined) return;
  throw new UsageError(`--framework "${framework}": write ${frameworks.map(({ id }) => id).join(', ')}`);
}

function readDialect(text: string | undefined): Dialect | undefined {
  if (text === undefined) return undefined;
  const dialect = dialects.find((name) => name === text);
  if (dialect === undefined) throw new UsageError(`--dialect "${text}": write ${dialects.join(', ')}`);
  return dialect;
}

/** A day: nobody waits longer, and timers take no more than 24 of them. */
const longestTimeoutSeconds = 86_400;

function readTimeout(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds > 0 && seconds <= longestTimeoutSeconds) return seconds;
  throw new UsageError(`--timeout "${text}": write seconds above 0, ${longestTimeoutSeconds} at most`);
}

/** The command line of `safety-gate lint`; what is not said is undefined, so that the configuration can say it. @throws UsageError */
export function readLintArguments(args: readonly string[]): LintArguments {
  const { values, positionals } = parseFlags(args, options);
  const outputs = (values.format ?? ['text']).map(readOutput);
  refuseClash(outputs);
  const dialect = readDialect(values.dialect);
  const serverVersion = values['server-version'];
  if (serverVersion !== undefined && !serverVersionPattern.test(serverVersion)) {
    throw new UsageError(`--server-version "${serverVersion}": write a number, such as 16 or 8.0`);
  }
  if (positionals.length === 0) {
    throw new UsageError('no path given; name files, directories, or - for standard input');
  }
  const { framework, since, history = [], config, baseline, 'write-baseline': writeBaseline } = values;
  checkFramework(framework);
  if (since !== undefined && history.length > 0) {
    throw new UsageError('--since and --history: write one of them; --since finds the history by itself');
  }
  return {
    paths: positionals,
    outputs,
    effects: values.effects === true,
    dialect,
    serverVersion,
    framework,
    since,
    history,
    config,
    baseline,
    writeBaseline,
    timeoutSeconds: readTimeout(values.timeout),
  };
}
