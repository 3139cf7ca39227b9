import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  const built = facts.across?.builtBefore;
  if (built === undefined) return [];
  const message = `index ${built.index}, which ${built.path}:${built.line} has built, is built again when ${built.relation} is written anew`;
  return [{ severity: 'warning', message, fix: `-- build ${built.index} behind this statement` }];
}

export const indexThenRewrite: Rule = {
  id: 'index-then-rewrite',
  severities: ['warning'],
  title: 'An index is built and then built again by a later rewrite',
  why: 'A statement that writes a table anew builds all its indexes anew as well. An index that the same release has built just before was work, and load, for nothing.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: finish_heap_swap, cluster.c',
  examples: {
    bad: ['CREATE INDEX payments_idx ON payments (amount); ALTER TABLE payments SET UNLOGGED;'],
    good: [
      'ALTER TABLE payments SET UNLOGGED; CREATE INDEX payments_idx ON payments (amount);',
      'CREATE TABLE refunds (id int); CREATE INDEX i ON refunds (id); ALTER TABLE refunds ALTER COLUMN id TYPE bigint;',
    ],
  },
  check,
};
