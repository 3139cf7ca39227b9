import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { byTable } from './by-table.ts';
import { acknowledged, inside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  const dropped = facts.changes
    .filter((change) => change.type === 'column-dropped')
    .filter(({ relation }) => !facts.createdInSet.has(relation));
  return byTable(dropped).map((parts): Finding => {
    const [{ relation, table }] = parts;
    const columns = parts.map(({ column }) => column);
    const alter = `ALTER TABLE ${table}`;
    const optional = (column: string): string =>
      facts.effects.engine === 'mysql' ? `MODIFY ${column} <type> NULL` : `ALTER COLUMN ${column} DROP NOT NULL`;
    const required = parts.filter((part) => part.optional !== true).map(({ column }) => column);
    const release = `the release that stops reading and writing ${columns.join(', ')}`;
    const first = inside(
      `-- with ${release}; new rows must do without:`,
      `${alter} ${required.map(optional).join(', ')}`,
    );
    const fix = [
      ...(required.length > 0 ? [first] : []),
      inside(
        required.length > 0 ? '-- in a later one:' : `-- after ${release}:`,
        acknowledged('drop-column'),
        `${alter} ${columns.map((column) => `DROP COLUMN ${column}`).join(', ')}`,
      ),
    ];
    const named = columns.map((column) => `${relation}.${column}`).join(', ');
    return {
      severity: 'error',
      message: `dropping ${named} loses data and breaks the version that still uses it`,
      fix,
    };
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
