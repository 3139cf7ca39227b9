import type { PartitionDetached } from '../changes/guarantees.ts';
import type { Finding, Remedy, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';

const concurrentlySince = 14;

function fixFor({ table, partition, hasDefaultPartition }: PartitionDetached, version: number): string | Remedy {
  if (version < concurrentlySince)
    return `-- PostgreSQL ${version} has no CONCURRENTLY for this: set a lock_timeout and try again`;
  if (hasDefaultPartition)
    return '-- CONCURRENTLY is refused beside a default partition: set a lock_timeout and try again';
  return [{ sql: `ALTER TABLE ${table} DETACH PARTITION ${partition} CONCURRENTLY;`, transaction: 'outside' }];
}

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'partition-detached') return [];
    if (change.concurrently) {
      if (!change.hasDefaultPartition) return [];
      const message = `${change.relation} has a default partition, beside which the server refuses CONCURRENTLY`;
      return [{ severity: 'error', message, fix: fixFor(change, facts.serverVersion) }];
    }
    if (facts.createdInSet.has(change.relation)) return [];
    const fix = fixFor(change, facts.serverVersion);
    const blocking = blockingWork(facts, change);
    if (blocking !== undefined) {
      return [{ severity: 'error', message: `detaching ${change.partition} ${describeBlocking(blocking)}`, fix }];
    }
    const message = `nobody can read or write ${change.relation}, other partitions included, while ${change.partition} is detached`;
    return [{ severity: 'warning', message, fix }];
  });
}

export const detachPartitionBlocking: Rule = {
  id: 'detach-partition-blocking',
  severities: ['error', 'warning'],
  title: 'A partition is detached while its parent is closed',
  why: 'DETACH PARTITION lets nobody read or write the partitioned table, any of its partitions included, while it waits and works; tables whose foreign keys point at it are read meanwhile. CONCURRENTLY (14 and newer, not beside a default partition) leaves the table open.',
  dialects: ['postgresql'],
  of: 'partition-detached',

  source: 'PostgreSQL: ALTER TABLE, DETACH PARTITION; measured on 12 to 18',
  examples: {
    bad: ['ALTER TABLE events DETACH PARTITION events_2020;'],
    good: ['ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY;'],
  },
  check,
};
