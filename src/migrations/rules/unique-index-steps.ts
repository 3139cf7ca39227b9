import type { ConstraintAdded } from '../changes.ts';
import type { RemedyStep } from '../hazard.ts';
import { bareName, inside, nameFor, outside } from './steps.ts';

/** A partitioned table cannot take over an index; each partition does, and the table's own, empty one is tied to theirs. */
function overPartitions(change: ConstraintAdded, what: string): readonly RemedyStep[] {
  const { table, name, columns, partitions } = change;
  const { body, deferral } = change.index ?? { body: '', deferral: '' };
  const label = change.constraint === 'primary key' ? 'pkey' : 'key';
  const named = partitions.map((each) => ({
    partition: each,
    own: nameFor(each, label === 'pkey' ? [] : columns, label),
  }));
  return [
    ...named.map(({ partition, own }) => outside(`CREATE UNIQUE INDEX CONCURRENTLY ${own} ON ${partition} ${body}`)),
    inside(
      ...named.map(
        ({ partition, own }) => `ALTER TABLE ${partition} ADD CONSTRAINT ${own} ${what} USING INDEX ${own}${deferral}`,
      ),
    ),
    inside(
      `ALTER TABLE ONLY ${table} ADD CONSTRAINT ${name} ${what} ${body}${deferral}`,
      ...named.map(({ own }) => `ALTER INDEX ${name} ATTACH PARTITION ${own}`),
    ),
  ];
}

/** Migrations to a UNIQUE constraint or primary key whose index is built while everybody works. */
export function uniqueIndexSteps(change: ConstraintAdded, before: readonly RemedyStep[] = []): readonly RemedyStep[] {
  const { table, name } = change;
  const what = change.constraint === 'primary key' ? 'PRIMARY KEY' : 'UNIQUE';
  if (change.onPartitionedTable) return [...before, ...overPartitions(change, what)];
  const { body, deferral } = change.index ?? { body: `(${change.columns.join(', ')})`, deferral: '' };
  return [
    ...before,
    outside(
      `-- fails if there are duplicates, and then leaves an invalid index ${bareName(name)} to be dropped:`,
      `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${table} ${body}`,
    ),
    inside(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${what} USING INDEX ${name}${deferral}`),
  ];
}
