import type { TransactionOdd } from '../changes/writing.ts';
import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

const messages: Partial<Record<TransactionOdd['oddity'], string>> = {
  nested: 'a transaction is open already: this does nothing, and the next COMMIT ends it all',
  "ends the runner's": "this ends the runner's own transaction: what follows runs without one",
  'ends none': 'no transaction is open here',
};

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    const message = change.type === 'transaction-odd' ? messages[change.oddity] : undefined;
    if (message === undefined) return [];
    const fix = `-- leave ${facts.kind} out, or tell the migration tool to run the file without a transaction of its own`;
    return [{ severity: 'warning', message, fix }];
  });
}

export const transactionNesting: Rule = {
  id: 'transaction-nesting',
  severities: ['warning'],
  title: 'BEGIN or COMMIT where it does not do what it says',
  why: 'PostgreSQL has no nested transactions: a second BEGIN does nothing but warn, and the first COMMIT ends the transaction of the runner, so that what follows it runs without one, and a failure there leaves half of the migration behind.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: BEGIN, "Notes"; EndTransactionBlock, xact.c',
  examples: {
    bad: ['BEGIN; BEGIN; SELECT 1; COMMIT;', 'SELECT 1; COMMIT;'],
    good: ['BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT;', 'BEGIN; SAVEPOINT a; SELECT 1; RELEASE a; COMMIT;'],
  },
  check,
};
