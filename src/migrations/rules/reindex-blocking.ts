import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { outside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-rebuilt' || change.concurrently) return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const fix = [outside(`REINDEX ${change.scope} CONCURRENTLY ${change.target}`)];
    return [{ severity: 'error', message: `REINDEX ${describeBlocking(blocking)}`, fix }];
  });
}

export const reindexBlocking: Rule = {
  id: 'reindex-blocking',
  severities: ['error'],
  title: 'Indexes are rebuilt while writers wait',
  why: 'Writers wait for the table, and readers that would use the index wait for the index, until it has been built anew. CONCURRENTLY (12 and newer) builds beside the old one.',
  dialects: ['postgresql'],
  of: 'index-rebuilt',
  source: 'PostgreSQL: REINDEX, CONCURRENTLY',
  examples: {
    bad: ['REINDEX TABLE payments;', 'REINDEX INDEX payments_account_idx;'],
    good: ['REINDEX TABLE CONCURRENTLY payments;', 'REINDEX (CONCURRENTLY) INDEX payments_account_idx;'],
  },
  check,
};
