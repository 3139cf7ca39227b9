import { type Conclusion, conclude } from './conclude.ts';
import type { ConcludeRequest } from './conclude-pool.ts';

/** Runs in a worker thread: the pool's one task. Plain data goes in and comes out. */
export default function concludeTask({ policy, startedAt, observations }: ConcludeRequest): Conclusion {
  return conclude(policy, startedAt, observations);
}
