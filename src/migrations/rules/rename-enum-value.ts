import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { text } from './sql-literal.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'enum-value-renamed') return [];

    const message = `${change.table} no longer has the value ${text(change.value)}: statements of the version that still uses it fail`;
    const fix = [
      { sql: `ALTER TYPE ${change.table} ADD VALUE ${text(change.to)};`, transaction: 'inside' as const },
      {
        sql: `-- when all versions know ${text(change.to)} and write it, change the rows that hold ${text(change.value)}, in batches;\n-- the old value stays in the type and does no harm`,
        transaction: 'outside' as const,
      },
    ];
    return [{ severity: 'error', message, fix }];
  });
}

export const renameEnumValue: Rule = {
  id: 'rename-enum-value',
  severities: ['error'],
  title: 'An enum value is renamed',
  why: 'The version that is still running writes and asks for the old value, which the server no longer knows: its statements fail.',
  dialects: ['postgresql'],
  of: 'enum-value-renamed',

  source: 'PostgreSQL: ALTER TYPE, RENAME VALUE',
  examples: {
    bad: ["ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';"],
    good: [
      "CREATE TYPE mood AS ENUM ('sad'); ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';",
      "ALTER TYPE mood ADD VALUE 'blue';",
    ],
  },
  check,
};
