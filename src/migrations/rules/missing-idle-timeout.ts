import type { Finding, Rule } from '../hazard.ts';
import { blockingLocks } from '../held-locks.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  const [lock] = blockingLocks(facts);
  if (lock === undefined || facts.blockedBefore || facts.scope === 'own') return [];
  const { settings } = facts;
  if (settings.has('idle_in_transaction_session_timeout') || settings.has('transaction_timeout')) return [];
  const message = `${lock.relation} stays locked for as long as this transaction is left idle`;
  return [
    {
      severity: 'info',
      message,
      fix: "SET LOCAL idle_in_transaction_session_timeout = '10s'; -- at the start of the transaction",
    },
  ];
}

export const missingIdleTimeout: Rule = {
  id: 'missing-idle-timeout',
  severities: ['info'],
  title: 'A transaction that keeps others out may be left idle',
  why: 'If the runner hangs or loses its connection between two statements, the transaction and its locks stay for as long as the server takes to notice. idle_in_transaction_session_timeout ends it, transaction_timeout (17 and newer) also one that is busy. Reported once a file.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: documentation, 19.11.1',
  examples: {
    bad: ['BEGIN; ALTER TABLE payments ADD COLUMN note text; COMMIT;'],
    good: [
      "SET idle_in_transaction_session_timeout = '10s'; BEGIN; ALTER TABLE payments ADD COLUMN note text; COMMIT;",
      'ALTER TABLE payments ADD COLUMN note text;',
    ],
  },
  check,
};
