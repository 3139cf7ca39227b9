import type { Finding, Remedy, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  if (facts.effects.transaction === 'allowed' || facts.scope === 'own') return [];
  const why =
    facts.scope === 'explicit' ? 'the file opens a transaction before it' : 'the migration runs in one transaction';
  const message = `the server refuses this ${facts.kind} inside a transaction, and ${why}`;
  const alone: Remedy = [{ sql: `-- this ${facts.kind}, and nothing else`, transaction: 'outside' }];
  const fix =
    facts.scope === 'explicit'
      ? '-- end the transaction with COMMIT before this statement, or move it into a file of its own'
      : alone;
  return [{ severity: 'error', message, fix }];
}

export const concurrentlyInTransaction: Rule = {
  id: 'concurrently-in-transaction',
  severities: ['error'],
  title: 'A statement that refuses transactions stands in one',
  why: 'The migration fails. CONCURRENTLY, VACUUM and their like commit more than once on their way, so the server refuses them in a transaction block; a query string of several statements is one as well.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: PreventInTransactionBlock, xact.c',
  examples: {
    bad: [
      'BEGIN; CREATE INDEX CONCURRENTLY payments_account_idx ON payments (account_id); COMMIT;',
      'SELECT 1; VACUUM payments;',
    ],
    good: [
      'CREATE INDEX CONCURRENTLY payments_account_idx ON payments (account_id);',
      'BEGIN; SELECT 1; COMMIT; DROP INDEX CONCURRENTLY payments_account_idx;',
    ],
  },
  check,
};
