import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../clock.ts';
import { parseDuration } from '../config/duration.ts';
import { type Environment, readEnvironment } from '../config/environment.ts';
import { isAlive, readHolder } from '../database/data-directory-lock.ts';
import { performTokenOperation, type TokenOperation, type TokenResult } from '../tokens/operation.ts';
import { type Grant, type Scope, scopes } from '../tokens/token.ts';
import { type Command, type CommandIo, exitCodes, parseFlags, UsageError } from './command.ts';
import { askService } from './control.ts';
import { openStore } from './open-store.ts';

export const tokenCommand: Command = {
  usage: `Usage:
  safety-gate token create --name NAME --scope SCOPE [--scope SCOPE…] [--service NAME…] [--expires 90d]
  safety-gate token list
  safety-gate token revoke ID-OR-NAME

Scopes: ${scopes.join(', ')}. With --service the token is good for those services only.
create prints the token, alone, on standard output: it is shown this once. --format json prints more.
Works on the store that DATABASE_URL or SAFETY_GATE_DATA names, while the service runs and while it does not.
`,
  async run(args, io) {
    const wanted = readOperation(args);
    const environment = readEnvironment(io.env, io.cwd);
    const result = await perform(environment, wanted.operation);
    print(result, wanted.json, io);
    return result.operation === 'revoke' && result.revoked === 0 ? exitCodes.no : exitCodes.fine;
  },
};

function readOperation(args: readonly string[]): { operation: TokenOperation; json: boolean } {
  const [verb, ...rest] = args;
  const { values, positionals } = parseFlags(rest, options);
  const format = values.format ?? 'text';
  if (format !== 'text' && format !== 'json') throw new UsageError(`--format ${format}: one of text, json`);
  const json = format === 'json';
  switch (verb) {
    case 'create':
      return { operation: readCreate(values), json };
    case 'list':
      return { operation: { operation: 'list' }, json };
    case 'revoke': {
      const [idOrName] = positionals;
      if (idOrName === undefined) throw new UsageError('token revoke needs the id or the name of a token');
      return { operation: { operation: 'revoke', idOrName }, json };
    }
    default:
      throw new UsageError(`token ${verb ?? ''}: one of create, list, revoke`);
  }
}

const options = {
  name: { type: 'string' },
  scope: { type: 'string', multiple: true },
  service: { type: 'string', multiple: true },
  expires: { type: 'string' },
  format: { type: 'string' },
} as const;

function readCreate(values: { name?: string; scope?: string[]; service?: string[]; expires?: string }): TokenOperation {
  const { name, scope = [], service = [], expires } = values;
  if (name === undefined || name === '') throw new UsageError('--name is missing: say what the token is for');
  if (scope.length === 0) throw new UsageError(`--scope is missing: one or more of ${scopes.join(', ')}`);
  const wrong = scope.find((one) => !scopes.includes(one as Scope));
  if (wrong !== undefined) throw new UsageError(`--scope ${wrong}: one of ${scopes.join(', ')}`);
  const lifetimeSeconds = expires === undefined ? null : parseDuration(expires);
  if (lifetimeSeconds === undefined || lifetimeSeconds === 0) {
    throw new UsageError(`--expires ${expires}: not a duration; write 12h or 90d`);
  }
  return { operation: 'create', name, scopes: scope as Scope[], services: service, lifetimeSeconds };
}

/** By the service that holds the embedded store, else on the store itself. */
async function perform(environment: Environment, operation: TokenOperation): Promise<TokenResult> {
  const holder = environment.databaseUrl === undefined ? await readHolder(environment.dataDirectory) : undefined;
  if (holder !== undefined && (await isAlive(holder))) return askStarting(holder.control, operation);
  const store = await openStore(environment);
  try {
    return await performTokenOperation(store.db, operation, systemClock.now());
  } finally {
    await store.close();
  }
}

/** A service that has just been started holds the store a few seconds before it listens. */
async function askStarting(socket: string, operation: TokenOperation): Promise<TokenResult> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await askService(socket, operation);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (attempt >= 100 || (code !== 'ENOENT' && code !== 'ECONNREFUSED')) throw cause;
      await pause(100);
    }
  }
}

function print(result: TokenResult, json: boolean, { stdout, stderr }: CommandIo): void {
  if (json) {
    stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  switch (result.operation) {
    case 'create':
      stdout.write(`${result.token}\n`);
      stderr.write(`token ${result.grant.id} (${result.grant.name}); keep it now, it is not shown again\n`);
      return;
    case 'list':
      for (const grant of result.tokens) stdout.write(`${line(grant)}\n`);
      return;
    case 'revoke':
      stderr.write(`${result.revoked} tokens revoked\n`);
      return;
  }
}

function line(grant: Grant): string {
  const services = grant.services.length === 0 ? 'all services' : grant.services.join(',');
  const state = grant.revokedAt !== null ? `revoked ${grant.revokedAt}` : `expires ${grant.expiresAt ?? 'never'}`;
  return [grant.id, grant.name, grant.scopes.join(','), services, state].join('\t');
}
