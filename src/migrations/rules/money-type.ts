import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { definedColumns } from './defined-columns.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return definedColumns(facts).flatMap((column): Finding[] => {
    if (column.typeName !== 'money') return [];
    return [
      {
        severity: 'info',
        message: `what ${column.column} of ${column.relation} shows is up to lc_monetary`,
        fix: `${column.column} numeric(12, 2)`,
      },
    ];
  });
}

export const moneyType: Rule = {
  id: 'money-type',
  severities: ['info'],
  title: 'A column is of type money',
  why: 'Its digits and its sign of currency are up to the setting lc_monetary of whoever reads it, and the currency is not kept.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: documentation, 8.2 "Monetary Types"',
  examples: {
    bad: ['CREATE TABLE refunds (amount money);'],
    good: ['CREATE TABLE refunds (amount numeric(12, 2));'],
  },
  check,
};
