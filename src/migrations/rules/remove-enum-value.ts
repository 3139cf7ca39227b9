import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { text } from './sql-literal.ts';
import { nameFor } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'enum-values-lost' || facts.createdInSet.has(change.relation)) return [];
    const values = change.values.map(text).join(', ');
    const name = nameFor(change.table, [change.column], 'check');
    const message = `${change.relation}.${change.column} can no longer hold ${values}: statements of the version that still uses them fail`;
    const fix = [
      {
        sql: `ALTER TABLE ${change.table} ADD CONSTRAINT ${name} CHECK (${change.column} NOT IN (${values})) NOT VALID;`,
        transaction: 'inside' as const,
      },
      { sql: `ALTER TABLE ${change.table} VALIDATE CONSTRAINT ${name};`, transaction: 'inside' as const },
    ];
    return [{ severity: 'error', message, fix }];
  });
}

export const removeEnumValue: Rule = {
  id: 'remove-enum-value',
  severities: ['error'],
  title: 'A column gets an enum without some of its values',
  why: 'The change fails if a row holds such a value, and statements of the version that still writes it or asks for it fail after the change.',
  dialects: ['postgresql'],
  of: 'enum-values-lost',

  source: 'PostgreSQL: CREATE TYPE, enumerated types; enum_in, enum.c',
  examples: {
    bad: [],
    after: {
      history: "CREATE TYPE state AS ENUM ('open', 'done'); CREATE TABLE refunds (state state);",
      bad: "CREATE TYPE state_new AS ENUM ('open'); ALTER TABLE refunds ALTER COLUMN state TYPE state_new USING state::text::state_new;",
    },
    good: [
      "CREATE TYPE a AS ENUM ('x'); CREATE TYPE b AS ENUM ('x', 'y'); CREATE TABLE t (c a); ALTER TABLE t ALTER COLUMN c TYPE b USING c::text::b;",
    ],
  },
  check,
};
