import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

/** PostgreSQL: documentation, 11.3: more than three columns are unlikely to be helpful. */
const mostKeys = 3;

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-built' || change.unique || change.keys.length <= mostKeys) return [];
    const message = `index ${change.index} has ${change.keys.length} keys`;
    const [first, second] = change.keys;
    const fix = `begin with ${first}, ${second}, look at EXPLAIN, and put columns that are only read into INCLUDE (…)`;
    return [{ severity: 'info', message, fix }];
  });
}

export const wideIndex: Rule = {
  id: 'wide-index',
  severities: ['info'],
  title: 'An index has more than three keys',
  why: 'Keys behind the first that is compared by range narrow a search little, and each makes the index larger and writes slower.',
  dialects: ['postgresql'],
  of: 'index-built',
  source: 'PostgreSQL: documentation, 11.3 "Multicolumn Indexes"',
  examples: {
    bad: ['CREATE INDEX CONCURRENTLY payments_wide_idx ON payments (account_id, state, fee, created_at);'],
    good: [
      'CREATE INDEX CONCURRENTLY payments_narrow_idx ON payments (account_id, state) INCLUDE (fee, created_at);',
      'CREATE UNIQUE INDEX CONCURRENTLY payments_uq ON payments (account_id, state, fee, created_at);',
    ],
  },
  check,
};
