import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'enum-created') return [];

    const message = `values of enum ${change.relation} can never be removed`;
    const fix = `CREATE TABLE ${change.table} (name text PRIMARY KEY);\n-- and columns that refer to it, or text columns with a CHECK`;
    return [{ severity: 'info', message, fix }];
  });
}

export const createEnum: Rule = {
  id: 'create-enum',
  severities: ['info'],
  title: 'An enum type is created',
  why: 'Values of an enum can be added, but neither removed nor moved, and a column that changes over to another enum is written anew. A table of values, or a CHECK on a text column, can be changed at any time.',
  dialects: ['postgresql'],
  of: 'enum-created',

  source: 'PostgreSQL: documentation, 8.7 "Enumerated Types"',
  examples: {
    bad: ["CREATE TYPE mood AS ENUM ('sad', 'ok');"],
    good: ['CREATE TABLE moods (name text PRIMARY KEY);'],
  },
  check,
};
