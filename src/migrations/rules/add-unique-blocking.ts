import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { comesWithItsColumn, stepsForColumn } from './column-steps.ts';
import { uniqueIndexSteps } from './unique-index-steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'constraint-added' || change.constraint !== 'unique') return [];
    if (comesWithItsColumn(facts, change)) return []; // the rule about the column has said it
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const fix = uniqueIndexSteps(change, stepsForColumn(facts, change.table, change.withColumn));
    return [{ severity: 'error', message: `UNIQUE ${change.name} ${describeBlocking(blocking)}`, fix }];
  });
}

export const addUniqueBlocking: Rule = {
  id: 'add-unique-blocking',
  severities: ['error'],
  title: 'A UNIQUE constraint builds its index while the table is closed',
  why: 'Nobody can read or write the table until the index has been built from every row. An index built CONCURRENTLY first can be taken over with USING INDEX, which is quick.',
  dialects: ['postgresql'],
  of: 'constraint-added',
  source: 'PostgreSQL: ALTER TABLE, ADD table_constraint_using_index',
  examples: {
    bad: [
      'ALTER TABLE payments ADD CONSTRAINT payments_reference_key UNIQUE (reference);',
      'ALTER TABLE payments ADD COLUMN code text UNIQUE;',
    ],
    good: [
      'ALTER TABLE payments ADD CONSTRAINT payments_reference_key UNIQUE USING INDEX payments_reference_idx;',
      'CREATE TABLE refunds (reference text); ALTER TABLE refunds ADD UNIQUE (reference);',
    ],
  },
  check,
};
