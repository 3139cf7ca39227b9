import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { acknowledged, inside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  const required = facts.changes
    .filter((change) => change.type === 'default-changed')
    .filter((change) => change.required && !facts.createdInSet.has(change.relation));
  return [true, false].flatMap((isNew): Finding[] => {
    const lost = required.filter((change) => change.newColumn === isNew);
    const columns = lost.map(({ column }) => column);
    const [first] = lost;
    if (first === undefined) return [];
    const all = columns.join(', ');
    const fix = [
      inside(
        `-- in a later release, when every version that runs writes ${all}:`,
        acknowledged('drop-default'),
        `ALTER TABLE ${first.table} ${columns.map((column) => `ALTER COLUMN ${column} DROP DEFAULT`).join(', ')}`,
      ),
    ];
    const who = isNew ? 'the version that still runs does not know it' : 'a version that still runs may leave it out';
    const message = `NOT NULL and without a default any more: ${all}; ${who}, and its inserts fail`;
    return [{ severity: isNew ? 'error' : 'warning', message, fix }];
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
