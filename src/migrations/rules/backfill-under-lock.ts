import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { deleteRows, updateRows } from './backfill.ts';
import { describeHeld, heldWhileRowsChange } from './held-while.ts';

function check(facts: StatementFacts): readonly Finding[] {
  const held = heldWhileRowsChange(facts);
  if (held === undefined) return [];
  const { change, lock } = held;
  const message = `${describeHeld(lock)}, while ${change.verb} changes rows of ${change.relation}`;
  const inBatches =
    change.verb === 'UPDATE' ? updateRows(facts.effects.engine, change) : deleteRows(facts.effects.engine, change);
  const alone = 'put this statement into a migration of its own, so that the lock is released first';
  return [
    { severity: 'error', message, fix: change.verb === 'UPDATE' || change.verb === 'DELETE' ? inBatches : alone },
  ];
}

export const backfillUnderLock: Rule = {
  id: 'backfill-under-lock',
  severities: ['error'],
  title: 'Rows are changed while an earlier statement keeps others out',
  why: 'The lock of the earlier statement is held until the transaction ends: nobody can use its table for as long as the rows are being changed. In a transaction of its own, in batches, the change hinders nobody.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: documentation, 13.3 "Explicit Locking": locks are held until the end of the transaction',
  examples: {
    bad: [
      "ALTER TABLE payments ADD COLUMN kind text; UPDATE payments SET kind = 'card' WHERE kind IS NULL;",
      "ALTER TABLE payments ADD COLUMN kind text; UPDATE payments SET kind = 'card';",
      'ALTER TABLE accounts ADD COLUMN note text; CREATE TABLE notes (id bigint); INSERT INTO notes SELECT id FROM payments;',
    ],
    good: [
      "UPDATE payments SET state = 'card' WHERE state IS NULL;",
      "ALTER TABLE payments ADD COLUMN kind text; UPDATE payments SET kind = 'card' WHERE id = 7;",
      "BEGIN; ALTER TABLE payments ADD COLUMN kind text; COMMIT; UPDATE payments SET kind = 'card' WHERE kind IS NULL;",
    ],
  },
  check,
};
