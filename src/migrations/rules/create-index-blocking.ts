import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-built') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const unique = change.unique ? 'UNIQUE ' : '';
    const alone = `-- in a migration of its own, outside a transaction:\nCREATE ${unique}INDEX CONCURRENTLY ${change.definition};`;
    const partitioned =
      `-- CONCURRENTLY cannot work on a partitioned table: make the parent's index first, then one a partition, and attach them:\n` +
      `CREATE ${unique}INDEX ${change.definition.replace(/\bon\s+(only\s+)?/i, 'ON ONLY ')};\n` +
      `-- for each partition: CREATE ${unique}INDEX CONCURRENTLY <partition>_${change.index} ON <partition> …;\n` +
      `--   ALTER INDEX ${change.index} ATTACH PARTITION <partition>_${change.index};`;
    return [
      {
        severity: 'error',
        message: `building index ${change.index} ${describeBlocking(blocking)}`,
        fix: change.onPartitionedTable ? partitioned : alone,
      },
    ];
  });
}

export const createIndexBlocking: Rule = {
  id: 'create-index-blocking',
  severities: ['error'],
  title: 'An index is built while writers wait',
  why: 'Every INSERT, UPDATE and DELETE on the table waits until the whole table has been read and the index written. CONCURRENTLY reads the table twice, and nobody waits.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: CREATE INDEX, "Building Indexes Concurrently"',
  examples: {
    bad: [
      'CREATE INDEX payments_account_idx ON payments (account_id);',
      'CREATE UNIQUE INDEX ON payments (reference);',
    ],
    good: [
      'CREATE INDEX CONCURRENTLY payments_account_idx ON payments (account_id);',
      'CREATE TABLE refunds (id bigint, account_id bigint); CREATE INDEX refunds_account_idx ON refunds (account_id);',
    ],
  },
  check,
};
