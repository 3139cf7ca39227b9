import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { acknowledged, inside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'default-changed' || !change.required || facts.createdInSet.has(change.relation)) return [];
    const { table, column, newColumn } = change;
    const fix = [
      inside(
        `-- in a later release, when every version that runs writes ${column}:`,
        acknowledged('drop-default'),
        `ALTER TABLE ${table} ALTER COLUMN ${column} DROP DEFAULT`,
      ),
    ];
    const who = newColumn
      ? 'the version that still runs does not know it'
      : 'a version that still runs may leave it out';
    const message = `${column} is NOT NULL and has no default any more: ${who}, and its inserts fail`;
    return [{ severity: newColumn ? 'error' : 'warning', message, fix }];
  });
}

export const dropDefault: Rule = {
  id: 'drop-default',
  severities: ['error', 'warning'],
  title: 'A required column loses its default',
  why: 'The version that is still running leaves the column out of its INSERTs, because it does not know it yet or relied on the default: from then on they fail.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: ALTER TABLE, SET/DROP DEFAULT',
  examples: {
    bad: [
      "ALTER TABLE payments ADD COLUMN kind text NOT NULL DEFAULT 'card'; ALTER TABLE payments ALTER COLUMN kind DROP DEFAULT;",
    ],
    good: [
      "ALTER TABLE payments ADD COLUMN kind text DEFAULT 'card'; ALTER TABLE payments ALTER COLUMN kind DROP DEFAULT;",
      "CREATE TABLE refunds (kind text NOT NULL DEFAULT 'card'); ALTER TABLE refunds ALTER COLUMN kind DROP DEFAULT;",
    ],
  },
  check,
};
