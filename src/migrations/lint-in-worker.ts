import { existsSync } from 'node:fs';
import type { Piscina } from 'piscina';
import type { LintRequest } from './lint.ts';
import type { LintReport } from './report.ts';
import { checkServerVersion } from './server-version.ts';

/** The analysis took longer than it may; its worker was killed, the others go on. */
export class LintTimeLimitExceeded extends Error {
  override readonly name = 'LintTimeLimitExceeded';
  readonly code = 'lint-time-limit';
  readonly timeoutSeconds: number;

  constructor(timeoutSeconds: number) {
    super(
      `the migrations could not be judged within ${timeoutSeconds} s: give fewer or smaller files, or raise the limit`,
    );
    this.timeoutSeconds = timeoutSeconds;
  }
}

/** A thread that runs out of memory ends with an object that is no Error of this thread's. */
function messageOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null || !('message' in cause)) return String(cause);
  return String(cause.message);
}

/** The worker died or the analysis threw: a bug of ours or of the parser's, never the end of the service. */
export class LintCrashed extends Error {
  override readonly name = 'LintCrashed';
  readonly code = 'lint-crashed';

  constructor(cause: unknown) {
    super(`the migrations could not be judged: ${messageOf(cause)}`, { cause });
  }
}

/** More requests wait for a worker than the queue holds. */
export class LintQueueFull extends Error {
  override readonly name = 'LintQueueFull';
  readonly code = 'lint-queue-full';

  constructor() {
    super('too many requests wait to be judged: try again in a few seconds');
  }
}

export interface LintPoolOptions {
  readonly maxThreads: number;
  /** From the call to the answer, waiting for a free worker included. */
  readonly timeoutSeconds: number;
  /** Requests that may wait for a worker. */
  readonly maxQueue?: number;
  /** Heap of one worker; one that needs more ends, and its request with it. */
  readonly memoryMb?: number;
  /** The worker's module: the source in a checkout, `lint-worker.js` beside the bundle. */
  readonly worker?: URL;
}

export interface LintPool {
  /** @throws LintTimeLimitExceeded, LintCrashed, LintQueueFull, UnsupportedServerVersion */
  run(request: LintRequest): Promise<LintReport>;
  close(): Promise<void>;
}

function defaultWorker(): URL {
  const source = new URL('./worker.ts', import.meta.url);
  return existsSync(source) ? source : new URL('./lint-worker.js', import.meta.url);
}

/** Idle workers go, since a parser at rest holds about 60 MB. */
const idleSeconds = 30;
const defaultMaxQueue = 64;
const defaultMemoryMb = 1024;

async function createPiscina(worker: URL, options: LintPoolOptions): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina({
    filename: worker.href,
    minThreads: 0,
    maxThreads: options.maxThreads,
    idleTimeout: idleSeconds * 1000,
    maxQueue: options.maxQueue ?? defaultMaxQueue,
    resourceLimits: { maxOldGenerationSizeMb: options.memoryMb ?? defaultMemoryMb },
  });
  // A dying worker also rejects the call that it was working on; that is where the error is handled.
  pool.on('error', () => {});
  return pool;
}

function toTyped(error: unknown, signal: AbortSignal, timeoutSeconds: number): Error {
  if (signal.aborted) return new LintTimeLimitExceeded(timeoutSeconds);
  if (error instanceof Error && error.message.includes('queue is at limit')) return new LintQueueFull();
  return new LintCrashed(error);
}

/**
 * `lint()` in worker threads: hostile SQL can neither block the event loop nor end the process. Nothing is loaded and
 * no thread started before the first call.
 */
export function createLintPool(options: LintPoolOptions): LintPool {
  const worker = options.worker ?? defaultWorker();
  let pool: Promise<Piscina> | undefined;
  return {
    run: async (request) => {
      // Thrown here and not in the worker, from where an error comes back without its class.
      if (request.serverVersion !== undefined)
        checkServerVersion(request.dialect ?? 'postgresql', request.serverVersion);
      // Piscina would start threads that die, again and again, until the time is up.
      if (!existsSync(worker)) throw new LintCrashed(new Error(`${worker.href}: no such worker module`));
      pool ??= createPiscina(worker, options);
      const piscina = await pool;
      const signal = AbortSignal.timeout(options.timeoutSeconds * 1000);
      try {
        return await piscina.run(request, { signal });
      } catch (error) {
        throw toTyped(error, signal, options.timeoutSeconds);
      }
    },
    close: async () => {
      await (await pool)?.destroy();
    },
  };
}
