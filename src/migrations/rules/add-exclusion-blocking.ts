import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { inside, nameFor } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'constraint-added' || change.constraint !== 'exclude') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const copy = nameFor(change.table, [], 'new');
    const fix = [
      inside(
        `-- PostgreSQL has no way to add an exclusion constraint online. Make a new table that has it, copy the rows in`,
        `-- batches while a trigger keeps both the same, and let the application change over:`,
        `CREATE TABLE ${copy} (LIKE ${change.table} INCLUDING ALL)`,
        `ALTER TABLE ${copy} ADD ${change.definition}`,
      ),
    ];
    return [{ severity: 'error', message: `exclusion constraint ${change.name} ${describeBlocking(blocking)}`, fix }];
  });
}

export const addExclusionBlocking: Rule = {
  id: 'add-exclusion-blocking',
  severities: ['error'],
  title: 'An exclusion constraint is built while the table is closed',
  why: 'Nobody can read or write the table until every row has been indexed and compared. There is neither NOT VALID nor USING INDEX for exclusion constraints.',
  dialects: ['postgresql'],
  of: 'constraint-added',
  source: 'PostgreSQL: CREATE TABLE, EXCLUDE; index_build and IndexCheckExclusion, index.c',
  examples: {
    bad: ['ALTER TABLE bookings ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (room WITH =, during WITH &&);'],
    good: ['CREATE TABLE slots (room int, EXCLUDE USING gist (room WITH =));'],
  },
  check,
};
