import { type Blockage, blockage, type Lock } from './effects.ts';
import { slowWork } from './slow-work.ts';
import type { HeldLock, StatementFacts } from './statement.ts';

const order: readonly Blockage[] = ['nothing', 'writes', 'reads and writes'];

/** Almost every rule asks for the same statement's, one rule after the other: the last answer is kept. Facts never change. */
let last: { readonly facts: object; readonly blocking: readonly Lock[] } | undefined;

/** Locks of the statement that keep readers or writers of an existing relation out, the worst first. */
export function blockingLocks(facts: Pick<StatementFacts, 'effects' | 'createdInSet'>): readonly Lock[] {
  if (last?.facts === facts) return last.blocking;
  const locks: readonly Lock[] = facts.effects.locks;
  const blocking = locks
    .filter((lock) => blockage(lock) !== 'nothing' && !facts.createdInSet.has(lock.relation))
    .sort((one, other) => order.indexOf(blockage(other)) - order.indexOf(blockage(one)));
  last = { facts, blocking };
  return blocking;
}

/** Follows, statement by statement of one file, which locks its transactions have gathered. */
export interface HeldLocks {
  before(): Pick<StatementFacts, 'heldBefore' | 'unlimitedWaitBefore' | 'slowWhileHeldBefore' | 'blockedBefore'>;
  take(facts: StatementFacts): void;
  endTransaction(): void;
  beginFile(path: string): void;
}

/** Indexes and sequences are locked behind their tables, and nobody gets to them past those. */
export function isOnTable({ kind }: Lock): boolean {
  return kind !== 'index' && kind !== 'sequence';
}

/** Locks that are told of: a transaction of thousands would otherwise repeat them all with each of its statements. */
const mostHeld = 100;

export function followHeldLocks(): HeldLocks {
  let path = '';
  let held: readonly HeldLock[] = [];
  const strongest = new Map<string, Blockage>();
  let unlimitedWait = false;
  let slowWhileHeld = false;
  let blocked = false;
  return {
    before: () => ({
      heldBefore: held,
      unlimitedWaitBefore: unlimitedWait,
      slowWhileHeldBefore: slowWhileHeld,
      blockedBefore: blocked,
    }),
    take: (facts) => {
      const locks = blockingLocks(facts);
      if (locks.length > 0) blocked = true;
      if (locks.length > 0 && !facts.lockTimeoutMs) unlimitedWait = true;
      const changes = facts.changes.some((change) => change.type === 'rows-changed' && change.reach !== 'by key');
      if (held.length > 0 && (changes || slowWork(facts).length > 0)) slowWhileHeld = true;
      const stronger = locks.filter(isOnTable).flatMap((lock): HeldLock[] => {
        const blocks = blockage(lock);
        const known = order.indexOf(strongest.get(lock.relation) ?? 'nothing') >= order.indexOf(blocks);
        if (blocks === 'nothing' || known) return [];
        strongest.set(lock.relation, blocks);
        return [{ relation: lock.relation, blocks, line: facts.line, kind: facts.kind }];
      });
      if (stronger.length > 0 && held.length < mostHeld) held = [...held, ...stronger].slice(0, mostHeld);
    },
    endTransaction: () => {
      held = [];
      strongest.clear();
      slowWhileHeld = false;
    },
    beginFile: (next) => {
      held = held.map((lock) => ({ otherFile: path, ...lock }));
      path = next;
      unlimitedWait = false;
      blocked = false;
    },
  };
}
