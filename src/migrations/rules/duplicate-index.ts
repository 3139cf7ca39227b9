import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-built' || change.coveredBy?.same !== true) return [];
    const message = `index ${change.index} does what ${change.coveredBy.index} does already`;
    return [
      {
        severity: 'warning',
        message,
        fix: `leave the statement out; ${change.coveredBy.index} serves the same queries`,
      },
    ];
  });
}

export const duplicateIndex: Rule = {
  id: 'duplicate-index',
  severities: ['warning'],
  title: 'An index is built that is there already',
  why: 'The new index finds nothing that the standing one would not find. Every write pays for both, and so do disk and VACUUM.',
  dialects: ['postgresql'],
  of: 'index-built',
  source: 'PostgreSQL: documentation, 11.1 "Introduction" to indexes',
  examples: {
    bad: ['CREATE TABLE refunds (id bigint PRIMARY KEY); CREATE INDEX refunds_id_idx ON refunds (id);'],
    good: [
      'CREATE INDEX CONCURRENTLY payments_state_idx ON payments (state);',
      'CREATE TABLE refunds (id bigint, note text); CREATE INDEX ON refunds (note); CREATE INDEX ON refunds (note text_pattern_ops);',
      'CREATE TABLE refunds (id bigint); CREATE INDEX ON refunds (id); CREATE UNIQUE INDEX ON refunds (id);',
    ],
  },
  check,
};
