import { z } from 'zod';
import { policyWarnings } from '../canary/policy.ts';
import { readEnvironment } from '../config/environment.ts';
import { loadLintDefaults } from '../config/lint-defaults.ts';
import { ConfigError, loadConfig } from '../config/load.ts';
import { type Config, configSchema } from '../config/schema.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes, parseFlags, UsageError } from './command.ts';

export const configCommand: Command = {
  usage: `Usage:
  safety-gate config check [FILE] [--format text|json]
  safety-gate config schema

check reads FILE, or the file that SAFETY_GATE_CONFIG names (default safety-gate.yml), and the environment, and says
everything that is wrong with them: exit 0 when nothing is, 2 otherwise.
schema prints the JSON Schema of the file. To have an editor use it, keep it beside the file and begin the file with
  # yaml-language-server: $schema=./safety-gate.schema.json
`,
  async run(args, io) {
    const [verb, ...rest] = args;
    if (verb === 'schema') {
      io.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
      return exitCodes.fine;
    }
    if (verb === 'check') return check(rest, io);
    throw new UsageError(`config ${verb ?? ''}: one of check, schema`);
  },
};

/** The JSON Schema of safety-gate.yml, generated from the schema that checks it. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }), title: 'safety-gate.yml' };
}

async function check(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { file, json } = readArguments(args);
  try {
    const environment = readEnvironment(io.env, io.cwd);
    const path = file ?? environment.configPath;
    const config = await loadConfig(path);
    if (config === undefined) throw new ConfigError(path, [{ path: '', message: 'there is no such file' }]);
    await loadLintDefaults(config, path); // its baseline is a file of its own
    const warnings = configWarnings(config);
    if (json) io.stdout.write(`${JSON.stringify({ ok: true, problems: [], warnings })}\n`);
    else {
      for (const warning of warnings) io.stderr.write(`warning: ${warning}\n`);
      io.stdout.write(
        `${path}: fine, ${config.services.length} ${config.services.length === 1 ? 'service' : 'services'}\n`,
      );
    }
    return exitCodes.fine;
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    if (json) io.stdout.write(`${JSON.stringify({ ok: false, problems: cause.problems, warnings: [] })}\n`);
    io.stderr.write(`${cause.message}\n`);
    return exitCodes.failed;
  }
}

/** What is allowed, yet probably not meant. */
export function configWarnings(config: Config): readonly string[] {
  return config.services.flatMap((service) =>
    policyWarnings(service.canary).map((warning) => `service "${service.name}": ${warning}`),
  );
}

function readArguments(args: readonly string[]): { file: string | undefined; json: boolean } {
  const { values, positionals } = parseFlags(args, { format: { type: 'string', default: 'text' } });
  if (values.format !== 'text' && values.format !== 'json') {
    throw new UsageError(`--format "${values.format}": write one of text, json`);
  }
  return { file: positionals[0], json: values.format === 'json' };
}
