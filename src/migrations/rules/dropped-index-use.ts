import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-dropped' || !change.existing || change.neededBy !== undefined) return [];
    const literal = change.index.replaceAll("'", "''");
    const fix = `look first, on each replica, too:\nSELECT idx_scan, last_idx_scan FROM pg_stat_user_indexes WHERE indexrelid = '${literal}'::regclass;`;
    return [{ severity: 'info', message: `queries that use ${change.index} will read the whole table`, fix }];
  });
}

export const droppedIndexUse: Rule = {
  id: 'dropped-index-use',
  severities: ['info'],
  title: 'An index is dropped that queries may need',
  why: 'Queries that used it read the whole table from then on. The server counts how often each index is used, on each replica for itself.',
  dialects: ['postgresql'],
  of: 'index-dropped',
  source: 'PostgreSQL: documentation, 27.2.21 "pg_stat_all_indexes"',
  examples: {
    bad: ['DROP INDEX CONCURRENTLY payments_account_idx;'],
    good: ['CREATE TABLE refunds (id bigint); CREATE INDEX refunds_idx ON refunds (id); DROP INDEX refunds_idx;'],
  },
  check,
};
