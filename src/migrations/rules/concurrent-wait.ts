import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

const oldTransactions =
  "look first for transactions that stay open:\\nSELECT pid, state, xact_start, left(query, 80) FROM pg_stat_activity\\n WHERE xact_start < now() - interval '1 minute' ORDER BY xact_start;";

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    const concurrent =
      change.type === 'index-built' || change.type === 'index-dropped' || change.type === 'index-rebuilt';
    if (!concurrent || !change.concurrently || facts.createdInSet.has(change.relation)) return [];
    const message = `this ${facts.kind} waits until older transactions on ${change.relation} have ended`;
    return [{ severity: 'info', message, fix: oldTransactions }];
  });
}

export const concurrentWait: Rule = {
  id: 'concurrent-wait',
  severities: ['info'],
  title: 'CONCURRENTLY waits for transactions of others',
  why: 'Building waits for every transaction that writes to the table, and for every old snapshot in the database. Dropping, rebuilding and detaching also wait for those that only read the table. One that is left open makes the statement hang; a lock_timeout or statement_timeout ends it, and leaves an invalid index.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: CREATE INDEX, "Building Indexes Concurrently"; measured on 17',
  examples: {
    bad: ['CREATE INDEX CONCURRENTLY payments_state_idx ON payments (state);', 'REINDEX TABLE CONCURRENTLY payments;'],
    good: ['CREATE TABLE refunds (id bigint); CREATE INDEX refunds_idx ON refunds (id);'],
  },
  check,
};
