import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { LintRequest } from '../migrations/lint.ts';
import type { CommandIo } from './command.ts';
import type { LintArguments } from './lint-arguments.ts';

type Io = Pick<CommandIo, 'env' | 'cwd'>;

/** The file that --config or SAFETY_GATE_CONFIG names, or safety-gate.yml where there is one. */
export function configFile(given: string | undefined, { env, cwd }: Io): string | undefined {
  const named = given ?? (env.SAFETY_GATE_CONFIG || undefined);
  if (named !== undefined) return resolve(cwd, named);
  const usual = resolve(cwd, 'safety-gate.yml');
  return existsSync(usual) ? usual : undefined;
}

/** The configuration in a file that was named or found. @throws ConfigError */
export async function readConfigFile(file: string): Promise<Config> {
  const { ConfigError, loadConfig } = await import('../config/load.ts');
  const config = await loadConfig(file);
  if (config === undefined) throw new ConfigError(file, [{ path: '', message: 'there is no such file' }]);
  return config;
}

/**
 * What flags and configuration ask for together; flags win. The schema is loaded only where there is something to read.
 * @throws ConfigError
 */
export async function readLintRequest(
  given: LintArguments,
  material: Pick<LintRequest, 'files' | 'history' | 'removed'>,
  io: Io,
): Promise<LintRequest> {
  const { dialect, serverVersion, framework } = given;
  const asked = { ...material, dialect, serverVersion, framework };
  const file = configFile(given.config, io);
  if (file === undefined && given.baseline === undefined) return asked;
  const { lintDefaults, lintRequest, loadBaseline } = await import('../config/lint-defaults.ts');
  const config = file === undefined ? undefined : await readConfigFile(file);
  const folder = file === undefined ? io.cwd : dirname(file);
  const configured = config?.lint.baseline === undefined ? undefined : resolve(folder, config.lint.baseline);
  const baselineFile = given.baseline === undefined ? configured : resolve(io.cwd, given.baseline);
  // a run that writes a baseline wants all findings, those of an older one as well
  const baseline =
    baselineFile === undefined || given.writeBaseline !== undefined ? undefined : await loadBaseline(baselineFile);
  const request = lintRequest(asked, config === undefined ? {} : lintDefaults(config));
  return { ...request, settings: { ...request.settings, baseline, place: { settings: folder, working: io.cwd } } };
}
