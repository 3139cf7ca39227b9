import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the answer is there; the only place where tests wait for another process. */
export async function eventually<T>(ask: () => Promise<T | undefined>, seconds: number, what: string): Promise<T> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > until) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(50);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

export interface GateProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything that it wrote to standard error. */
  readonly log: () => string;
  exited(): Promise<number | null>;
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

/** Runs `safety-gate serve` as a process of its own, with this environment and nothing else of ours. */
export async function spawnGate(env: Readonly<Record<string, string>>): Promise<GateProcess> {
  const port = await freePort();
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['bin/safety-gate.js', 'serve'], {
    env: {
      PATH,
      HOME,
      PORT: String(port),
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    log: () => log,
    exited: () => exit,
    async kill(signal) {
      child.kill(signal);
      return exit;
    },
  };
}

/** Waits until the gate answers for anything but liveness: its store is open. */
export async function untilOpen({ url, child, log }: GateProcess, seconds = 30): Promise<void> {
  await eventually(
    async () => {
      if (child.exitCode !== null) throw new Error(`the gate ended with ${child.exitCode}: ${log()}`);
      const answer = await fetch(`${url}/v1/openapi.json`).catch(() => undefined);
      return answer?.status === 200 ? true : undefined;
    },
    seconds,
    'the gate opens its store',
  );
}
