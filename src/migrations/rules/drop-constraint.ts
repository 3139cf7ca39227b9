import type { ConstraintDropped } from '../changes.ts';
import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

const promises: Partial<Record<NonNullable<ConstraintDropped['constraint']>, string>> = {
  'foreign key': 'that its rows point at rows that are there',
  unique: 'that its values are unique, and ON CONFLICT on them fails',
  check: 'that its values are in range',
  exclude: 'that its rows do not overlap',
};

/** Said once a statement: a redesigned table loses many at a time. */
function check(facts: StatementFacts): readonly Finding[] {
  const lost = facts.changes.flatMap((change): { name: string; relation: string; promise: string }[] => {
    if (change.type !== 'constraint-dropped' || change.fresh || change.remade === true) return [];
    const promise = change.constraint === undefined ? 'what it promised' : promises[change.constraint];
    if (promise === undefined || facts.createdInSet.has(change.relation)) return []; // keys have a rule of their own
    return [{ name: change.name, relation: change.relation, promise }];
  });
  const [first] = lost;
  if (first === undefined) return [];
  const names = lost.map(({ name }) => name).join(', ');
  const message = `without ${names} nothing promises for ${first.relation} ${[...new Set(lost.map(({ promise }) => promise))].join('; ')}`;
  const fix =
    '-- drop it when no version relies on it any more; where another one takes its place, add that one first, NOT VALID, and validate it';
  return [{ severity: 'warning', message, fix }];
}

export const dropConstraint: Rule = {
  id: 'drop-constraint',
  severities: ['warning'],
  title: 'A constraint is dropped',
  why: 'What the database has promised until now, nothing promises any more: duplicates, rows that point nowhere or values out of range can be written, and then stand in the way when the constraint is to come back. INSERT … ON CONFLICT of the version that is still running fails without its UNIQUE constraint.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: ALTER TABLE, DROP CONSTRAINT; INSERT, ON CONFLICT',
  examples: {
    bad: ['ALTER TABLE payments DROP CONSTRAINT payments_account_fk;'],
    good: [
      'CREATE TABLE refunds (a int, CONSTRAINT paid CHECK (a > 0)); ALTER TABLE refunds DROP CONSTRAINT paid;',
      'ALTER TABLE payments DROP CONSTRAINT paid; ALTER TABLE payments ADD CONSTRAINT paid CHECK (amount >= 0) NOT VALID;',
    ],
  },
  check,
};
