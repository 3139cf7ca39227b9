import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { deleteRows } from './backfill.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'rows-changed' || change.verb !== 'DELETE' || change.reach !== 'every row') return [];
    if (facts.createdInSet.has(change.relation)) return [];
    const message = `DELETE of every row of ${change.relation} loses its data and locks all rows until the transaction ends`;
    return [{ severity: 'error', message, fix: deleteRows(facts.effects.engine, change) }];
  });
}

export const unboundedDelete: Rule = {
  id: 'unbounded-delete',
  severities: ['error'],
  title: 'DELETE without WHERE',
  why: 'All data of the table is gone, and until the transaction ends every row is locked against other writers.',
  dialects: ['postgresql', 'mysql'],
  of: 'rows-changed',
  source: 'PostgreSQL: DELETE; documentation, 13.3.2 "Row-Level Locks"',
  examples: {
    bad: ['DELETE FROM sessions;'],
    good: [
      "DELETE FROM sessions WHERE expired_at < '2020-01-01' AND id < 10000;",
      'CREATE TABLE scratch (id int); DELETE FROM scratch;',
    ],
  },
  check,
};
