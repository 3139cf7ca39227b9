import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { acknowledged, inside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'column-dropped' || facts.createdInSet.has(change.relation)) return [];
    const { table, column } = change;
    const alter = `ALTER TABLE ${table}`;
    const isMysql = facts.effects.engine === 'mysql';
    const optional = isMysql
      ? `${alter} MODIFY ${column} <type> NULL`
      : `${alter} ALTER COLUMN ${column} DROP NOT NULL`;
    const fix = [
      inside(`-- with the release that stops reading and writing ${column}; new rows must do without it:`, optional),
      inside('-- in a later one:', acknowledged('drop-column'), `${alter} DROP COLUMN ${column}`),
    ];
    const message = `dropping ${change.relation}.${column} loses its data and breaks the version that still uses it`;
    return [{ severity: 'error', message, fix }];
  });
}

export const dropColumn: Rule = {
  id: 'drop-column',
  severities: ['error'],
  title: 'A column is dropped',
  why: 'The data is gone, a rollback cannot bring it back, and the version that is still running fails at its next statement that names the column (ORMs name all columns).',
  dialects: ['postgresql', 'mysql'],
  source: 'PostgreSQL: ATExecDropColumn, tablecmds.c; ALTER TABLE, DROP COLUMN',
  examples: {
    bad: ['ALTER TABLE payments DROP COLUMN note;'],
    good: ['CREATE TABLE refunds (id bigint, note text); ALTER TABLE refunds DROP COLUMN note;'],
  },
  check,
};
