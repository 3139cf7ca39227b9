import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { batchedUpdate } from './backfill.ts';
import { inside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'column-renamed' || facts.createdInSet.has(change.relation)) return [];
    const { table, column, to } = change;
    const fill = batchedUpdate(
      facts.effects.engine,
      table,
      `${to} = ${column}`,
      `${to} IS NULL AND ${column} IS NOT NULL`,
    );
    const fix = [
      inside(
        '-- add the new name beside the old one, and let the application write both:',
        `ALTER TABLE ${table} ADD COLUMN ${to} ${change.columnType ?? `<type of ${column}>`}`,
      ),
      {
        sql: `-- then fill it, let the application read it, and drop the old one in a later release:\n${fill}`,
        transaction: 'outside' as const,
      },
    ];
    const message = `renaming ${change.relation}.${column} to ${to} breaks the version that still uses the old name`;
    return [{ severity: 'error', message, fix }];
  });
}

export const renameColumn: Rule = {
  id: 'rename-column',
  severities: ['error'],
  title: 'A column is renamed',
  why: 'Between the migration and the end of the old version, one of the two versions asks for a name that is not there. The same happens again on a rollback.',
  dialects: ['postgresql', 'mysql'],
  of: 'column-renamed',
  source: 'PostgreSQL: ALTER TABLE, RENAME COLUMN',
  examples: {
    bad: ['ALTER TABLE payments RENAME COLUMN note TO remark;'],
    good: ['CREATE TABLE refunds (note text); ALTER TABLE refunds RENAME COLUMN note TO remark;'],
  },
  check,
};
