import { type Blockage, blockage, type Lock } from './effects.ts';
import type { HeldLock, StatementFacts } from './statement.ts';

const order: readonly Blockage[] = ['nothing', 'writes', 'reads and writes'];

/** Locks of the statement that keep readers or writers of an existing relation out, the worst first. */
export function blockingLocks(facts: Pick<StatementFacts, 'effects' | 'createdInSet'>): readonly Lock[] {
  const locks: readonly Lock[] = facts.effects.locks;
  return locks
    .filter((lock) => blockage(lock) !== 'nothing' && !facts.createdInSet.has(lock.relation))
    .toSorted((one, other) => order.indexOf(blockage(other)) - order.indexOf(blockage(one)));
}

/** Follows, statement by statement of one file, which locks its transactions have gathered. */
export interface HeldLocks {
  before(): Pick<StatementFacts, 'heldBefore' | 'unlimitedWaitBefore' | 'slowWhileHeldBefore'>;
  take(facts: StatementFacts): void;
  endTransaction(): void;
  beginFile(path: string): void;
}

export function followHeldLocks(): HeldLocks {
  let path = '';
  let held: readonly HeldLock[] = [];
  let unlimitedWait = false;
  let slowWhileHeld = false;
  return {
    before: () => ({ heldBefore: held, unlimitedWaitBefore: unlimitedWait, slowWhileHeldBefore: slowWhileHeld }),
    take: (facts) => {
      const locks = blockingLocks(facts);
      if (locks.length > 0 && !facts.lockTimeoutMs) unlimitedWait = true;
      const { rewrites, scans, indexBuilds } = facts.effects;
      const slow = [...rewrites, ...scans, ...indexBuilds].some(({ relation }) => !facts.createdInSet.has(relation));
      const changes = facts.changes.some((change) => change.type === 'rows-changed' && change.reach !== 'by key');
      if ((slow || changes) && held.length > 0) slowWhileHeld = true;
      const stronger = locks
        .filter(({ kind }) => kind !== 'index')
        .flatMap((lock): HeldLock[] => {
          const blocks = blockage(lock);
          const known = held.some(
            (each) => each.relation === lock.relation && order.indexOf(each.blocks) >= order.indexOf(blocks),
          );
          return blocks === 'nothing' || known
            ? []
            : [{ relation: lock.relation, blocks, line: facts.line, kind: facts.kind }];
        });
      if (stronger.length > 0) held = [...held, ...stronger];
    },
    endTransaction: () => {
      held = [];
      slowWhileHeld = false;
    },
    beginFile: (next) => {
      held = held.map((lock) => ({ otherFile: path, ...lock }));
      path = next;
      unlimitedWait = false;
    },
  };
}
