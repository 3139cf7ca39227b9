import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { inside, outside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-dropped' || change.concurrently || !change.existing) return [];
    if (change.onPartitionedTable && facts.lockTimeoutMs) return []; // CONCURRENTLY is refused there
    if (change.neededBy !== undefined) return []; // refused, which has a rule of its own
    const where = change.relation === '' ? 'its table' : change.relation;
    return [
      {
        severity: 'warning',
        message: `dropping index ${change.index} waits for all that use ${where}, and keeps everybody else out while it waits`,
        fix: change.onPartitionedTable
          ? [inside("SET LOCAL lock_timeout = '5s'", `DROP INDEX ${change.index}`)]
          : [outside(`DROP INDEX CONCURRENTLY ${change.index}`)],
      },
    ];
  });
}

export const dropIndexBlocking: Rule = {
  id: 'drop-index-blocking',
  severities: ['warning'],
  title: 'An index is dropped while the table is locked',
  why: 'Dropping is quick, but first it waits behind every query on the table, and all later queries wait behind it. CONCURRENTLY waits without keeping anybody out.',
  dialects: ['postgresql'],
  of: 'index-dropped',
  source: 'PostgreSQL: DROP INDEX, CONCURRENTLY',
  examples: {
    bad: ['DROP INDEX payments_account_idx;'],
    good: [
      'DROP INDEX CONCURRENTLY payments_account_idx;',
      'CREATE TABLE refunds (id bigint); CREATE INDEX refunds_idx ON refunds (id); DROP INDEX refunds_idx;',
    ],
  },
  check,
};
