import { type BatchAnswer, type BatchRequest, judgeBatch } from './judge-batch.ts';

/** Runs in a worker thread: the pool's one task. */
export default function judgeTask(request: BatchRequest): BatchAnswer {
  return judgeBatch(request);
}
