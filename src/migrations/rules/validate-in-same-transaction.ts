import type { ConstraintValidated } from '../changes.ts';
import type { Finding, Remedy, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { describeHeld } from './held-while.ts';
import { inside } from './steps.ts';

/** Where one statement adds and validates, adding becomes a migration of its own. */
function addedFirst(facts: StatementFacts, { table, name }: ConstraintValidated): Remedy {
  return facts.changes.flatMap((change) =>
    change.type === 'constraint-added' && change.table === table && change.name === name
      ? [inside(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${change.definition}`)]
      : [],
  );
}

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'constraint-validated' || change.work.length === 0) return [];
    const fix = [
      ...addedFirst(facts, change),
      inside(`ALTER TABLE ${change.table} VALIDATE CONSTRAINT ${change.name}`),
    ];
    const held = facts.heldBefore.find(({ relation }) => relation === change.relation);
    const own = blockingWork(facts, change);
    if (own !== undefined) {
      const message = `the same statement takes a stronger lock, so that validating ${change.name} ${describeBlocking(own)}`;
      return [{ severity: 'error', message, fix }];
    }
    if (held === undefined) return [];
    const message = `${describeHeld(held)}, while ${change.name} is validated`;
    return [{ severity: 'error', message, fix }];
  });
}

export const validateInSameTransaction: Rule = {
  id: 'validate-in-same-transaction',
  severities: ['error'],
  title: 'A constraint is added NOT VALID and validated in one transaction',
  why: 'The strong lock of the first statement is held to the end of the transaction, so that the table stays closed for as long as the validation reads it: NOT VALID has won nothing.',
  dialects: ['postgresql'],
  of: 'constraint-validated',
  source: 'PostgreSQL: documentation, 13.3 "Explicit Locking": locks are held until the end of the transaction',
  examples: {
    bad: [
      'ALTER TABLE payments ADD CONSTRAINT paid CHECK (amount > 0) NOT VALID; ALTER TABLE payments VALIDATE CONSTRAINT paid;',
      'ALTER TABLE payments ADD CONSTRAINT paid CHECK (amount > 0) NOT VALID, VALIDATE CONSTRAINT paid;',
    ],
    good: ['ALTER TABLE payments VALIDATE CONSTRAINT paid;'],
  },
  check,
};
