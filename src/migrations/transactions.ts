import { blockage, type PostgresLock, type PostgresLockMode, postgresLockModes } from './effects.ts';
import { describeWork, slowWork } from './slow-work.ts';
import type { AnalysedFile, StatementFacts } from './statement.ts';

/** Where a statement stands. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

/** Slow work that goes on while a lock is held. */
export interface HeldWhile extends Place {
  /** `public.payments is read: …`. */
  readonly what: string;
}

/** A lock of a transaction: the first on its relation, or one that is stronger than those before. */
export interface TransactionLock extends Place {
  readonly relation: string;
  readonly mode: PostgresLockMode;
  readonly kind: PostgresLock['kind'];
  /** Whether the relation was there before the set, so that others can wait for it. */
  readonly existedBefore: boolean;
  /** What later statements work on while the lock keeps others out, the first ten; empty for a lock that keeps nobody out. */
  readonly heldWhile: readonly HeldWhile[];
}

/** Locks summed over a transaction: they are all held until it ends (PostgreSQL: documentation, 13.3.1). */
export interface TransactionSummary {
  readonly files: readonly string[];
  /** Those that lock something. */
  readonly statements: readonly Place[];
  readonly locks: readonly TransactionLock[];
  /** Relations that existed before, in the order in which they are first locked. */
  readonly order: readonly string[];
}

/** A statement with its file. */
export interface Step {
  readonly path: string;
  readonly facts: StatementFacts;
}

/** The set's statements by transaction, in the order in which they run. */
export function stepsByTransaction(files: readonly AnalysedFile[]): readonly (readonly Step[])[] {
  const groups = new Map<number, Step[]>();
  for (const { path, statements } of files) {
    for (const facts of statements) {
      const group = groups.get(facts.transaction);
      if (group === undefined) groups.set(facts.transaction, [{ path, facts }]);
      else group.push({ path, facts });
    }
  }
  return [...groups.values()];
}

/** PostgreSQL's locks of the statement. Other engines end the transaction with each statement that changes a definition. */
function locksOf(facts: StatementFacts): readonly PostgresLock[] {
  return facts.effects.engine === 'postgresql' ? facts.effects.locks : [];
}

/** A transaction of a thousand index builds would otherwise be told in a million lines. */
const maxHeldWhile = 10;

type Taken = Omit<TransactionLock, 'heldWhile'> & { readonly at: number };

/** The locks that the transaction gathers, each with the number of its step. */
export function gatherLocks(steps: readonly Step[]): readonly Taken[] {
  const strongest = new Map<string, number>();
  return steps.flatMap(({ path, facts }, at) =>
    locksOf(facts).flatMap(({ relation, mode, kind }): Taken[] => {
      const strength = postgresLockModes.indexOf(mode);
      if (strength <= (strongest.get(relation) ?? -1)) return [];
      strongest.set(relation, strength);
      return [{ relation, mode, kind, path, line: facts.line, existedBefore: !facts.createdInSet.has(relation), at }];
    }),
  );
}

function summarise(steps: readonly Step[]): TransactionSummary | undefined {
  const locking = steps.filter(({ facts }) => locksOf(facts).length > 0);
  if (locking.length < 2) return undefined;
  const work = locking.flatMap(({ path, facts }, at) => {
    const [work] = slowWork(facts).toSorted(
      (one, other) => Number(other.index !== undefined) - Number(one.index !== undefined),
    );
    return work === undefined ? [] : [{ at, path, line: facts.line, what: describeWork(work, facts) }];
  });
  let next = 0;
  const locks = gatherLocks(locking).map(({ at, ...lock }): TransactionLock => {
    const keepsOut = lock.existedBefore && blockage(lock) !== 'nothing';
    while ((work[next]?.at ?? Number.POSITIVE_INFINITY) <= at) next += 1; // both are in the transaction's order
    const later = keepsOut ? work.slice(next, next + maxHeldWhile) : [];
    return { ...lock, heldWhile: later.map(({ path, line, what }) => ({ path, line, what })) };
  });
  if (!locks.some(({ existedBefore }) => existedBefore)) return undefined; // nobody can be waiting
  const shared = locks.filter(({ existedBefore, kind }) => existedBefore && kind !== 'index');
  return {
    files: [...new Set(steps.map(({ path }) => path))],
    statements: locking.map(({ path, facts }) => ({ path, line: facts.line })),
    locks,
    order: [...new Set(shared.map(({ relation }) => relation))],
  };
}

/** A summary of each transaction in which more than one statement locks something, and something from before the set. */
export function summariseTransactions(files: readonly AnalysedFile[]): readonly TransactionSummary[] {
  return stepsByTransaction(files)
    .map(summarise)
    .filter((summary) => summary !== undefined);
}
