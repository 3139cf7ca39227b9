import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { inside } from './steps.ts';

/** The new name with the schema that the statement writes before the old one. */
function qualifiedLike(table: string, to: string): string {
  const schema = /^("(?:[^"]|"")*"|[^."]+)\./.exec(table)?.[0] ?? '';
  return `${schema}${to}`;
}

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'relation-renamed' || change.remade === true || facts.createdInSet.has(change.relation))
      return [];
    const { table, to, what, relation } = change;
    const alter = `ALTER ${what.toUpperCase()} ${table}`;
    const renamed = qualifiedLike(table, to);
    const asView = [
      inside(
        '-- keep the old name alive as a view, in the transaction of the renaming:',
        `${alter} RENAME TO ${to}`,
        `CREATE VIEW ${table} AS SELECT * FROM ${renamed}`,
      ),
    ];
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
  of: 'relation-renamed',
  source: 'PostgreSQL: ALTER TABLE, RENAME TO, SET SCHEMA',
  examples: {
    bad: ['ALTER TABLE payments RENAME TO transfers;', 'ALTER TABLE payments SET SCHEMA archive;'],
    good: [
      'CREATE TABLE refunds (id int); ALTER TABLE refunds RENAME TO returns;',
      'ALTER TABLE payments RENAME TO transfers; CREATE VIEW payments AS SELECT * FROM transfers;',
    ],
  },
  check,
};
