import { type Db, fromKysely, fromPglite, type JobResult, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Courtesy } from './courtesy.ts';
import type { Store, Tx } from './store.ts';

export type QueueName = 'evaluate' | 'report' | 'watch' | 'rollback';
export const queueNames: readonly QueueName[] = ['evaluate', 'report', 'watch', 'rollback'];

/** What a job knows: whose turn it is, and which look. Everything else is read from the store when it runs. */
export interface JobData {
  readonly id: string;
  /** A job whose number is not the row's own is a duplicate and ends at once; -1 is a wake-up out of turn. */
  readonly look: number;
}

export type JobHandler = (data: JobData) => Promise<void>;

export interface Jobs {
  /** Enqueues within the caller's transaction: both become true, or neither. */
  send(tx: Tx, queue: QueueName, data: JobData, startAfter?: Date): Promise<void>;
  /** Enqueues the first look of many at once, within the caller's transaction. */
  sendAll(tx: Tx, queue: QueueName, ids: readonly string[]): Promise<void>;
  /** Starts working. Handlers must be idempotent; one that throws is tried again with back-off. */
  start(handlers: Readonly<Record<QueueName, JobHandler>>): Promise<void>;
  /** Takes no new job, lets running ones end (up to `timeoutSeconds`), closes. */
  stop(timeoutSeconds: number): Promise<void>;
}

const jobsSchema = 'safety_gate_jobs';

/** A job that its process did not live to finish is noticed after this long, and given to another. */
const heartbeatSeconds = 10;

/**
 * How many jobs of a queue are under way at once. The embedded store does one statement at a time, so whatever jobs put
 * in its queue a hook call has to wait for; a server takes more.
 */
const concurrency = {
  embedded: { batchSize: 2, localConcurrency: 1 },
  postgresql: { batchSize: 10, localConcurrency: 2 },
} as const;

/** Durable jobs on pg-boss, in the store's own database. */
export async function createJobs(store: Store, logger: Logger): Promise<Jobs> {
  const boss = new PgBoss({
    ...('pglite' in store.jobs
      ? { db: courteous(fromPglite(store.jobs.pglite), store.courtesy), backend: 'pglite' }
      : { connectionString: store.jobs.connectionString, max: 4 }),
    schema: jobsSchema,
    schedule: false,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    useListenNotify: true,
  });
  boss.on('error', (error) => logger.warn({ err: error }, 'job queue'));
  await boss.start();
  for (const queue of queueNames) {
    await boss.createQueue(queue, {
      policy: 'singleton', // one active job per key, across all replicas
      notify: true,
      heartbeatSeconds,
      expireInSeconds: 120,
      retryLimit: 1000,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 30,
      deleteAfterSeconds: 3600,
    });
  }
  if (store.kind === 'embedded') await releaseOrphans(boss);
  return {
    async send(tx, queue, data, startAfter) {
      await boss.send(queue, data, {
        db: fromKysely(tx),
        singletonKey: data.id,
        ...(startAfter === undefined ? {} : { startAfter }),
      });
    },
    async sendAll(tx, queue, ids) {
      const jobs = ids.map((id) => ({ data: { id, look: 0 }, singletonKey: id }));
      await boss.insert(queue, jobs, { db: fromKysely(tx) });
    },
    async start(handlers) {
      for (const queue of queueNames)
        await work(boss, queue, courteously(handlers[queue], store.courtesy), concurrency[store.kind], logger);
    },
    stop: (timeoutSeconds) => boss.stop({ graceful: true, timeout: timeoutSeconds * 1000 }),
  };
}

/** The queue's own statements on the embedded store wait for requests, too. */
function courteous<D extends Db>(db: D, courtesy: Courtesy): D {
  return {
    ...db,
    async executeSql(text: string, values?: unknown[]) {
      await courtesy.always();
      return db.executeSql(text, values);
    },
  };
}

function courteously(handler: JobHandler, courtesy: Courtesy): JobHandler {
  return (data) =>
    courtesy.job(async () => {
      await courtesy.turn();
      await handler(data);
    });
}

async function work(
  boss: PgBoss,
  queue: QueueName,
  handler: JobHandler,
  workers: { readonly batchSize: number; readonly localConcurrency: number },
  logger: Logger,
): Promise<void> {
  const options = {
    ...workers,
    perJobResults: true,
    burstWhenBatchFull: true,
    pollingIntervalSeconds: 0.5,
    notifyPollingIntervalSeconds: 0.5, // jobs with a start time are found by polling only
  } as const;
  await boss.work<JobData, object, typeof options>(queue, options, (jobs) =>
    Promise.all(
      jobs.map(async (job): Promise<JobResult> => {
        try {
          await handler(job.data);
          return { id: job.id, status: 'completed' };
        } catch (error) {
          logger.error({ err: error, queue, job: job.data }, 'job failed and will be tried again');
          return { id: job.id, status: 'failed', output: { message: String(error) } };
        }
      }),
    ),
  );
}

/** The embedded store has one owner at a time: what is still "active" at our start died with the last process. */
async function releaseOrphans(boss: PgBoss): Promise<void> {
  for (const queue of queueNames) {
    let after: string | undefined;
    do {
      const page = await boss.findJobs<JobData>(queue, { limit: 1000, ...(after === undefined ? {} : { after }) });
      const orphans = page.filter((job) => job.state === 'active').map((job) => job.id);
      if (orphans.length > 0) await boss.fail(queue, orphans, { message: 'its process ended' });
      after = page.length === 1000 ? page.at(-1)?.id : undefined;
    } while (after !== undefined);
  }
}
