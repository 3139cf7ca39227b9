import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'extension-dropped') return [];
    const { extension, cascade } = change;
    const lost = cascade
      ? 'with the columns of its types, the indexes on its operators and their data'
      : 'with all its functions';
    const message = `extension ${extension} goes ${lost}, for the version that still runs as well`;
    const fix = [
      {
        sql: `-- when nothing uses it any more; without CASCADE the server refuses where something does:\nDROP EXTENSION IF EXISTS ${extension} RESTRICT;`,
        transaction: 'inside' as const,
      },
    ];
    return [{ severity: cascade ? 'error' : 'warning', message, fix }];
  });
}

export const dropExtension: Rule = {
  id: 'drop-extension',
  severities: ['error', 'warning'],
  title: 'An extension is dropped',
  why: 'Its functions, operators and types are gone for the version that is still running. With CASCADE the columns of its types go as well, with their data, and the indexes that use its operators.',
  dialects: ['postgresql'],
  of: 'extension-dropped',

  source: 'PostgreSQL: DROP EXTENSION',
  examples: {
    bad: ['DROP EXTENSION hstore CASCADE;', 'DROP EXTENSION IF EXISTS pg_trgm;'],
    good: ['CREATE EXTENSION pg_trgm;'],
  },
  check,
};
