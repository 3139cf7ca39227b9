import type { ConstraintAdded } from '../changes.ts';
import { blockage } from '../effects.ts';
import type { Finding, Remedy, Rule } from '../hazard.ts';
import { blockingLocks, isOnTable } from '../held-locks.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { stepsForColumn } from './column-steps.ts';
import { inside, nameFor } from './steps.ts';

/** NOT VALID on partitioned tables is accepted from this version on (measured). */
const partitionedNotValidSince = 18;

/** Each partition gets the key by itself, then the table on top of them, which finds it proven there. */
export function keyOverPartitions(change: ConstraintAdded, key: string): Remedy {
  const named = change.partitions.map((table) => ({ table, name: nameFor(table, change.columns, 'fkey') }));
  return [
    ...named.map(({ table, name }) => inside(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${key} NOT VALID`)),
    ...named.map(({ table, name }) => inside(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`)),
    inside(`ALTER TABLE ${change.table} ADD CONSTRAINT ${change.name} ${key}`),
  ];
}

function fixFor(change: ConstraintAdded, facts: StatementFacts): Remedy {
  const { table, name, definition, withColumn } = change;
  const key = withColumn === undefined ? definition : `FOREIGN KEY (${withColumn}) ${definition}`;
  const first = stepsForColumn(facts, table, withColumn);
  if (change.onPartitionedTable && facts.serverVersion < partitionedNotValidSince) {
    return [...first, ...keyOverPartitions(change, key)];
  }
  return [
    ...first,
    inside(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${key} NOT VALID`),
    inside(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`),
  ];
}

/** The table at the other end, where it is closed as well. */
function othersClosed(facts: StatementFacts, told: string): string {
  const others = blockingLocks(facts).filter((lock) => isOnTable(lock) && lock.relation !== told);
  return others.map((lock) => `; ${blockage(lock)} of ${lock.relation} wait, too`).join('');
}

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'constraint-added' || change.constraint !== 'foreign key') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const message = `foreign key ${change.name} is validated at once and ${describeBlocking(blocking)}${othersClosed(facts, blocking.relation)}`;
    return [{ severity: 'error', message, fix: fixFor(change, facts) }];
  });
}

export const addForeignKeyBlocking: Rule = {
  id: 'add-foreign-key-blocking',
  severities: ['error'],
  title: 'A foreign key is validated while writers of two tables wait',
  why: 'Both tables are closed to writers until every row has been looked up. Added NOT VALID the key holds for new rows at once, and VALIDATE CONSTRAINT checks the old ones while everybody works.',
  dialects: ['postgresql'],
  of: 'constraint-added',
  source: 'PostgreSQL: ALTER TABLE, ADD table_constraint [ NOT VALID ]',
  examples: {
    bad: [
      'ALTER TABLE payments ADD CONSTRAINT payments_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id);',
      'ALTER TABLE payments ADD COLUMN owner_id bigint DEFAULT 1 REFERENCES accounts (id);',
    ],
    good: [
      'ALTER TABLE payments ADD CONSTRAINT payments_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) NOT VALID;',
      'ALTER TABLE payments ADD COLUMN owner_id bigint REFERENCES accounts (id);',
      'CREATE TABLE refunds (id bigint, payment_id bigint); ALTER TABLE refunds ADD FOREIGN KEY (payment_id) REFERENCES payments (id);',
    ],
  },
  check,
};
