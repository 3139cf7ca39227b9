import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'constraint-added' || change.constraint !== 'exclude') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const fix =
      `-- PostgreSQL has no way to add an exclusion constraint online. Make a new table with it, copy the rows in batches\n` +
      `-- while a trigger keeps both the same, and let the application change over:\n` +
      `CREATE TABLE ${change.table}_new (LIKE ${change.table} INCLUDING ALL);\n` +
      `ALTER TABLE ${change.table}_new ADD CONSTRAINT ${change.name} ${change.definition};`;
    return [{ severity: 'error', message: `exclusion constraint ${change.name} ${describeBlocking(blocking)}`, fix }];
  });
}

export const addExclusionBlocking: Rule = {
  id: 'add-exclusion-blocking',
  severities: ['error'],
  title: 'An exclusion constraint is built while the table is closed',
  why: 'Nobody can read or write the table until every row has been indexed and compared. There is neither NOT VALID nor USING INDEX for exclusion constraints.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: CREATE TABLE, EXCLUDE; index_build and IndexCheckExclusion, index.c',
  examples: {
    bad: ['ALTER TABLE bookings ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (room WITH =, during WITH &&);'],
    good: ['CREATE TABLE slots (room int, EXCLUDE USING gist (room WITH =));'],
  },
  check,
};
