import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'column-type-changed' || change.analysed === true || facts.createdInSet.has(change.relation))
      return [];

    const message = `the planner knows nothing of ${change.relation}.${change.column} until the table is analysed`;
    const fix = [{ sql: `ANALYZE ${change.table};`, transaction: 'inside' as const }];
    return [{ severity: 'info', message, fix }];
  });
}

export const analyzeAfterChange: Rule = {
  id: 'analyze-after-change',
  severities: ['info'],
  title: 'A column changes its type, and nothing analyses the table',
  why: 'The statistics of the column go with its old type. Until ANALYZE has run, by hand or by autovacuum, the planner guesses, and a query that was quick can read the whole table.',
  dialects: ['postgresql'],
  of: 'column-type-changed',

  source: 'PostgreSQL: RemoveStatistics, heap.c, called from ATExecAlterColumnType',
  examples: {
    bad: ['ALTER TABLE payments ALTER COLUMN note TYPE text;'],
    good: [
      'ALTER TABLE payments ALTER COLUMN note TYPE text; ANALYZE payments;',
      'CREATE TABLE refunds (a int); ALTER TABLE refunds ALTER COLUMN a TYPE bigint;',
    ],
  },
  check,
};
