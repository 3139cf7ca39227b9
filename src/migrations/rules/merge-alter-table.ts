import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  const relation = facts.effects.locks[0]?.relation;
  const validates = facts.changes.some(({ type }) => type === 'constraint-validated');
  const before = facts.heldBefore.find((lock) => lock.kind === facts.kind && lock.relation === relation);
  if (facts.kind !== 'ALTER TABLE' || before === undefined || validates) return [];
  const message = `${relation} has been altered at line ${before.line}, in the same transaction`;
  return [
    {
      severity: 'info',
      message,
      fix: `add the parts of this statement to the one at line ${before.line}, with commas between`,
    },
  ];
}

export const mergeAlterTable: Rule = {
  id: 'merge-alter-table',
  severities: ['info'],
  title: 'A table is altered twice in one transaction',
  why: 'One ALTER TABLE with both parts reads or copies the table once where two would do so twice.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: ALTER TABLE, "Description"',
  examples: {
    bad: ['ALTER TABLE payments ADD COLUMN kind text; ALTER TABLE payments ADD COLUMN colour text;'],
    good: [
      'ALTER TABLE payments ADD COLUMN kind text; ALTER TABLE accounts ADD COLUMN kind text;',
      'CREATE TABLE refunds (id int); ALTER TABLE refunds ADD COLUMN kind text; ALTER TABLE refunds ADD COLUMN colour text;',
    ],
  },
  check,
};
