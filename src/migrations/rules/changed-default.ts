import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'default-changed' || change.to === undefined) return [];
    if (change.newColumn || facts.createdInSet.has(change.relation)) return [];
    const each = change.volatile ? ', each its own' : '';
    const message = `only new rows of ${change.relation} get ${change.to}${each}; those that are there keep their ${change.column}`;
    return [
      {
        severity: 'info',
        message,
        fix: 'if old rows should have it as well, fill them in batches in a later migration',
      },
    ];
  });
}

export const changedDefault: Rule = {
  id: 'changed-default',
  severities: ['info'],
  title: 'A default changes, and rows that are there do not',
  why: 'Only rows inserted from now on get it; old rows keep what they have. An application that sends the old default itself goes on writing it.',
  dialects: ['postgresql'],
  of: 'default-changed',
  source: 'PostgreSQL: ALTER TABLE, SET/DROP DEFAULT',
  examples: {
    bad: [
      "ALTER TABLE payments ALTER COLUMN state SET DEFAULT 'open';",
      'ALTER TABLE payments ALTER COLUMN reference SET DEFAULT gen_random_uuid();',
    ],
    good: ["CREATE TABLE refunds (state text); ALTER TABLE refunds ALTER COLUMN state SET DEFAULT 'open';"],
  },
  check,
};
