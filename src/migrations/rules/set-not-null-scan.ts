import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { byTable } from './by-table.ts';
import { notNullSteps } from './not-null-steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  const scanned = facts.changes.flatMap((change) => {
    const isConstraint = change.type === 'constraint-added' && change.constraint === 'not null';
    if (change.type !== 'not-null-set' && !isConstraint) return [];
    const column = change.type === 'not-null-set' ? change.column : (change.columns[0] ?? '');
    const blocking = blockingWork(facts, change);
    return blocking === undefined ? [] : [{ relation: change.relation, table: change.table, column, blocking }];
  });
  return byTable(scanned).map((parts): Finding => {
    const [{ table, blocking }] = parts;
    const columns = parts.map(({ column }) => column);
    const message = `NOT NULL on ${columns.join(', ')} ${describeBlocking(blocking)}`;
    return { severity: 'error', message, fix: notNullSteps(table, columns, facts.serverVersion) };
  });
}

export const setNotNullScan: Rule = {
  id: 'set-not-null-scan',
  severities: ['error'],
  title: 'SET NOT NULL reads the table while it is closed',
  why: 'Nobody can read or write the table until every row has been read. A valid CHECK (column IS NOT NULL) spares the reading (PostgreSQL 12 and newer), and it can be validated while everybody works.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: ALTER TABLE, SET NOT NULL',
  examples: {
    bad: ['ALTER TABLE payments ALTER COLUMN account_id SET NOT NULL;'],
    good: [
      'CREATE TABLE refunds (id bigint); ALTER TABLE refunds ALTER COLUMN id SET NOT NULL;',
      'ALTER TABLE payments ADD CONSTRAINT account_known CHECK (account_id IS NOT NULL) NOT VALID;',
    ],
  },
  check,
};
