import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'relation-dropped') return [];
    if (change.what !== 'view' && change.what !== 'materialized view') return [];
    if (change.remade === true || facts.createdInSet.has(change.relation)) return [];
    const fix =
      `-- if the view only changes, replace it in place (columns may be added at the end):\n` +
      `CREATE OR REPLACE VIEW ${change.table} AS …;\n` +
      `-- else drop it in a later release, when nothing of the old version runs any more`;
    return [
      {
        severity: 'error',
        message: `dropping ${change.what} ${change.relation} breaks the version that still reads it`,
        fix,
      },
    ];
  });
}

export const dropView: Rule = {
  id: 'drop-view',
  severities: ['error'],
  title: 'A view is dropped',
  why: 'The version that is still running fails at its next query of the view. Making it again in the same transaction is fine, but for its grants.',
  dialects: ['postgresql', 'mysql'],
  of: 'relation-dropped',
  source: 'PostgreSQL: DROP VIEW; CREATE VIEW, OR REPLACE',
  examples: {
    bad: ['DROP VIEW open_invoices;', 'DROP MATERIALIZED VIEW totals;'],
    good: [
      'DROP VIEW open_invoices; CREATE VIEW open_invoices AS SELECT 1 AS one;',
      'CREATE OR REPLACE VIEW open_invoices AS SELECT 1 AS one;',
    ],
  },
  check,
};
