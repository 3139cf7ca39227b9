import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { inputProblems } from '../input/problems.ts';
import type { LintRequest } from '../migrations/lint.ts';
import type { BaselineFinding } from '../migrations/settings.ts';
import { baselineSchema } from '../migrations/settings-schema.ts';
import { ConfigError } from './load.ts';
import type { Config } from './schema.ts';

/** What the configuration says of a lint request, before flags or a body say otherwise. */
export type LintDefaults = Pick<
  LintRequest,
  'framework' | 'dialect' | 'serverVersion' | 'applicationOrder' | 'settings'
>;

type Engine = Pick<LintRequest, 'dialect' | 'serverVersion'>;

/** What the first that says something says. A version means nothing for another dialect than the one it was given with. */
export function engineOf(...layers: readonly Engine[]): Engine {
  const { dialect } = layers.find((layer) => layer.dialect !== undefined) ?? {};
  const fitting = layers.filter((layer) => layer.dialect === undefined || layer.dialect === dialect);
  const { serverVersion } = fitting.find((layer) => layer.serverVersion !== undefined) ?? {};
  return { dialect, serverVersion };
}

/** The one database that all services share; none where they differ. */
function sharedDatabase({ services }: Config): Engine {
  const [first, ...others] = services.map(({ database }) => database);
  const same = others.every(({ dialect, version }) => dialect === first?.dialect && version === first?.version);
  return first === undefined || !same ? {} : databaseOf(first);
}

/** The part `lint` of a configuration as plain data. Its baseline is a file of its own: see `loadBaseline`. */
export function lintDefaults(config: Config): LintDefaults {
  const { framework, dialect, serverVersion, applicationOrder, lockTimeout, baseline: _, ...settings } = config.lint;
  const own = { dialect: dialect ?? (serverVersion === undefined ? undefined : 'postgresql'), serverVersion } as const;
  return {
    framework,
    ...engineOf(own, sharedDatabase(config)),
    applicationOrder,
    settings: { ...settings, lockTimeoutMs: lockTimeout },
  };
}

function databaseOf({ dialect, version }: Config['services'][number]['database']): Engine {
  return { dialect, serverVersion: version };
}

/** The defaults with what somebody asked for, and a service's database in between. */
export function lintRequest(
  asked: Omit<LintRequest, 'settings'>,
  defaults: LintDefaults,
  service?: Pick<Config['services'][number], 'database'>,
): LintRequest {
  const between = service === undefined ? [] : [databaseOf(service.database)];
  const framework = asked.framework ?? defaults.framework;
  const applicationOrder = asked.applicationOrder ?? defaults.applicationOrder;
  return { ...defaults, ...asked, framework, applicationOrder, ...engineOf(asked, ...between, defaults) };
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // JSON.parse throws for nothing else
    throw new ConfigError(source, [
      { path: '', message: `not JSON: ${cause instanceof Error ? cause.message : cause}` },
    ]);
  }
}

/**
 * Reads a baseline that `lint --write-baseline` wrote.
 * @throws ConfigError for a file that is not there or is none
 */
export async function loadBaseline(file: string): Promise<readonly BaselineFinding[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException; // what node:fs throws
    const message = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? String(cause)})`;
    throw new ConfigError(file, [
      { path: '', message: `${message}; write it with safety-gate lint --write-baseline ${file} PATHS` },
    ]);
  }
  const value = parseJson(text, file);
  const result = baselineSchema.safeParse(value);
  if (!result.success) throw new ConfigError(file, inputProblems(result.error, value));
  return result.data.findings;
}

/**
 * The defaults with the baseline that the configuration names, which is looked for from the configuration's folder on.
 * @throws ConfigError
 */
export async function loadLintDefaults(config: Config, configPath: string): Promise<LintDefaults> {
  const defaults = lintDefaults(config);
  const { baseline: file } = config.lint;
  if (file === undefined) return defaults;
  const baseline = await loadBaseline(resolve(dirname(configPath), file));
  return { ...defaults, settings: { ...defaults.settings, baseline } };
}
