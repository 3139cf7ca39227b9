import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { definedColumns } from './defined-columns.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return definedColumns(facts).flatMap((column): Finding[] => {
    if (column.typeName !== 'timestamp') return [];
    return [
      {
        severity: 'info',
        message: `which moment ${column.column} of ${column.relation} means is up to the reader`,
        fix: `${column.column} timestamptz`,
      },
    ];
  });
}

export const timestampWithoutZone: Rule = {
  id: 'timestamp-without-zone',
  severities: ['info'],
  title: 'A timestamp has no time zone',
  why: 'It says what a clock showed, and not where: read by a session of another time zone, or in the hour that comes twice in autumn, it means another moment.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: documentation, 8.5.1.3 "Time Stamps"',
  examples: {
    bad: ['CREATE TABLE refunds (at timestamp);'],
    good: ['CREATE TABLE refunds (at timestamptz);'],
  },
  check,
};
