import type { Change } from '../changes.ts';
import { type Blockage, blockage, lasts, type Work } from '../effects.ts';
import { blockingLocks } from '../held-locks.ts';
import type { HeldLock, StatementFacts } from '../statement.ts';

/** Slow work on an existing table while somebody is kept out of an existing relation. */
export interface BlockingWork {
  readonly work: Work;
  /** What stands still, and where. */
  readonly blocks: Exclude<Blockage, 'nothing'>;
  readonly relation: string;
  /** An earlier statement of the transaction already keeps readers out, too. */
  readonly readsHeld?: HeldLock;
}

function heldOutright(facts: StatementFacts, relation: string): HeldLock | undefined {
  return facts.heldBefore.find((held) => held.relation === relation && held.blocks === 'reads and writes');
}

function exists(facts: StatementFacts, relation: string): boolean {
  return !facts.createdInSet.has(relation);
}

/**
 * The change's work, if it is slow (its table existed before this set) and somebody waits for it. Who waits is read off
 * the lock on the very table that the work is done on, or else off the statement's worst lock.
 */
export function blockingWork(facts: StatementFacts, change: Change): BlockingWork | undefined {
  const locks = blockingLocks(facts).filter(lasts);
  const slow = change.work.filter((work) => exists(facts, work.relation));
  for (const work of slow) {
    const lock = locks.find(({ relation }) => relation === work.relation) ?? locks[0];
    const blocks = lock === undefined ? 'nothing' : blockage(lock);
    if (lock === undefined || blocks === 'nothing') continue;
    const readsHeld = blocks === 'writes' ? heldOutright(facts, lock.relation) : undefined;
    if (readsHeld === undefined) return { work, blocks, relation: lock.relation };
    return { work, blocks: readsHeld.blocks, relation: lock.relation, readsHeld };
  }
  return undefined;
}

/** `line 3 (ALTER TABLE)`. */
export function describeTaking({ line, kind, otherFile }: HeldLock): string {
  return `line ${line}${otherFile === undefined ? '' : ` of ${otherFile}`} (${kind})`;
}

/** `blocks reads and writes of public.t while …`, for messages. */
export function describeBlocking({ work, blocks, relation, readsHeld }: BlockingWork): string {
  const since = readsHeld === undefined ? '' : ` (reads since ${describeTaking(readsHeld)} of the same transaction)`;
  return `blocks ${blocks} of ${relation}${since} for as long as it takes: ${work.reason}`;
}
