import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { type InputProblem, inputProblems, problemLine } from '../input/problems.ts';
import { type Config, configSchema } from './schema.ts';

/** A configuration that cannot be used, with everything that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly source: string;
  readonly problems: readonly InputProblem[];

  constructor(source: string, problems: readonly InputProblem[]) {
    const lines = problems.map((problem) => `  ${problemLine(problem)}`);
    super(`${source} cannot be used:\n${lines.join('\n')}`);
    this.source = source;
    this.problems = problems;
  }
}

/**
 * Reads safety-gate.yml (JSON is valid YAML).
 * @returns undefined when there is no such file
 * @throws ConfigError naming each field, its value and what is accepted
 */
export async function loadConfig(path: string): Promise<Config | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError(path, [{ path: '', message: `cannot be read: ${String(cause)}` }]);
  }
  return parseConfig(text, path);
}

/** The text of a configuration file as a Config. @throws ConfigError */
export function parseConfig(text: string, source: string): Config {
  const document = parseDocument(text, { prettyErrors: true });
  const [broken] = document.errors;
  if (broken !== undefined) throw new ConfigError(source, [{ path: '', message: `not YAML: ${broken.message}` }]);
  const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  const result = configSchema.safeParse(value);
  if (!result.success) throw new ConfigError(source, inputProblems(result.error, value));
  return result.data;
}
