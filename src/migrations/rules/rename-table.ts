import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'relation-renamed' || facts.createdInSet.has(change.relation)) return [];
    const { table, to, what, relation } = change;
    const alter = `ALTER ${what.toUpperCase()} ${table}`;
    const asView =
      `-- keep the old name alive as a view, together with the renaming:\n` +
      `${alter} RENAME TO ${to};\nCREATE VIEW ${table} AS SELECT * FROM ${to};`;
    const later = '-- let the application know both names first, rename in a later release';
    const message = `renaming ${what} ${relation} to ${to} breaks the version that still uses the old name`;
    return [{ severity: 'error', message, fix: what === 'table' && !to.includes('.') ? asView : later }];
  });
}

export const renameTable: Rule = {
  id: 'rename-table',
  severities: ['error'],
  title: 'A table, view, sequence or schema is renamed or moved',
  why: 'Between the migration and the end of the old version, one of the two versions asks for a name that is not there. A view under the old name serves both (plain views over one table can be written to).',
  dialects: ['postgresql', 'mysql'],
  source: 'PostgreSQL: ALTER TABLE, RENAME TO, SET SCHEMA',
  examples: {
    bad: ['ALTER TABLE payments RENAME TO transfers;', 'ALTER TABLE payments SET SCHEMA archive;'],
    good: ['CREATE TABLE refunds (id int); ALTER TABLE refunds RENAME TO returns;'],
  },
  check,
};
