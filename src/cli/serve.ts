import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pino, { type Logger } from 'pino';
import { createAwsClients } from '../aws/clients.ts';
import { systemClock } from '../clock.ts';
import { type Environment, readEnvironment } from '../config/environment.ts';
import { loadLintDefaults } from '../config/lint-defaults.ts';
import { ConfigError, loadConfig } from '../config/load.ts';
import { parseEmptyConfig } from '../config/schema.ts';
import type { Store } from '../database/store.ts';
import { StoreUnavailable } from '../database/store-unavailable.ts';
import { createGate, type Gate, type GateParts } from '../gate.ts';
import { createStartingApp } from '../http/starting.ts';
import { anyToken } from '../tokens/store.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes } from './command.ts';
import { configWarnings } from './config.ts';
import { serveControl } from './control.ts';
import { controlSocket, openStore } from './open-store.ts';

export const serveCommand: Command = {
  usage: `Usage: safety-gate serve

Runs the gate. Settings come from the environment: HOST (127.0.0.1), PORT (8080), SAFETY_GATE_CONFIG (./safety-gate.yml),
SAFETY_GATE_DATA (./data, the embedded store), DATABASE_URL (PostgreSQL instead), LOG_LEVEL (info), AWS_REGION and the
AWS SDK's other variables. Without any token (safety-gate token create) it listens on loopback only.
`,
  async run(_args, io) {
    try {
      return await serve(io);
    } catch (cause) {
      if (!(cause instanceof ConfigError || cause instanceof StoreUnavailable || cause instanceof CannotListen)) {
        exitWithin(1, exitCodes.failed); // a start that broke in its middle leaves the store open
        throw cause;
      }
      io.stderr.write(`safety-gate serve: ${cause.message}\n`);
      return exitCodes.failed;
    }
  },
};

/** The address cannot be listened on: taken, not ours, or not safe without a token. */
class CannotListen extends Error {
  override readonly name = 'CannotListen';
}

/** How long a database that is down is waited for at the start. */
const storePatienceSeconds = 15;
/** Of the ten seconds between a signal and the exit: what running work may take, and when nothing is waited for. */
const drainSeconds = 6;
const exitSeconds = 9;

async function serve(io: CommandIo): Promise<ExitCode> {
  const environment = readEnvironment(io.env, io.cwd);
  const configured = await readConfig(environment, io);
  const logger = pino({ level: environment.logLevel, redact: ['req.headers.authorization'] }, pino.destination(2));
  const interrupted = nextSignal();
  return isLoopback(environment.host)
    ? serveAtOnce(environment, configured, logger, interrupted)
    : serveWithToken(environment, configured, logger, interrupted);
}

