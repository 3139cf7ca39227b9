import type { Finding, Rule } from '../hazard.ts';
import { blockingLocks } from '../held-locks.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  const [lock] = blockingLocks(facts);
  if (lock === undefined || facts.blockedBefore || facts.settings.has('statement_timeout')) return [];
  const message = `nothing ends this ${facts.kind} if it takes long, and ${lock.relation} is locked meanwhile`;
  const local = facts.scope === 'own' ? '' : 'LOCAL ';
  return [{ severity: 'info', message, fix: `SET ${local}statement_timeout = '15s'; -- before this statement` }];
}

export const missingStatementTimeout: Rule = {
  id: 'missing-statement-timeout',
  severities: ['info'],
  title: 'Statements that keep others out run without a time limit',
  why: 'A statement that takes longer than anybody thought holds its locks for as long. With a statement_timeout it gives up, and the tables are free again. Reported once a file.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: documentation, 19.11.1, statement_timeout',
  examples: {
    bad: ['ALTER TABLE payments ADD COLUMN note text;'],
    good: [
      "SET statement_timeout = '15s'; ALTER TABLE payments ADD COLUMN note text;",
      'CREATE INDEX CONCURRENTLY i ON payments (id);',
    ],
  },
  check,
};
