import type { ServiceConfig } from '../config/schema.ts';
import { type CommandIo, UsageError } from './command.ts';
import { configFile, readConfigFile } from './lint-config.ts';

/**
 * A service of safety-gate.yml, for a command that is about one.
 * @param given the file, where one was named
 * @throws UsageError, ConfigError
 */
export async function configuredService(
  name: string,
  given: string | undefined,
  io: Pick<CommandIo, 'env' | 'cwd'>,
): Promise<ServiceConfig> {
  const file = configFile(given, io);
  if (file === undefined) throw new UsageError('--service: there is no safety-gate.yml here; name it with --config');
  const { services } = await readConfigFile(file);
  const found = services.find((service) => service.name === name);
  if (found !== undefined) return found;
  const names = services.map((service) => service.name).join(', ');
  throw new UsageError(`--service "${name}": ${file} has no such service; there are: ${names || 'none'}`);
}
