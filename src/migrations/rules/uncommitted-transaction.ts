import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'transaction-odd' || change.oddity !== 'left open') return [];

    const message = 'nothing ends this transaction: all that follows is rolled back when the connection closes';
    const fix = 'COMMIT; -- at the end of the file';
    return [{ severity: 'error', message, fix }];
  });
}

export const uncommittedTransaction: Rule = {
  id: 'uncommitted-transaction',
  severities: ['error'],
  title: 'The file opens a transaction and does not end it',
  why: 'When the connection closes the server rolls everything back that the file did behind its BEGIN, while the migration tool notes it as done. Until then all its locks are held.',
  dialects: ['postgresql'],
  of: 'transaction-odd',

  source: 'PostgreSQL: BEGIN; AbortOutOfAnyTransaction, xact.c',
  examples: {
    bad: ['BEGIN; ALTER TABLE payments ADD COLUMN note text;'],
    good: ['BEGIN; ALTER TABLE payments ADD COLUMN note text; COMMIT;', 'START TRANSACTION; SELECT 1; ROLLBACK;'],
  },
  check,
};
