import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { outside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-built' || !change.concurrently || !change.keepsInvalid) return [];
    if (change.onPartitionedTable || facts.createdInSet.has(change.relation)) return [];
    const message = `if an earlier build of ${change.index} has failed, its invalid rest is taken for the index, and nothing is built`;
    const create = `CREATE ${change.unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${change.definition}`;
    const fix = [outside(`DROP INDEX CONCURRENTLY IF EXISTS ${change.inSchema}`), outside(create)];
    return [{ severity: 'warning', message, fix }];
  });
}

export const concurrentIndexIfNotExists: Rule = {
  id: 'concurrent-index-if-not-exists',
  severities: ['warning'],
  title: 'IF NOT EXISTS takes an index that a failed build has left for a good one',
  why: 'When CREATE INDEX CONCURRENTLY fails (a deadlock, a duplicate, a lock_timeout), an invalid index stays behind: it is kept up to date by every write and used by no query. Run again, the statement finds the name taken and does nothing, and the migration counts as done.',
  dialects: ['postgresql'],
  of: 'index-built',
  source: 'PostgreSQL: CREATE INDEX, "Building Indexes Concurrently"',
  examples: {
    bad: ['CREATE INDEX CONCURRENTLY IF NOT EXISTS payments_state_idx ON payments (state);'],
    good: [
      'CREATE INDEX CONCURRENTLY payments_state_idx ON payments (state);',
      'CREATE TABLE refunds (id bigint); CREATE INDEX IF NOT EXISTS refunds_idx ON refunds (id);',
    ],
  },
  check,
};
