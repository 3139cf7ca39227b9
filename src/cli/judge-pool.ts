import { availableParallelism } from 'node:os';
import type { Piscina } from 'piscina';
import { entryUrl } from '../entry-url.ts';
import { type BatchAnswer, type BatchRequest, judgeBatch } from './judge-batch.ts';

export interface JudgePool {
  /** Judges a batch, here or in another thread; its bytes are gone afterwards. */
  judge(request: BatchRequest & { readonly bytes: Uint8Array<ArrayBuffer> }): Promise<BatchAnswer>;
  /** How many batches are worth having under way. */
  readonly width: number;
  close(): Promise<void>;
}

/** As much as one thread judges in about the time that others take to start. */
const bytesBeforeThreads = 1_000_000;

/** Judges small inputs in this thread, and large ones on every core: a thread costs more than a few canaries do. */
export function createJudgePool(): JudgePool {
  const threads = availableParallelism();
  let bytesHere = 0;
  let pool: Promise<Piscina> | undefined;
  return {
    width: threads * 2,
    async judge(request) {
      if (threads === 1 || bytesHere < bytesBeforeThreads) {
        bytesHere += request.bytes.length;
        return judgeBatch(request);
      }
      pool ??= startThreads(threads);
      return (await pool).run(request, { transferList: [request.bytes.buffer] });
    },
    async close() {
      await (await pool)?.destroy();
    },
  };
}

async function startThreads(threads: number): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  const filename = entryUrl('judge-worker', import.meta.url).href;
  const pool = new Piscina({ filename, minThreads: threads, maxThreads: threads });
  // A dying worker also rejects the call that it was working on; that is where the error is handled.
  pool.on('error', () => {});
  return pool;
}
