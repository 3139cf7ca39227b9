import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { updateRows } from './backfill.ts';
import { heldWhileRowsChange } from './held-while.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'rows-changed' || change.verb !== 'UPDATE' || change.reach !== 'every row') return [];
    if (facts.createdInSet.has(change.relation) || heldWhileRowsChange(facts) !== undefined) return [];
    const message = `UPDATE of every row of ${change.relation} locks all of them until the transaction ends, and leaves as many dead ones`;
    return [{ severity: 'error', message, fix: updateRows(facts.effects.engine, change) }];
  });
}

export const unboundedUpdate: Rule = {
  id: 'unbounded-update',
  severities: ['error'],
  title: 'UPDATE without WHERE',
  why: 'Every row is locked against other writers until the transaction ends, for a time that grows with the table; the table doubles in size, and replicas fall behind. Batches hold few rows at a time.',
  dialects: ['postgresql', 'mysql'],
  of: 'rows-changed',
  source: 'PostgreSQL: documentation, 13.3.2 "Row-Level Locks", 24.1 "Routine Vacuuming"',
  examples: {
    bad: ["UPDATE payments SET state = 'open';"],
    good: [
      "UPDATE payments SET state = 'open' WHERE id BETWEEN 1 AND 10000;",
      "CREATE TABLE refunds (state text); UPDATE refunds SET state = 'open';",
    ],
  },
  check,
};
