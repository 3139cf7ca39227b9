import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { inside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-dropped' || change.neededBy === undefined) return [];
    const message = `the server refuses to drop index ${change.index}: constraint ${change.neededBy} needs it`;
    return [
      { severity: 'error', message, fix: [inside(`ALTER TABLE ${change.table} DROP CONSTRAINT ${change.neededBy}`)] },
    ];
  });
}

export const dropIndexRefused: Rule = {
  id: 'drop-index-refused',
  severities: ['error'],
  title: 'An index is dropped that a constraint cannot be without',
  why: 'The migration fails: the index behind a primary key, UNIQUE or EXCLUDE constraint goes with its constraint, and not by itself.',
  dialects: ['postgresql'],
  of: 'index-dropped',
  source: 'PostgreSQL: findDependentObjects, dependency.c',
  examples: {
    bad: ['ALTER TABLE payments ADD CONSTRAINT payments_number_key UNIQUE (id); DROP INDEX payments_number_key;'],
    good: [
      'DROP INDEX CONCURRENTLY payments_account_idx;',
      'CREATE TABLE refunds (id int); CREATE UNIQUE INDEX refunds_idx ON refunds (id); DROP INDEX refunds_idx;',
    ],
  },
  check,
};
