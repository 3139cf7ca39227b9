import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { text } from './sql-literal.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'enum-value-added' || change.placed) return [];

    const message = `${text(change.value)} sorts behind all other values of ${change.table}`;
    const fix = `ALTER TYPE ${change.table} ADD VALUE ${text(change.value)} AFTER '<the value before it>';`;
    return [{ severity: 'info', message, fix }];
  });
}

export const enumValueOrder: Rule = {
  id: 'enum-value-order',
  severities: ['info'],
  title: 'An enum value is added without a place',
  why: 'Without BEFORE or AFTER the value goes to the end of the order by which the enum sorts and compares, and it can never be moved.',
  dialects: ['postgresql'],
  of: 'enum-value-added',

  source: 'PostgreSQL: ALTER TYPE, ADD VALUE',
  examples: {
    bad: ["ALTER TYPE mood ADD VALUE 'calm';"],
    good: ["ALTER TYPE mood ADD VALUE 'calm' BEFORE 'sad';"],
  },
  check,
};
