import type { Piscina } from 'piscina';
import { entryUrl } from '../entry-url.ts';
import type { Conclusion } from './conclude.ts';
import type { Observation } from './observation.ts';
import type { CanaryPolicy } from './policy.ts';

export interface ConcludeRequest {
  readonly policy: CanaryPolicy;
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  readonly observations: readonly Observation[];
}

export interface ConcludePool {
  /** `conclude()`, in a thread of its own. @throws when the thread dies or takes more than two minutes */
  run(request: ConcludeRequest): Promise<Conclusion>;
  close(): Promise<void>;
}

const timeoutSeconds = 120;

/** Longer than the usual period, so that the thread of a watch is not started anew for each of its looks. */
const idleSeconds = 150;

/**
 * Judges looks beside the event loop: an hour of eight metrics takes some 100 ms, and hook calls do not wait for that.
 * No thread runs before the first look.
 */
export function createConcludePool(): ConcludePool {
  let pool: Promise<Piscina> | undefined;
  return {
    async run(request) {
      pool ??= startThread();
      return (await pool).run(request, { signal: AbortSignal.timeout(timeoutSeconds * 1000) });
    },
    async close() {
      await (await pool)?.destroy();
    },
  };
}

async function startThread(): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  const filename = entryUrl('conclude-worker', import.meta.url).href;
  const pool = new Piscina({ filename, minThreads: 0, maxThreads: 1, idleTimeout: idleSeconds * 1000 });
  // A dying worker also rejects the call that it was working on; that is where the error is handled.
  pool.on('error', () => {});
  return pool;
}
