import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { deleteRows, updateRows } from './backfill.ts';

function check(facts: StatementFacts): readonly Finding[] {
  if (facts.kind === 'DO') return []; // a loop that works in batches, as this rule would have it
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'rows-changed' || change.reach !== 'some rows' || facts.createdInSet.has(change.relation))
      return [];
    if (change.verb !== 'UPDATE' && change.verb !== 'DELETE') return [];
    const fix =
      change.verb === 'UPDATE' ? updateRows(facts.effects.engine, change) : deleteRows(facts.effects.engine, change);
    const message = `${change.verb} locks all rows of ${change.relation} that it finds until the transaction ends`;
    return [{ severity: 'info', message, fix }];
  });
}

export const unbatchedChange: Rule = {
  id: 'unbatched-change',
  severities: ['info'],
  title: 'One statement changes many rows',
  why: 'All rows that the condition finds are locked against other writers until the transaction ends, and replicas get them all at once. How many that are nobody knows from the statement.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: documentation, 13.3.2 "Row-Level Locks"',
  examples: {
    bad: [
      "UPDATE payments SET state = 'open' WHERE state IS NULL;",
      "DELETE FROM sessions WHERE expired_at < '2020-01-01';",
    ],
    good: ["UPDATE legs SET state = 'open' WHERE id = 5;"],
  },
  check,
};
