import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { definedColumns } from './defined-columns.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return definedColumns(facts).flatMap((column): Finding[] => {
    if (column.typeName !== 'varchar' || !column.columnType.includes('(')) return [];
    return [
      {
        severity: 'info',
        message: `the length of ${column.column} of ${column.relation} stands in its type`,
        fix: `${column.column} text`,
      },
    ];
  });
}

export const limitedText: Rule = {
  id: 'limited-text',
  severities: ['info'],
  title: 'A text column has a length in its type',
  why: 'A length that turns out too short has to be changed under a lock that keeps everybody out, for views by making them anew. text takes as much space, and a CHECK can be replaced while everybody works.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: documentation, 8.3 "Character Types"',
  examples: {
    bad: ['CREATE TABLE refunds (note varchar(20));'],
    good: ['CREATE TABLE refunds (note text);', 'CREATE TABLE refunds (note varchar);'],
  },
  check,
};
