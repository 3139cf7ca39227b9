import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { batchedUpdate } from './backfill.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'column-renamed' || facts.createdInSet.has(change.relation)) return [];
    const { table, column, to } = change;
    const fix =
      `-- add the new name beside the old one, let the application write both, fill, read the new one, drop later:\n` +
      `ALTER TABLE ${table} ADD COLUMN ${to} <type of ${column}>;\n` +
      batchedUpdate(facts.effects.engine, table, `${to} = ${column}`, `${to} IS NULL AND ${column} IS NOT NULL`);
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
  source: 'PostgreSQL: ALTER TABLE, RENAME COLUMN',
  examples: {
    bad: ['ALTER TABLE payments RENAME COLUMN note TO remark;'],
    good: ['CREATE TABLE refunds (note text); ALTER TABLE refunds RENAME COLUMN note TO remark;'],
  },
  check,
};
