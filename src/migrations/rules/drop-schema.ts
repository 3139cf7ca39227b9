import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'relation-dropped') return [];
    if (change.what !== 'schema' && change.what !== 'database') return [];
    const fix =
      change.what === 'schema'
        ? `-- move out what is still needed, then drop what is empty:\nDROP SCHEMA ${change.table} RESTRICT;`
        : '-- no migration drops a database: do it by hand, with a backup that has been restored once';
    return [{ severity: 'error', message: `dropping ${change.what} ${change.relation} loses everything in it`, fix }];
  });
}

export const dropSchema: Rule = {
  id: 'drop-schema',
  severities: ['error'],
  title: 'A schema or database is dropped with what is in it',
  why: 'All its tables and their data are gone, each of them under an exclusive lock, and no rollback brings them back.',
  dialects: ['postgresql', 'mysql'],
  of: 'relation-dropped',
  source: 'PostgreSQL: DROP SCHEMA, CASCADE',
  examples: { bad: ['DROP SCHEMA billing CASCADE;'], good: ['CREATE SCHEMA scratch; DROP SCHEMA scratch;'] },
  check,
};
