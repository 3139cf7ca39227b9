import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'not-repeatable' || facts.scope !== 'own') return [];

    const message = `this ${facts.kind} fails when it is run again: it lacks ${change.clause}`;
    const fix = `${change.sql} …`;
    return [{ severity: 'info', message, fix }];
  });
}

export const missingIfExists: Rule = {
  id: 'missing-if-exists',
  severities: ['info'],
  title: 'A statement cannot run a second time',
  why: 'Outside a transaction a migration that fails half-way leaves its first statements done, and the second try fails on them. IF [NOT] EXISTS or OR REPLACE lets it go on.',
  dialects: ['postgresql'],
  of: 'not-repeatable',

  source: 'PostgreSQL: CREATE TABLE, IF NOT EXISTS; DROP TABLE, IF EXISTS',
  examples: {
    bad: ['CREATE TABLE refunds (id int);', 'DROP INDEX CONCURRENTLY payments_idx;'],
    good: [
      'CREATE TABLE IF NOT EXISTS refunds (id int);',
      'BEGIN; CREATE TABLE refunds (id int); COMMIT;',
      'ALTER TABLE payments ADD COLUMN IF NOT EXISTS note text;',
      'CREATE OR REPLACE VIEW v AS SELECT 1 AS a;',
    ],
  },
  check,
};
