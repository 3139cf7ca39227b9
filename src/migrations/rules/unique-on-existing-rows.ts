import type { Change } from '../changes.ts';
import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

/** The key that becomes unique over rows that are there. */
function keysOf(change: Change): readonly string[] {
  if (change.type === 'index-built') return change.unique ? change.keys : [];
  if (change.type !== 'constraint-added' || change.usingIndex || change.withColumn !== undefined) return [];
  return change.constraint === 'unique' || change.constraint === 'primary key' ? change.columns : [];
}

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    const keys = keysOf(change);
    if (keys.length === 0 || facts.createdInSet.has(change.relation)) return [];
    const list = keys.join(', ');
    const fix = `look first; there should be no rows:\nSELECT ${list}, count(*) FROM ${change.table} GROUP BY ${list} HAVING count(*) > 1;`;
    return [{ severity: 'info', message: `fails if two rows of ${change.relation} have the same ${list}`, fix }];
  });
}

export const uniqueOnExistingRows: Rule = {
  id: 'unique-on-existing-rows',
  severities: ['info'],
  title: 'Rows that are there may not be unique',
  why: 'If two rows have the same key the statement fails after it has read the table, and CONCURRENTLY leaves an invalid index behind. The version that still runs may write duplicates, too, and is refused from then on.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: CREATE INDEX, UNIQUE',
  examples: {
    bad: ['CREATE UNIQUE INDEX CONCURRENTLY payments_state_key ON payments (state);'],
    good: [
      'CREATE TABLE refunds (id bigint); CREATE UNIQUE INDEX ON refunds (id);',
      'ALTER TABLE payments ADD COLUMN code text UNIQUE;',
    ],
  },
  check,
};
