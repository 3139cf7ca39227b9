import { conflicts, type PostgresLockMode, spellMode, writersMode } from './effects.ts';
import type { AnalysedFile, LockOrderConflict } from './statement.ts';
import { gatherLocks, type Step, stepsByTransaction } from './transactions.ts';

/** A transaction that locks more relations than this is compared by its first ones only. */
const maxRelations = 100;

/** Pairs of relations that are remembered of all transactions together, and transactions that are remembered of a pair. */
const maxRemembered = 200_000;
const maxAlike = 20;

/** One relation locked while another is held. */
interface Pair {
  readonly first: string;
  readonly held: PostgresLockMode;
  readonly second: string;
  readonly wanted: PostgresLockMode;
  /** The statement that takes the second lock. */
  readonly step: Step;
}

type Taken = ReturnType<typeof gatherLocks>[number];

/** What others can also lock: relations from before the set, but no indexes, which are locked behind their tables. */
function sharedLocks(steps: readonly Step[]): readonly Taken[] {
  const locks = gatherLocks(steps).filter(({ existedBefore, kind }) => existedBefore && kind !== 'index');
  const compared = new Set([...new Set(locks.map(({ relation }) => relation))].slice(0, maxRelations));
  return locks.filter(({ relation }) => compared.has(relation));
}

/** Every two relations of a transaction, by the first time that the one is locked while the other is held. */
function pairsOf(steps: readonly Step[]): readonly Pair[] {
  const locks = sharedLocks(steps);
  return locks.flatMap((second, at) => {
    const step = steps[second.at];
    const before = locks.slice(0, at).filter(({ relation }) => relation !== second.relation);
    if (step === undefined) return [];
    return before.map(({ relation, mode }) => {
      return { first: relation, held: mode, second: second.relation, wanted: second.mode, step };
    });
  });
}

function conflictOf({ first, held, second, wanted }: Pair, other: LockOrderConflict['other']): LockOrderConflict {
  return { first, second, modes: { first: spellMode(held), second: spellMode(wanted) }, other };
}

/** The application writes to `second` first, and then to `first`. */
function withApplication(pair: Pair, orders: readonly (readonly string[])[]): LockOrderConflict | undefined {
  if (!conflicts(pair.held, writersMode) || !conflicts(pair.wanted, writersMode)) return undefined;
  const order = orders.find((tables) => {
    const second = tables.indexOf(pair.second);
    return second !== -1 && tables.indexOf(pair.first, second) !== -1;
  });
  return order === undefined ? undefined : conflictOf(pair, { who: 'application', order });
}

/** Pairs of earlier transactions, by `second` and `first`, as somebody meets them who locks in the other order. */
function createMemory() {
  const known = new Map<string, Pair[]>();
  const key = (one: string, other: string): string => `${one}\u0000${other}`;
  return {
    remember: (pair: Pair): void => {
      const pairs = known.get(key(pair.first, pair.second));
      if (pairs === undefined) {
        if (known.size < maxRemembered) known.set(key(pair.first, pair.second), [pair]);
      } else if (pairs.length < maxAlike) pairs.push(pair);
    },
    /** Files are sessions of their own; two transactions of one file never run at the same time. */
    meet: ({ first, held, second, wanted, step }: Pair): Pair | undefined =>
      known
        .get(key(second, first))
        ?.find((each) => each.step.path !== step.path && conflicts(held, each.wanted) && conflicts(wanted, each.held)),
  };
}

/** One of each kind a transaction: a second pair of tables is put in order by the same change. */
function firstOfEach(found: readonly { pair: Pair; conflict: LockOrderConflict }[]) {
  const who = (wanted: 'application' | 'migration') => found.find(({ conflict }) => conflict.other.who === wanted);
  return [who('application'), who('migration')].filter((each) => each !== undefined);
}

function qualified(table: string): string {
  return table.includes('.') ? table : `public.${table}`;
}

/**
 * Adds to the statements where they lock in an order that can end in a deadlock (PostgreSQL: documentation, 13.3.4): with
 * another transaction of the set, or with the application.
 * @param applicationOrder tables in the order in which the application's transactions write to them
 */
export function withLockOrderConflicts(
  files: readonly AnalysedFile[],
  applicationOrder: readonly (readonly string[])[],
): readonly AnalysedFile[] {
  const orders = applicationOrder.map((tables) => tables.map(qualified));
  const memory = createMemory();
  const found = new Map<Step['facts'], LockOrderConflict[]>();
  for (const steps of stepsByTransaction(files)) {
    const pairs = pairsOf(steps);
    const meetings = pairs.flatMap((pair) => {
      const met = memory.meet(pair);
      const other = met && { who: 'migration' as const, path: met.step.path, line: met.step.facts.line };
      const all = [withApplication(pair, orders), other && conflictOf(pair, other)];
      return all.filter((each) => each !== undefined).map((conflict) => ({ pair, conflict }));
    });
    for (const { pair, conflict } of firstOfEach(meetings)) {
      found.set(pair.step.facts, [...(found.get(pair.step.facts) ?? []), conflict]);
    }
    for (const pair of pairs) memory.remember(pair);
  }
  if (found.size === 0) return files;
  return files.map((file) => ({
    ...file,
    statements: file.statements.map((facts) => {
      const lockOrderConflicts = found.get(facts);
      return lockOrderConflicts === undefined ? facts : { ...facts, lockOrderConflicts };
    }),
  }));
}
