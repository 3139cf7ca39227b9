import { parentPort } from 'node:worker_threads';
import { type Batch, playBatch } from './batch.ts';

// One batch at a time: asked, played, answered.
parentPort?.on('message', async (batch: Batch) => {
  parentPort?.postMessage(await playBatch(batch));
});
