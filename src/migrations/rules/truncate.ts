import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { deleteRows } from './backfill.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'emptied' || facts.createdInSet.has(change.relation)) return [];
    const how = change.cascade ? 'TRUNCATE … CASCADE empties' : 'TRUNCATE empties';
    return [
      {
        severity: 'error',
        message: `${how} ${change.relation}: its data is gone, and the table is closed until the transaction ends`,
        fix: deleteRows(facts.effects.engine, change),
      },
    ];
  });
}

export const truncate: Rule = {
  id: 'truncate',
  severities: ['error'],
  title: 'A table is emptied',
  why: 'The data is gone and no rollback of the release brings it back. With CASCADE all tables that refer to it are emptied too, each under an exclusive lock.',
  dialects: ['postgresql', 'mysql'],
  of: 'emptied',
  source: 'PostgreSQL: TRUNCATE; ExecuteTruncate, tablecmds.c',
  examples: {
    bad: ['TRUNCATE sessions;', 'TRUNCATE accounts CASCADE;'],
    good: ['CREATE TABLE scratch (id int); TRUNCATE scratch;'],
  },
  check,
};
