import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'columns-defined') return [];
    return change.columns
      .filter(({ typeName }) => typeName === 'json')
      .map(({ column, columnType }) => {
        const message = `column ${column} is json: queries with DISTINCT, UNION or GROUP BY over it fail`;
        return { severity: 'info', message, fix: `write ${columnType.replace('json', 'jsonb')} for ${columnType}` };
      });
  });
}

export const jsonColumn: Rule = {
  id: 'json-column',
  severities: ['info'],
  title: 'A column is json and not jsonb',
  why: 'json is kept as text: it has no equality, so that DISTINCT, UNION and GROUP BY over the table fail, and no GIN index.',
  dialects: ['postgresql'],
  of: 'columns-defined',
  source: 'PostgreSQL: documentation, 8.14 "JSON Types"',
  examples: {
    bad: ['ALTER TABLE payments ADD COLUMN details json;', 'CREATE TABLE refunds (details json);'],
    good: ['ALTER TABLE payments ADD COLUMN details jsonb;'],
  },
  check,
};
