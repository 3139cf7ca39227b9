import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as yieldToEvents } from 'node:timers/promises';

/**
 * Jobs let requests go first. CodeDeploy and people wait for an answer; a job has time. Without this, a burst of hook
 * calls waits behind the very jobs that it makes. On the embedded store a job also yields to the event loop before each
 * statement: PGlite computes in this thread and answers without ever giving way, so that a chain of statements would keep
 * the network waiting (measured with bench/hooks.ts: the loop stood still for 350 ms at a time).
 */
export interface Courtesy {
  /** Runs the work of a request that somebody waits for. Keep it short: jobs stand still meanwhile. */
  request<T>(work: () => Promise<T>): Promise<T>;
  /** Runs a job: its turns wait for requests. */
  job<T>(work: () => Promise<T>): Promise<T>;
  /** Within a job: resolves when no request is at work, or after a short while. Elsewhere: at once. */
  turn(): Promise<void>;
  /** The same as `turn`, wherever it is called from. */
  always(): Promise<void>;
}

/** However many requests come, a job gets a turn after this long. */
const patienceMilliseconds = 50;

export function createCourtesy(): Courtesy {
  const inJob = new AsyncLocalStorage<true>();
  let requests = 0;
  const waiting = new Set<() => void>();

  function quiet(): Promise<void> {
    return new Promise((resolve) => {
      const release = () => {
        clearTimeout(timer);
        waiting.delete(release);
        resolve();
      };
      const timer = setTimeout(release, patienceMilliseconds);
      waiting.add(release);
    });
  }

  async function always(): Promise<void> {
    await yieldToEvents();
    if (requests > 0) await quiet();
  }

  return {
    async request(work) {
      requests += 1;
      try {
        return await work();
      } finally {
        requests -= 1;
        if (requests === 0) for (const release of waiting) release();
      }
    },
    job: (work) => inJob.run(true, work),
    turn: async () => {
      if (inJob.getStore() === true) await always();
    },
    always,
  };
}