/** On loopback: alive before the store is open, which may take seconds when it has to be made. */
async function serveAtOnce(
  environment: Environment,
  configured: Configured,
  logger: Logger,
  interrupted: Promise<NodeJS.Signals>,
): Promise<ExitCode> {
  const { server, handleWith } = await listen(environment, logger);
  try {
    const store = await openPatiently(environment, logger);
    const gate = await createGate({ ...configured, store, aws: createAwsClients(), clock: systemClock, logger });
    handleWith(gate.app);
    return await untilSignal({ environment, server, gate, store, logger }, interrupted);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** On any other address: the store first, since without a token in it the gate would be open to everybody. */
async function serveWithToken(
  environment: Environment,
  configured: Configured,
  logger: Logger,
  interrupted: Promise<NodeJS.Signals>,
): Promise<ExitCode> {
  const store = await openPatiently(environment, logger);
  if (!(await anyToken(store.db))) {
    await store.close();
    const advice = 'make one first (safety-gate token create), or listen on 127.0.0.1';
    throw new CannotListen(`HOST ${environment.host} is not loopback and no token exists: ${advice}`);
  }
  const gate = await createGate({ ...configured, store, aws: createAwsClients(), clock: systemClock, logger });
  try {
    const { server, handleWith } = await listen(environment, logger);
    handleWith(gate.app);
    return await untilSignal({ environment, server, gate, store, logger }, interrupted);
  } catch (cause) {
    if (cause instanceof CannotListen) {
      await gate.stop(1);
      await store.close();
    }
    throw cause;
  }
}

type Configured = Pick<GateParts, 'config' | 'lint'>;

async function readConfig({ configPath, configGiven }: Environment, io: CommandIo): Promise<Configured> {
  const config = await loadConfig(configPath);
  if (config === undefined && configGiven) {
    throw new ConfigError(configPath, [
      { path: '', message: 'SAFETY_GATE_CONFIG names it, but there is no such file' },
    ]);
  }
  if (config === undefined) {
    io.stderr.write(`safety-gate serve: no ${configPath}; serving without services, so every hook will fail\n`);
    return { config: parseEmptyConfig(), lint: {} };
  }
  for (const warning of configWarnings(config)) io.stderr.write(`warning: ${warning}\n`);
  return { config, lint: await loadLintDefaults(config, configPath) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Listens at once with a handler that only knows liveness; the gate takes over when its store is open. */
async function listen(
  { host, port }: Environment,
  logger: Logger,
): Promise<{ server: Server; handleWith: (handler: RequestListener) => void }> {
  let handler: RequestListener = createStartingApp(logger);
  const server = createServer((request, response) => handler(request, response));
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new CannotListen(`cannot listen on ${host}:${port}: ${cause.message}; set HOST and PORT`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo; // a TCP server that listens has one
  logger.info(
    { host, port: address.port },
    `listening on http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
  );
  const handleWith = (next: RequestListener) => {
    handler = next;
  };
  return { server, handleWith };
}

async function openPatiently(environment: Environment, logger: Logger): Promise<Store> {
  const until = systemClock.now().getTime() + storePatienceSeconds * 1000;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await openStore(environment);
    } catch (cause) {
      const over = systemClock.now().getTime() >= until;
      if (!(cause instanceof StoreUnavailable) || !cause.retryable || over) throw cause;
      logger.warn({ attempt }, `${cause.message}; trying again for ${storePatienceSeconds} s`);
      await pause(Math.min(3000, 250 * 2 ** attempt) * (0.5 + Math.random() / 2));
    }
  }
}

interface Running {
  readonly environment: Environment;
  readonly server: Server;
  readonly gate: Gate;
  readonly store: Store;
  readonly logger: Logger;
}

async function untilSignal(running: Running, interrupted: Promise<NodeJS.Signals>): Promise<ExitCode> {
  const { environment, server, gate, store, logger } = running;
  const control =
    store.kind === 'embedded'
      ? await serveControl(controlSocket(environment.dataDirectory), store.db, systemClock)
      : undefined;
  logger.info('ready');
  const signal = await interrupted;
  logger.info({ signal }, 'draining: no new work; what is under way ends or is left to its job');
  control?.close();
  server.close();
  const hurry = setTimeout(() => server.closeAllConnections(), 2000);
  try {
    await gate.stop(drainSeconds);
    clearTimeout(hurry);
    server.closeAllConnections();
    await store.close();
  } catch (cause) {
    logger.warn({ err: cause }, 'the drain did not end cleanly; jobs take up what was left');
  }
  exitWithin(0.5, exitCodeOf(signal)); // the SDK goes on with attempts whose answer nobody waits for
  return exitCodeOf(signal);
}

function exitCodeOf(signal: NodeJS.Signals): ExitCode {
  return signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.fine;
}

/** Ends the process then, if something still keeps it alive. What was left is its job's, as after a crash. */
function exitWithin(seconds: number, code: ExitCode): void {
  setTimeout(() => process.exit(code), seconds * 1000).unref();
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        exitWithin(exitSeconds, exitCodeOf(signal));
        resolve(signal);
      });
    }
  });
}
