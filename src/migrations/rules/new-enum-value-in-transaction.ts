import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { text } from './sql-literal.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'enum-value-used') return [];

    const message = `the server refuses ${text(change.value)} of ${change.relation} here: the transaction that adds it has to commit first`;
    const fix = `-- leave ALTER TYPE … ADD VALUE ${text(change.value)} alone in its migration, and move this statement to the next one`;
    return [{ severity: 'error', message, fix }];
  });
}

export const newEnumValueInTransaction: Rule = {
  id: 'new-enum-value-in-transaction',
  severities: ['error'],
  title: 'A new enum value is used in the transaction that adds it',
  why: 'The migration fails: the server refuses a value that is not yet committed ("unsafe use of new value"), since a rollback would leave it in indexes.',
  dialects: ['postgresql'],
  of: 'enum-value-used',
  versions: { from: 12 },
  source: 'PostgreSQL: ALTER TYPE, "Notes"; check_safe_enum_use, enum.c',
  examples: {
    bad: [
      "CREATE TABLE people (id int, feels mood); ALTER TYPE mood ADD VALUE 'calm'; UPDATE people SET feels = 'calm' WHERE id = 1;",
    ],
    good: [
      "ALTER TYPE mood ADD VALUE 'calm';",
      "BEGIN; ALTER TYPE mood ADD VALUE 'calm'; COMMIT; BEGIN; ALTER TABLE people ADD COLUMN feels mood DEFAULT 'calm'; COMMIT;",
      "CREATE TYPE mood AS ENUM ('sad'); ALTER TYPE mood ADD VALUE 'calm'; CREATE TABLE people (feels mood DEFAULT 'calm');",
    ],
  },
  check,
};
