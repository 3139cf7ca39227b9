import type { Finding, Rule } from '../hazard.ts';
import type { LockOrderConflict, StatementFacts } from '../statement.ts';

function describe({ first, second, other }: LockOrderConflict): string {
  const here = `this transaction locks ${first} and then ${second}`;
  if (other.who === 'application') {
    return `${here}, the application writes in the order ${other.order.join(', ')}: each can hold what the other waits for, and the server ends one of them`;
  }
  return `${here}, the one of ${other.path}:${other.line} in the other order: run at the same time (two runners, a retry beside a first try that hangs), each can hold what the other waits for`;
}

function check(facts: StatementFacts): readonly Finding[] {
  return (facts.lockOrderConflicts ?? []).map((conflict): Finding => {
    const { first, second, modes } = conflict;
    const fix =
      `-- take the locks in the other's order, at the start of this transaction:\n` +
      `SET LOCAL lock_timeout = '5s';\n` +
      `LOCK TABLE ${second} IN ${modes.second} MODE;\nLOCK TABLE ${first} IN ${modes.first} MODE;`;
    return { severity: 'warning', message: describe(conflict), fix };
  });
}

export const lockOrder: Rule = {
  id: 'lock-order',
  severities: ['warning'],
  title: 'Two tables are locked in an order that can deadlock',
  why: 'Locks are held to the end of the transaction. Where one transaction locks A and then B, and another one B and then A, each can end up waiting for the other; the server then ends one of them with an error. The order of the application is what the configuration states (lint.applicationOrder).',
  dialects: ['postgresql'],
  source: 'PostgreSQL: documentation, 13.3.4 "Deadlocks"',
  examples: {
    bad: [],
    after: {
      history: '',
      bad: 'BEGIN; ALTER TABLE payments ADD COLUMN note text; ALTER TABLE accounts ADD COLUMN note text; COMMIT;',
      applicationOrder: [['accounts', 'payments']],
    },
    good: [
      'ALTER TABLE accounts ADD COLUMN note text; ALTER TABLE payments ADD COLUMN note text;',
      'BEGIN; ALTER TABLE payments ADD COLUMN note text; COMMIT; BEGIN; ALTER TABLE accounts ADD COLUMN note text; COMMIT;',
    ],
  },
  check,
};
