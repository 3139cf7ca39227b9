import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-built' || change.coveredBy?.same !== false) return [];
    const message = `${change.coveredBy.index} begins with the key of ${change.index} and can serve the same queries`;
    return [
      { severity: 'info', message, fix: `leave the statement out, unless ${change.coveredBy.index} is much larger` },
    ];
  });
}

export const redundantIndex: Rule = {
  id: 'redundant-index',
  severities: ['info'],
  title: 'The key of an index is the beginning of a longer one',
  why: 'A B-tree index on (a, b) also finds rows by a. The shorter index is smaller, but every write pays for it.',
  dialects: ['postgresql'],
  of: 'index-built',
  source: 'PostgreSQL: documentation, 11.3 "Multicolumn Indexes"',
  examples: {
    bad: [
      'CREATE TABLE refunds (id bigint, note text); CREATE INDEX refunds_both ON refunds (id, note); CREATE INDEX refunds_one ON refunds (id);',
    ],
    good: [
      'CREATE TABLE refunds (id bigint, note text); CREATE INDEX refunds_both ON refunds (id, note); CREATE INDEX refunds_one ON refunds (note);',
    ],
  },
  check,
};
