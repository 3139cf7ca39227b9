import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'rewritten' || change.by !== 'CLUSTER') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const order = change.detail.replace(/^CLUSTER( USING )?/, '');
    const fix = `-- outside migrations, online: pg_repack --table=${change.table}${order === '' ? '' : ` --order-by=<columns of ${order}>`}`;
    return [{ severity: 'error', message: `CLUSTER ${describeBlocking(blocking)}`, fix }];
  });
}

export const cluster: Rule = {
  id: 'cluster',
  severities: ['error'],
  title: 'CLUSTER copies the table while it is closed',
  why: 'Nobody can read or write the table until it has been copied in the order of the index and all indexes have been built.',
  dialects: ['postgresql'],
  of: 'rewritten',
  source: 'PostgreSQL: CLUSTER',
  examples: {
    bad: ['CLUSTER payments USING payments_pkey;'],
    good: ['CREATE TABLE refunds (id int PRIMARY KEY); CLUSTER refunds USING refunds_pkey;'],
  },
  check,
};
