import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (
      change.type !== 'relation-dropped' ||
      change.partitionOf === undefined ||
      facts.createdInSet.has(change.relation)
    )
      return [];

    const message = `dropping partition ${change.relation} locks ${change.partitionOf} against everybody, also for the rows of other partitions`;
    const concurrently = [
      {
        sql: `ALTER TABLE ${change.partitionOf} DETACH PARTITION ${change.table} CONCURRENTLY;`,
        transaction: 'outside' as const,
      },
      { sql: `-- when nobody needs its rows any more:\nDROP TABLE ${change.table};`, transaction: 'inside' as const },
    ];
    const fix = change.hasDefaultPartition
      ? '-- set a lock_timeout and try again: beside a default partition the server refuses to detach CONCURRENTLY'
      : concurrently;
    return [{ severity: 'warning', message, fix }];
  });
}

export const dropPartition: Rule = {
  id: 'drop-partition',
  severities: ['warning'],
  title: 'A partition is dropped from a table that is in use',
  why: 'DROP TABLE of a partition locks the partitioned table against readers and writers of all partitions. Detached CONCURRENTLY first (14 and newer), it is dropped without touching the others.',
  dialects: ['postgresql'],
  versions: { from: 14 },
  source: 'PostgreSQL: RangeVarCallbackForDropRelation, tablecmds.c; measured on 12 to 18',
  examples: {
    bad: [],
    after: {
      history:
        'CREATE TABLE events (year int) PARTITION BY RANGE (year); CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM (2020) TO (2021);',
      bad: 'DROP TABLE events_2020;',
    },
    good: ['DROP TABLE payments;'],
  },
  check,
};
