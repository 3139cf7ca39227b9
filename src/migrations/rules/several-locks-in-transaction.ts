import type { Work } from '../effects.ts';
import type { Finding, Rule } from '../hazard.ts';
import { blockingLocks, isOnTable } from '../held-locks.ts';
import { describeWork, slowWork } from '../slow-work.ts';
import type { HeldLock, StatementFacts } from '../statement.ts';
import { describeHeld } from './held-while.ts';

/** Validating and changing rows under a lock have rules of their own. */
function workUnderLock(facts: StatementFacts): Work | undefined {
  if (facts.changes.some(({ type }) => type === 'rows-changed')) return undefined;
  if (facts.changes.some(({ type, work }) => type === 'constraint-validated' && work.length > 0)) return undefined;
  return slowWork(facts)[0];
}

/**
 * A lock from before that others feel while the statement works. Where the statement itself keeps others out of the relation,
 * its own rule says so, with the lock from before.
 */
function feltMeanwhile(facts: StatementFacts): HeldLock | undefined {
  const own = new Set(blockingLocks(facts).map(({ relation }) => relation));
  return facts.heldBefore.find(({ relation }) => !own.has(relation));
}

function check(facts: StatementFacts): readonly Finding[] {
  if (facts.scope === 'own' || facts.heldBefore.length === 0) return [];
  if (facts.effects.transaction === 'forbidden') return []; // it cannot run there at all
  const fix = '-- put this statement into a migration of its own, so that the lock taken before is released first';
  const work = workUnderLock(facts);
  const held = feltMeanwhile(facts);
  if (work !== undefined && held !== undefined) {
    if (facts.slowWhileHeldBefore) return []; // said once a transaction
    const message = `${describeHeld(held)}, while ${describeWork(work, facts)}`;
    return [{ severity: 'error', message, fix }];
  }
  const known = new Set(facts.heldBefore.map(({ relation }) => relation));
  const firstLines = new Set(facts.heldBefore.map(({ line }) => line));
  const next = blockingLocks(facts).find((lock) => isOnTable(lock) && !known.has(lock.relation));
  if (next === undefined || firstLines.size > 1) return []; // said once a transaction
  const first = [...known].join(', ');
  const message = `${next.relation} is locked while ${first} is still held: both stay blocked until the transaction ends, and whoever locks them in the other order deadlocks`;
  return [{ severity: 'warning', message, fix }];
}

export const severalLocksInTransaction: Rule = {
  id: 'several-locks-in-transaction',
  severities: ['error', 'warning'],
  title: 'Several locking statements share one transaction',
  why: 'A lock is held until its transaction ends. What a slow statement costs is then paid by everybody who waits for the earlier lock, and two tables that are locked one after the other invite a deadlock with the application.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: documentation, 13.3.4 "Deadlocks"',
  examples: {
    bad: [
      'ALTER TABLE accounts ADD COLUMN note text; ALTER TABLE payments ADD COLUMN note text;',
      'ALTER TABLE accounts ADD COLUMN note text; CREATE INDEX ON payments (account_id);',
    ],
    good: [
      'ALTER TABLE accounts ADD COLUMN note text; ALTER TABLE accounts ADD COLUMN remark text;',
      'BEGIN; ALTER TABLE accounts ADD COLUMN note text; COMMIT; BEGIN; ALTER TABLE payments ADD COLUMN note text; COMMIT;',
    ],
  },
  check,
};
