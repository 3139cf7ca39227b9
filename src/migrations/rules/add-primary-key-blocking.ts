import type { ConstraintAdded } from '../changes.ts';
import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { notNullSteps } from './set-not-null-scan.ts';

function fixFor(change: ConstraintAdded, serverVersion: number): string {
  const { table, name, columns, usingIndex, withColumn } = change;
  const notNull = columns.map((column) => notNullSteps(table, column, serverVersion)).join('\n');
  if (usingIndex) return `-- prove first that the key holds no null:\n${notNull}\n-- then the statement as it stands`;
  const index = `${name.replace(/"$/, '')}_idx${name.endsWith('"') ? '"' : ''}`;
  const first = withColumn === undefined ? '' : `-- add column ${withColumn} without PRIMARY KEY and fill it, then:\n`;
  return (
    `${first}-- in a migration of its own, outside a transaction:\n` +
    `CREATE UNIQUE INDEX CONCURRENTLY ${index} ON ${table} (${columns.join(', ')});\n` +
    `-- if the columns may hold nulls, prove that they do not:\n${notNull}\n` +
    `-- then:\nALTER TABLE ${table} ADD CONSTRAINT ${name} PRIMARY KEY USING INDEX ${index};`
  );
}

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'constraint-added' || change.constraint !== 'primary key') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const message = `primary key ${change.name} ${describeBlocking(blocking)}`;
    return [{ severity: 'error', message, fix: fixFor(change, facts.serverVersion) }];
  });
}

export const addPrimaryKeyBlocking: Rule = {
  id: 'add-primary-key-blocking',
  severities: ['error'],
  title: 'A primary key is built or proven while the table is closed',
  why: 'Nobody can read or write the table until the index has been built from every row. Over an index made CONCURRENTLY, on columns that are NOT NULL already, the key is added at once; on nullable columns every row is still read.',
  dialects: ['postgresql'],
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
