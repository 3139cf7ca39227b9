import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { definedColumns } from './defined-columns.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return definedColumns(facts).flatMap((column): Finding[] => {
    if (!column.isKey || !['int2', 'int4'].includes(column.typeName)) return [];
    return [
      {
        severity: 'info',
        message: `the numbers of key ${column.column} of ${column.relation} end at ${column.typeName === 'int2' ? '32,767' : '2,147,483,647'}`,
        fix: `${column.column} bigint`,
      },
    ];
  });
}

export const smallKey: Rule = {
  id: 'small-key',
  severities: ['info'],
  title: 'A primary key is an integer of four bytes or less',
  why: 'After 2,147,483,647 numbers, rolled back and skipped ones included, no row can be inserted any more, and changing to bigint writes the table anew.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: documentation, 8.1.1 "Integer Types"',
  examples: {
    bad: ['CREATE TABLE refunds (id int PRIMARY KEY);', 'CREATE TABLE refunds (id serial PRIMARY KEY);'],
    good: [
      'CREATE TABLE refunds (id bigint PRIMARY KEY);',
      'CREATE TABLE refunds (id int, at date, PRIMARY KEY (id, at));',
    ],
  },
  check,
};
