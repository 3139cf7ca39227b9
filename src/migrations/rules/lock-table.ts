import { blockage } from '../effects.ts';
import type { Finding, Rule } from '../hazard.ts';
import { blockingLocks } from '../held-locks.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'table-locked') return [];
    if (facts.scope === 'own' && facts.kind === 'LOCK TABLE') {
      const message = 'the server refuses LOCK TABLE outside a transaction block, since nothing would hold the lock';
      const fix = `BEGIN;\nLOCK TABLE ${change.table} …;\n-- what needs the lock\nCOMMIT;`;
      // A warning: runners that send a file as one query string make a transaction block of what follows a COMMIT, too.
      return [{ severity: 'warning', message, fix }];
    }
    const lock = blockingLocks(facts).find(({ relation }) => relation === change.relation);
    if (lock === undefined || blockage(lock) !== 'reads and writes') return [];
    const said = change.modeSaid ? '' : ', since no mode is said';
    const message = `nobody can read or write ${change.relation} until the transaction ends${said}`;
    const fix = `-- readers can go on if only other writers have to wait:\nLOCK TABLE ${change.table} IN SHARE ROW EXCLUSIVE MODE;`;
    return [{ severity: 'warning', message, fix }];
  });
}

export const lockTable: Rule = {
  id: 'lock-table',
  severities: ['warning'],
  title: 'A table is locked by hand',
  why: 'LOCK TABLE without a mode keeps readers out as well, to the end of the transaction, and whatever the transaction does then takes that much longer for everybody. Outside a transaction block the server refuses it.',
  dialects: ['postgresql'],
  of: 'table-locked',

  source: 'PostgreSQL: LOCK; RequireTransactionBlock, xact.c',
  examples: {
    bad: [
      'LOCK TABLE payments;',
      'BEGIN; LOCK TABLE payments; COMMIT;',
      'BEGIN; LOCK TABLE payments IN ACCESS EXCLUSIVE MODE; COMMIT;',
    ],
    good: [
      'BEGIN; LOCK TABLE payments IN SHARE ROW EXCLUSIVE MODE; COMMIT;',
      'CREATE TABLE refunds (id int); LOCK TABLE refunds;',
    ],
  },
  check,
};
