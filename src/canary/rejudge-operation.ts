import { z } from 'zod';
import type { Database } from '../database/store.ts';
import { type Rejudgement, rejudge } from './rejudge.ts';
import { findWatch } from './store.ts';

/** What `safety-gate rejudge` asks for, whether it is done here or by the service that holds the store. */
export const rejudgeOperation = z.strictObject({
  operation: z.literal('rejudge'),
  id: z.string().min(1),
  everyLook: z.boolean(),
});
export type RejudgeOperation = z.output<typeof rejudgeOperation>;

export async function performRejudge(db: Database, { id, everyLook }: RejudgeOperation): Promise<Rejudgement> {
  const watch = await findWatch(db, id);
  if (watch === undefined) {
    return { id, outcome: 'impossible', why: `there is no watch "${id}", and none of a deployment "${id}"` };
  }
  return rejudge(watch, everyLook);
}
