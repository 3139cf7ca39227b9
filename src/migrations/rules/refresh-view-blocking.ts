import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { inside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'rewritten' || change.by !== 'REFRESH MATERIALIZED VIEW') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const fix = [
      inside(
        '-- needs a unique index on columns of the view, without WHERE',
        `REFRESH MATERIALIZED VIEW CONCURRENTLY ${change.table}`,
      ),
    ];
    return [{ severity: 'error', message: `REFRESH ${describeBlocking(blocking)}`, fix }];
  });
}

export const refreshViewBlocking: Rule = {
  id: 'refresh-view-blocking',
  severities: ['error'],
  title: 'A materialized view is refreshed while readers wait',
  why: 'Nobody can read the view until its query has run to the end. CONCURRENTLY lets readers have the old rows meanwhile.',
  dialects: ['postgresql'],
  of: 'rewritten',
  source: 'PostgreSQL: REFRESH MATERIALIZED VIEW, CONCURRENTLY',
  examples: {
    bad: ['REFRESH MATERIALIZED VIEW totals;'],
    good: ['REFRESH MATERIALIZED VIEW CONCURRENTLY totals;'],
  },
  check,
};
