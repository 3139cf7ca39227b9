import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

/** Said once a statement. */
function check(facts: StatementFacts): readonly Finding[] {
  const dropped = facts.changes.flatMap((change) =>
    change.type === 'not-null-dropped' && change.remade !== true && !facts.createdInSet.has(change.relation)
      ? [change]
      : [],
  );
  const [first] = dropped;
  if (first === undefined) return [];
  const columns = dropped.map(({ column }) => column);
  const alter = columns.map((column) => `ALTER COLUMN ${column} DROP NOT NULL`).join(', ');
  const fix =
    `-- let a version that can read nulls run everywhere first, then this statement:\n` +
    `ALTER TABLE ${first.table} ${alter};\n-- and only then a version that writes them`;
  const message = `${columns.join(', ')} of ${first.relation} may be null from now on: the version that still runs does not expect that`;
  return [{ severity: 'warning', message, fix }];
}

export const dropNotNull: Rule = {
  id: 'drop-not-null',
  severities: ['warning'],
  title: 'A column may be null from now on',
  why: 'The version that is still running has never met a null in the column. It meets the first one as soon as the new version writes one, also after a rollback of the release.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: ALTER TABLE, DROP NOT NULL',
  examples: {
    bad: ['ALTER TABLE payments ALTER COLUMN account_id DROP NOT NULL;'],
    good: [
      'CREATE TABLE refunds (id int NOT NULL); ALTER TABLE refunds ALTER COLUMN id DROP NOT NULL;',
      'ALTER TABLE payments ALTER COLUMN account_id DROP NOT NULL; ALTER TABLE payments DROP COLUMN account_id;',
    ],
  },
  check,
};
