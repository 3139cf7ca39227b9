import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { definedColumns } from './defined-columns.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return definedColumns(facts).flatMap((column): Finding[] => {
    if (column.typeName !== 'bpchar') return [];
    return [
      {
        severity: 'info',
        message: `values of ${column.column} of ${column.relation} are filled up with blanks`,
        fix: `${column.column} text`,
      },
    ];
  });
}

export const charType: Rule = {
  id: 'char-type',
  severities: ['info'],
  title: 'A column is of type char(n)',
  why: 'Values are filled up with blanks to the length, which take space and count in some comparisons and not in others.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: documentation, 8.3 "Character Types"',
  examples: {
    bad: ['CREATE TABLE refunds (code char(3));'],
    good: ['CREATE TABLE refunds (code text);'],
  },
  check,
};
