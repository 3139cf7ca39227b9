import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-built' && change.type !== 'index-rebuilt') return [];
    if (change.corruptOn === undefined) return [];
    const message = `on PostgreSQL ${change.corruptOn} an index made CONCURRENTLY may lack rows`;
    const fix =
      'update the server to 14.4 or newer first, then rebuild what was made CONCURRENTLY before: REINDEX TABLE CONCURRENTLY';
    return [{ severity: 'error', message, fix }];
  });
}

export const concurrentIndexCorruption: Rule = {
  id: 'concurrent-index-corruption',
  severities: ['error'],
  title: 'This minor version builds broken indexes CONCURRENTLY',
  why: 'PostgreSQL 14.0 to 14.3 can leave rows out of an index that is built or rebuilt CONCURRENTLY while others write: queries that use it then miss rows, and a unique one lets duplicates in.',
  dialects: ['postgresql'],
  versions: { from: 14, to: 14 },
  source: 'PostgreSQL: release notes, 14.4',
  examples: {
    bad: [],
    after: {
      history: '',
      bad: 'CREATE INDEX CONCURRENTLY payments_state_idx ON payments (state);',
      serverVersion: '14.2',
    },
    good: ['CREATE INDEX CONCURRENTLY payments_state_idx ON payments (state);'],
  },
  check,
};
