import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'table-created' || change.hasPrimaryKey !== false) return [];

    const message = `table ${change.relation} has no primary key`;
    const fix = `ALTER TABLE ${change.table} ADD PRIMARY KEY (<the columns that tell its rows apart>);`;
    return [{ severity: 'info', message, fix }];
  });
}

export const missingPrimaryKey: Rule = {
  id: 'missing-primary-key',
  severities: ['info'],
  title: 'A table has no primary key',
  why: 'Rows cannot be told apart: no batch can go on where the last one ended, logical replication refuses UPDATE and DELETE, and most libraries cannot work with the table.',
  dialects: ['postgresql'],
  of: 'table-created',

  source: 'PostgreSQL: documentation, 5.5.4 "Primary Keys"',
  examples: {
    bad: ['CREATE TABLE refunds (id bigint);'],
    good: [
      'CREATE TABLE refunds (id bigint PRIMARY KEY);',
      'CREATE TABLE refunds (id bigint); ALTER TABLE refunds ADD PRIMARY KEY (id);',
      'CREATE TEMP TABLE scratch (id int);',
    ],
  },
  check,
};
