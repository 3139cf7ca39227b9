import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { acknowledged, inside, nameFor } from './steps.ts';

const withData = new Set(['table', 'foreign table', 'sequence']);

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'relation-dropped' || !withData.has(change.what)) return [];
    if (facts.createdInSet.has(change.relation)) return [];
    const word = change.what === 'sequence' ? 'SEQUENCE' : 'TABLE';
    const parked = nameFor(change.table, [], 'unused');
    const schema = change.table.slice(0, -change.table.replace(/^(?:"[^"]*"|[^".]+)\./, '').length);
    const fix = [
      inside(
        '-- put it aside first; going back is one rename:',
        acknowledged('rename-table'),
        `ALTER ${word} ${change.table} RENAME TO ${parked}`,
      ),
      inside('-- some releases later:', acknowledged('drop-table'), `DROP ${word} ${schema}${parked}`),
    ];
    const message = `dropping ${change.what} ${change.relation} loses its data and breaks the version that still uses it`;
    return [{ severity: 'error', message, fix }];
  });
}

export const dropTable: Rule = {
  id: 'drop-table',
  severities: ['error'],
  title: 'A table or sequence is dropped',
  why: 'The data is gone and a rollback cannot bring it back. The version that is still running fails at its next use of the table. The tables at the other end of its foreign keys are locked as well.',
  dialects: ['postgresql', 'mysql'],
  of: 'relation-dropped',
  source: 'PostgreSQL: DROP TABLE; RemoveRelations, tablecmds.c',
  examples: {
    bad: ['DROP TABLE invoices;', 'DROP TABLE IF EXISTS invoices CASCADE;'],
    good: ['CREATE TABLE scratch (id int); DROP TABLE scratch;', 'DROP VIEW open_invoices;'],
  },
  check,
};
