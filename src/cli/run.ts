import { version } from '../version.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes, UsageError } from './command.ts';

/** One line a command. Imported when called: each module that loads costs start-up time. */
const commands: Readonly<Record<string, { summary: string; load: () => Promise<Command> }>> = {
  lint: {
    summary: 'judge SQL migrations: locks, rewrites, scans, hazards',
    load: async () => (await import('./lint.ts')).lintCommand,
  },
  'verify-effects': {
    summary: 'compare the effects that lint claims with those on a real PostgreSQL',
    load: async () => (await import('./verify-effects.ts')).verifyEffectsCommand,
  },
  rules: {
    summary: 'list the rules of lint',
    load: async () => (await import('./rules.ts')).rulesCommand,
  },
  explain: {
    summary: 'say what a rule of lint looks for, and the safer way',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  judge: {
    summary: 'judge recorded canaries, a line each',
    load: async () => (await import('./judge-canaries.ts')).judgeCommand,
  },
  'plan-canary': {
    summary: 'say what a canary can find before it begins',
    load: async () => (await import('./plan-canary.ts')).planCanaryCommand,
  },
  replay: {
    summary: 'judge the past as if canaries had run',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  import: {
    summary: 'bring a canary policy of Kayenta, Flagger or Argo over',
    load: async () => (await import('./import.ts')).importCommand,
  },
  rejudge: {
    summary: 'judge the stored observations of a canary watch again',
    load: async () => (await import('./rejudge.ts')).rejudgeCommand,
  },
  serve: {
    summary: 'run the gate',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  token: {
    summary: 'make, list and revoke access tokens',
    load: async () => (await import('./token.ts')).tokenCommand,
  },
  config: {
    summary: 'check safety-gate.yml, or print its JSON Schema',
    load: async () => (await import('./config.ts')).configCommand,
  },
};

function overview(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(14)} ${summary}`);
  return `Usage: safety-gate <command> [options]\n\n${lines.join('\n')}\n\nsafety-gate help <command> says more; --version prints the version.\n`;
}

/** Runs one command line, turns every outcome into an exit code, and never throws. */
export async function runCommandLine(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [first, ...rest] = argv;
  const wantsHelp = first === undefined || first === 'help' || first === '--help' || first === '-h';
  const name = wantsHelp ? rest[0] : first;
  if (name === undefined) {
    (first === undefined ? io.stderr : io.stdout).write(overview());
    return first === undefined ? exitCodes.failed : exitCodes.fine;
  }
  if (name === '--version' || name === '-V') {
    io.stdout.write(`${version}\n`);
    return exitCodes.fine;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    io.stderr.write(`safety-gate: no command "${name}"; there are: ${Object.keys(commands).join(', ')}\n`);
    return exitCodes.failed;
  }
  const command = await entry.load();
  if (wantsHelp || rest.includes('--help') || rest.includes('-h')) {
    io.stdout.write(command.usage);
    return exitCodes.fine;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    // the usage itself, twenty lines and more, would push what is wrong off the screen
    const more = error instanceof UsageError ? `"safety-gate help ${name}" says more.\n` : stackOf(error, io);
    io.stderr.write(`safety-gate ${name}: ${messageOf(error)}\n${more}`);
    return exitCodes.failed;
  }
}

// An AggregateError (a host name with two addresses, both of which refuse) has its words in what it gathers.
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : error.name;
}

/** Where it happened, for whoever asked for it. */
function stackOf(error: unknown, { env }: CommandIo): string {
  const asked = env.LOG_LEVEL === 'debug' || env.LOG_LEVEL === 'trace';
  return asked && error instanceof Error ? `${error.stack}\n` : '';
}
