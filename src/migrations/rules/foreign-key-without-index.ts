import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { nameFor, outside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'key-unindexed') return [];
    const columns = change.columns.join(', ');
    const message = `no index begins with ${columns}, so that each DELETE from ${change.target} reads all of ${change.relation}`;
    const index = nameFor(change.table, change.columns, 'idx');
    const fix = [outside(`CREATE INDEX CONCURRENTLY ${index} ON ${change.table} (${columns})`)];
    return [{ severity: 'info', message, fix }];
  });
}

export const foreignKeyWithoutIndex: Rule = {
  id: 'foreign-key-without-index',
  severities: ['info'],
  title: 'No index begins with the columns of a foreign key',
  why: 'Each DELETE of a row at the other end, and each change of its key, reads this whole table to see who refers to it, while the row is locked.',
  dialects: ['postgresql'],
  of: 'key-unindexed',
  source: 'PostgreSQL: documentation, 5.5.5 "Foreign Keys"',
  examples: {
    bad: [
      'CREATE TABLE refunds (id bigint PRIMARY KEY, account_id bigint REFERENCES accounts (id));',
      'ALTER TABLE payments ADD COLUMN owner_id bigint REFERENCES accounts (id);',
    ],
    good: [
      'CREATE TABLE refunds (id bigint PRIMARY KEY, account_id bigint REFERENCES accounts (id)); CREATE INDEX ON refunds (account_id);',
      'CREATE TABLE refunds (account_id bigint PRIMARY KEY REFERENCES accounts (id));',
      'CREATE TABLE refunds (account_id bigint, id int, FOREIGN KEY (account_id) REFERENCES accounts (id)); CREATE INDEX ON refunds (account_id, id);',
    ],
  },
  check,
};
