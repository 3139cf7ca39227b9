import type { IndexBuilt } from '../changes.ts';
import type { Finding, Remedy, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { inside, outside } from './steps.ts';

/** CONCURRENTLY is refused on a partitioned table: its own index is made empty, and takes on those of the partitions. */
export function partitionedIndexSteps(change: IndexBuilt): Remedy {
  const create = `CREATE ${change.unique ? 'UNIQUE ' : ''}INDEX`;
  const { table, index, body, partitions } = change;
  const middle = partitions.filter(({ partitioned }) => partitioned);
  const lowest = partitions.filter(({ partitioned }) => !partitioned);
  return [
    inside(
      `${create} ${index} ON ONLY ${table} ${body}`,
      ...middle.map((each) => `${create} ${each.index} ON ONLY ${each.table} ${body}`),
      ...middle.map((each) => `ALTER INDEX ${each.parentIndex} ATTACH PARTITION ${each.index}`),
    ),
    ...lowest.map((each) => outside(`${create} CONCURRENTLY ${each.index} ON ${each.table} ${body}`)),
    ...(lowest.length === 0
      ? []
      : [inside(...lowest.map((each) => `ALTER INDEX ${each.parentIndex} ATTACH PARTITION ${each.index}`))]),
  ];
}

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-built') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const fix = change.onPartitionedTable
      ? partitionedIndexSteps(change)
      : [outside(`CREATE ${change.unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${change.definition}`)];
    return [{ severity: 'error', message: `building index ${change.index} ${describeBlocking(blocking)}`, fix }];
  });
}

export const createIndexBlocking: Rule = {
  id: 'create-index-blocking',
  severities: ['error'],
  title: 'An index is built while writers wait',
  why: 'Every INSERT, UPDATE and DELETE on the table waits until the whole table has been read and the index written. CONCURRENTLY reads the table twice, and nobody waits.',
  dialects: ['postgresql'],
  of: 'index-built',
  source: 'PostgreSQL: CREATE INDEX, "Building Indexes Concurrently"',
  examples: {
    bad: ['CREATE INDEX payments_state_idx ON payments (state);', 'CREATE UNIQUE INDEX ON payments (reference);'],
    good: [
      'CREATE INDEX CONCURRENTLY payments_state_idx ON payments (state);',
      'CREATE TABLE refunds (id bigint, account_id bigint); CREATE INDEX refunds_account_idx ON refunds (account_id);',
    ],
  },
  check,
};
