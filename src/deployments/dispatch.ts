import type { Logger } from 'pino';
import type { Jobs } from '../database/jobs.ts';
import type { Database } from '../database/store.ts';
import { takeUnqueued } from './store.ts';

export interface Dispatcher {
  /** There is something new: makes its job within a moment. */
  announce(): void;
  stop(): void;
}

/** Calls that come within this time share a transaction, and a statement that makes all their jobs. */
const gatherMilliseconds = 20;
/** What a process noted and did not live to dispatch is found after this long, by it or by another replica. */
const sweepMilliseconds = 5000;
const batchSize = 200;

/**
 * Makes the jobs of noted hook calls. The evaluation's row is the outbox entry: a hook is acknowledged for the price of
 * one insert, and no entry is lost, since the row says itself whether its job was made.
 */
export function createDispatcher(parts: {
  readonly db: Database;
  readonly jobs: Pick<Jobs, 'sendAll'>;
  readonly logger: Logger;
}): Dispatcher {
  let soon: NodeJS.Timeout | undefined;
  let working = false;

  async function dispatch(): Promise<void> {
    soon = undefined;
    if (working) return announce(); // the one at work may have looked already
    working = true;
    try {
      while ((await dispatchBatch(parts)) === batchSize);
    } catch (error) {
      parts.logger.warn({ err: error }, 'hook calls could not be queued; the next sweep tries again');
    } finally {
      working = false;
    }
  }

  function announce(): void {
    soon ??= setTimeout(dispatch, gatherMilliseconds);
  }

  const sweep = setInterval(announce, sweepMilliseconds);
  announce();
  return {
    announce,
    stop() {
      clearInterval(sweep);
      clearTimeout(soon);
    },
  };
}

async function dispatchBatch({ db, jobs }: { db: Database; jobs: Pick<Jobs, 'sendAll'> }): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const ids = await takeUnqueued(tx, batchSize);
    if (ids.length > 0) await jobs.sendAll(tx, 'evaluate', ids);
    return ids.length;
  });
}
