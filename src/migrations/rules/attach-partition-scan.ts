import type { PartitionAttached } from '../changes.ts';
import type { Finding, Remedy, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { inside, nameFor, outside } from './steps.ts';

/** CHECKs that prove to the server what it would read the tables for. PostgreSQL: ConstraintImpliedByRelConstraint, tablecmds.c. */
function proofs({ partition, condition, defaultPartition, bound }: PartitionAttached, isNew: boolean) {
  const inside = condition ?? `<what all rows fulfil ${bound}>`;
  const name = nameFor(partition, [], 'bounds');
  const own = isNew ? [] : [{ table: partition, name, check: inside }];
  return defaultPartition === undefined ? own : [...own, { table: defaultPartition, name, check: `NOT (${inside})` }];
}

/** The indexes of the partitioned table, built on the partition beforehand, so that attaching only ties them together. */
function indexSteps({ partition, missingIndexes = [] }: PartitionAttached): Remedy {
  return missingIndexes.flatMap(({ name, unique, columns, like, constraint }) => {
    const on = columns.length > 0 ? `(${columns.join(', ')})` : `<as index ${like}>`;
    const build = outside(`CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${name} ON ${partition} ${on}`);
    if (constraint === undefined) return [build];
    return [build, inside(`ALTER TABLE ${partition} ADD CONSTRAINT ${name} ${constraint} USING INDEX ${name}`)];
  });
}

function fixFor(change: PartitionAttached, isNew: boolean): Remedy {
  const { table, partition, bound } = change;
  const all = proofs(change, isNew);
  const make = isNew ? [`CREATE TABLE ${partition} (LIKE ${table} INCLUDING ALL)`] : [];
  return [
    ...(isNew ? [] : indexSteps(change)),
    inside(
      ...all.map((each) => `ALTER TABLE ${each.table} ADD CONSTRAINT ${each.name} CHECK (${each.check}) NOT VALID`),
    ),
    inside(...all.map((each) => `ALTER TABLE ${each.table} VALIDATE CONSTRAINT ${each.name}`)),
    inside(...make, `ALTER TABLE ${table} ATTACH PARTITION ${partition} ${bound}`),
    inside(...all.map((each) => `ALTER TABLE ${each.table} DROP CONSTRAINT ${each.name}`)),
  ];
}

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'partition-attached') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const message = `partition ${change.partition} ${describeBlocking(blocking)}`;
    return [{ severity: 'error', message, fix: fixFor(change, facts.kind === 'CREATE TABLE') }];
  });
}

export const attachPartitionScan: Rule = {
  id: 'attach-partition-scan',
  severities: ['error'],
  title: 'A partition is attached and tables are read while they are closed',
  why: 'The new partition is read to see that its rows fit, and the default partition to see that it has none of them; both are closed meanwhile. A valid CHECK that implies the bounds spares the reading.',
  dialects: ['postgresql'],
  of: 'partition-attached',
  source: 'PostgreSQL: ALTER TABLE, ATTACH PARTITION',
  examples: {
    bad: ['ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM (2024) TO (2025);'],
    good: [
      'CREATE TABLE events_2024 (year int); ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM (2024) TO (2025);',
    ],
  },
  check,
};
