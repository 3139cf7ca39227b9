import type { ConstraintAdded } from '../changes.ts';
import type { Finding, Remedy, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { comesWithItsColumn, stepsForColumn } from './column-steps.ts';
import { notNullSteps } from './not-null-steps.ts';
import { inside } from './steps.ts';
import { uniqueIndexSteps } from './unique-index-steps.ts';

function fixFor(change: ConstraintAdded, facts: StatementFacts): Remedy {
  const { table, name, columns, nullable, definition, usingIndex, withColumn } = change;
  const ofIndex = columns.length > 0 ? columns : ['<column of the index>'];
  const unproven = nullable.length > 0 || !usingIndex ? nullable : ofIndex;
  const notNull = notNullSteps(table, unproven, facts.serverVersion);
  if (usingIndex) return [...notNull, inside(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`)];
  return uniqueIndexSteps(change, [...stepsForColumn(facts, table, withColumn), ...notNull]);
}

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'constraint-added' || change.constraint !== 'primary key') return [];
    if (comesWithItsColumn(facts, change)) return []; // the rule about the column has said it
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const message = `primary key ${change.name} ${describeBlocking(blocking)}`;
    return [{ severity: 'error', message, fix: fixFor(change, facts) }];
  });
}

export const addPrimaryKeyBlocking: Rule = {
  id: 'add-primary-key-blocking',
  severities: ['error'],
  title: 'A primary key is built or proven while the table is closed',
  why: 'Nobody can read or write the table until the index has been built from every row. Over an index made CONCURRENTLY, on columns that are NOT NULL already, the key is added at once; on nullable columns every row is still read.',
  dialects: ['postgresql'],
  of: 'constraint-added',
  source: 'PostgreSQL: ALTER TABLE, ADD table_constraint_using_index',
  examples: {
    bad: [
      'ALTER TABLE payments ADD PRIMARY KEY (id);',
      'ALTER TABLE payments ADD CONSTRAINT payments_pkey PRIMARY KEY USING INDEX payments_id_idx;\n',
    ],
    good: ['CREATE TABLE refunds (id bigint); ALTER TABLE refunds ADD PRIMARY KEY (id);'],
  },
  check,
};
