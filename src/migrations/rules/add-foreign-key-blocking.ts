import type { ConstraintAdded } from '../changes.ts';
import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';

/** NOT VALID on partitioned tables is accepted from this version on (measured). */
const partitionedNotValidSince = 18;

function fixFor(change: ConstraintAdded, serverVersion: number): string {
  const { table, name, definition, withColumn } = change;
  const key = withColumn === undefined ? definition : `FOREIGN KEY (${withColumn}) ${definition}`;
  const add = `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${key} NOT VALID;`;
  const validate = `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name};`;
  if (change.onPartitionedTable && serverVersion < partitionedNotValidSince) {
    return `-- PostgreSQL ${serverVersion} refuses NOT VALID on a partitioned table: add the key to each partition first, NOT VALID,\n-- validate it there, then add it to ${table}:\nALTER TABLE ${table} ADD CONSTRAINT ${name} ${key};`;
  }
  return `${add}\n-- then, in a migration of its own:\n${validate}`;
}

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'constraint-added' || change.constraint !== 'foreign key') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const message = `foreign key ${change.name} is validated at once and ${describeBlocking(blocking)}`;
    return [{ severity: 'error', message, fix: fixFor(change, facts.serverVersion) }];
  });
}

export const addForeignKeyBlocking: Rule = {
  id: 'add-foreign-key-blocking',
  severities: ['error'],
  title: 'A foreign key is validated while writers of two tables wait',
  why: 'Both tables are closed to writers until every row has been looked up. Added NOT VALID the key holds for new rows at once, and VALIDATE CONSTRAINT checks the old ones while everybody works.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: ALTER TABLE, ADD table_constraint [ NOT VALID ]',
  examples: {
    bad: [
      'ALTER TABLE payments ADD CONSTRAINT payments_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id);',
      'ALTER TABLE payments ADD COLUMN account_id bigint DEFAULT 1 REFERENCES accounts (id);',
    ],
    good: [
      'ALTER TABLE payments ADD CONSTRAINT payments_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) NOT VALID;',
      'ALTER TABLE payments ADD COLUMN account_id bigint REFERENCES accounts (id);',
      'CREATE TABLE refunds (id bigint, payment_id bigint); ALTER TABLE refunds ADD FOREIGN KEY (payment_id) REFERENCES payments (id);',
    ],
  },
  check,
};
