import { blockage } from '../effects.ts';
import type { Finding, Rule } from '../hazard.ts';
import { blockingLocks } from '../held-locks.ts';
import type { HeldLock, StatementFacts } from '../statement.ts';
import { describeTaking } from './blocking-work.ts';

/** The lock from before that let readers of the relation in, and nothing stronger was taken since. */
function weakerHeld(facts: StatementFacts, relation: string): HeldLock | undefined {
  const held = facts.heldBefore.filter((each) => each.relation === relation);
  return held.some(({ blocks }) => blocks === 'reads and writes') ? undefined : held[0];
}

function check(facts: StatementFacts): readonly Finding[] {
  for (const lock of blockingLocks(facts)) {
    if (blockage(lock) !== 'reads and writes') continue;
    const held = weakerHeld(facts, lock.relation);
    if (held === undefined) continue;
    const message = `writers of ${lock.relation} wait since ${describeTaking(held)}, and now readers are to wait as well: a transaction that has read the table and then writes to it waits for this one, and this one for it`;
    const fix =
      '-- put the statement that needs the stronger lock first, or into a migration of its own; the lock is then taken in one step';
    return [{ severity: 'warning', message, fix }];
  }
  return [];
}

export const lockUpgrade: Rule = {
  id: 'lock-upgrade',
  severities: ['warning'],
  title: 'A lock is made stronger within a transaction',
  why: 'A transaction that keeps writers out and then wants readers out, too, deadlocks with every transaction that has read the table and goes on to write to it. The server then ends one of the two.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: documentation, 13.3.4 "Deadlocks"; measured on PostgreSQL 15',
  examples: {
    bad: [
      'ALTER TABLE payments ADD FOREIGN KEY (account_id) REFERENCES accounts (id) NOT VALID; ALTER TABLE accounts ADD COLUMN note text;',
    ],
    good: [
      'ALTER TABLE accounts ADD COLUMN note text; ALTER TABLE payments ADD FOREIGN KEY (account_id) REFERENCES accounts (id) NOT VALID;',
      'ALTER TABLE accounts ADD COLUMN note text; ALTER TABLE accounts ADD COLUMN remark text;',
    ],
  },
  check,
};
