import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { stepsForColumn } from './column-steps.ts';
import { inside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'constraint-added' || change.constraint !== 'check') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const { table, name, definition, withColumn } = change;
    const fix = [
      ...stepsForColumn(facts, table, withColumn),
      inside(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition} NOT VALID`),
      inside(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`),
    ];
    const message = `CHECK ${change.name} is validated at once and ${describeBlocking(blocking)}`;
    return [{ severity: 'error', message, fix }];
  });
}

export const addCheckBlocking: Rule = {
  id: 'add-check-blocking',
  severities: ['error'],
  title: 'A CHECK is validated while the table is closed',
  why: 'Nobody can read or write the table until every row has been checked. Added NOT VALID the CHECK holds for new rows at once, and VALIDATE CONSTRAINT checks the old ones while everybody works.',
  dialects: ['postgresql'],
  of: 'constraint-added',
  source: 'PostgreSQL: ALTER TABLE, ADD table_constraint [ NOT VALID ]',
  examples: {
    bad: [
      'ALTER TABLE payments ADD CONSTRAINT payments_amount_positive CHECK (amount > 0);',
      'ALTER TABLE payments ADD COLUMN tax int CHECK (tax >= 0);',
    ],
    good: [
      'ALTER TABLE payments ADD CONSTRAINT payments_amount_positive CHECK (amount > 0) NOT VALID;',
      'CREATE TABLE refunds (amount int); ALTER TABLE refunds ADD CHECK (amount > 0);',
    ],
  },
  check,
};
