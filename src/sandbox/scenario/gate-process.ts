import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface GateProcess {
  readonly url: string;
  /** The last lines of what it logged. */
  endOfLog(): Promise<string>;
  /** `safety-gate token create`, while the service runs. */
  createToken(name: string, scopes: readonly string[]): Promise<string>;
  /** SIGTERM, and SIGKILL when it has not drained within its own 10 s. */
  stop(): Promise<void>;
}

interface Settings {
  readonly configFile: string;
  /** An empty directory of its own: store and log go there. */
  readonly folder: string;
  readonly awsUrl: string;
}

const binary = fileURLToPath(new URL('../../../bin/safety-gate.js', import.meta.url));
const readyWithinSeconds = 40;

/**
 * The real service in a process of its own, as a user starts it, with the AWS SDK pointed at the sandbox.
 * @throws Error with the end of its log when it does not get ready
 */
export async function startGate({ configFile, folder, awsUrl }: Settings): Promise<GateProcess> {
  const port = await freePort();
  const env = {
    PATH: process.env.PATH,
    PORT: String(port),
    SAFETY_GATE_CONFIG: configFile,
    SAFETY_GATE_DATA: join(folder, 'data'),
    AWS_ENDPOINT_URL: awsUrl,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
  };
  const logFile = join(folder, 'gate.log');
  const log = createWriteStream(logFile);
  const child = spawn(process.execPath, [binary, 'serve'], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(url, child);
  } catch (cause) {
    await stop(child);
    throw new Error(`the gate did not get ready; the end of its log:\n${await tail(logFile)}`, { cause });
  }
  return {
    url,
    endOfLog: () => tail(logFile),
    async createToken(name, scopes) {
      const args = ['token', 'create', '--name', name, ...scopes.flatMap((scope) => ['--scope', scope])];
      const { stdout } = await promisify(execFile)(process.execPath, [binary, ...args], { env, cwd: folder });
      return stdout.trim();
    },
    async stop() {
      await stop(child);
      log.end();
    },
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const everySeconds = 0.25;
  let last = 'nothing was asked yet';
  for (let waited = 0; waited < readyWithinSeconds; waited += everySeconds) {
    if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}`);
    try {
      const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) });
      last = `${response.status} ${await response.text()}`;
      if (response.ok) return;
    } catch (cause) {
      last = String(cause); // not listening yet
    }
    await pause(everySeconds * 1000);
  }
  throw new Error(`not ready after ${readyWithinSeconds} s; /readyz said at last: ${last}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 12_000);
  await ended;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

async function tail(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).split('\n').slice(-15).join('\n');
}
