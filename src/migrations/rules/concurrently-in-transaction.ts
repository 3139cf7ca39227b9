import type { Finding, Remedy, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { outside } from './steps.ts';

/** The statement by itself, where what it does says all of it. */
function alone(facts: StatementFacts): Remedy {
  const steps = facts.changes.flatMap((change): Remedy => {
    switch (change.type) {
      case 'index-built':
        return [outside(`CREATE ${change.unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${change.definition}`)];
      case 'index-dropped':
        return [outside(`DROP INDEX CONCURRENTLY ${change.index}`)];
      case 'index-rebuilt':
        return change.concurrently ? [outside(`REINDEX ${change.scope} CONCURRENTLY ${change.target}`)] : [];
      case 'partition-detached':
        return [outside(`ALTER TABLE ${change.table} DETACH PARTITION ${change.partition} CONCURRENTLY`)];
      default:
        return [];
    }
  });
  return steps.length === 1 ? steps : [outside(`-- this ${facts.kind}, and nothing else`)];
}

function check(facts: StatementFacts): readonly Finding[] {
  if (facts.effects.transaction === 'allowed' || facts.scope === 'own') return [];
  if (facts.changes.some((change) => 'onPartitionedTable' in change && change.onPartitionedTable)) return []; // refused anywhere
  const why =
    facts.scope === 'explicit' ? 'the file opens a transaction before it' : 'the migration runs in one transaction';
  const message = `the server refuses this ${facts.kind} inside a transaction, and ${why}`;
  return [{ severity: 'error', message, fix: alone(facts) }];
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
      'BEGIN; CREATE INDEX CONCURRENTLY payments_size_idx ON payments (amount); COMMIT;',
      'SELECT 1; VACUUM payments;',
    ],
    good: [
      'CREATE INDEX CONCURRENTLY payments_account_idx ON payments (account_id);',
      'BEGIN; SELECT 1; COMMIT; DROP INDEX CONCURRENTLY payments_account_idx;',
    ],
  },
  check,
};
