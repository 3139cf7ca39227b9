import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { columnSteps, keySteps } from './column-steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'column-added') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const message = `adding column ${change.column} (${change.cause ?? change.columnType}) ${describeBlocking(blocking)}`;
    return [
      { severity: 'error', message, fix: [...columnSteps(change, facts.serverVersion), ...keySteps(facts, change)] },
    ];
  });
}

export const addColumnRewrite: Rule = {
  id: 'add-column-rewrite',
  severities: ['error'],
  title: 'A new column makes the table be written anew',
  why: 'A volatile default, serial, identity, a stored generated column or a domain with constraints gives each row a value of its own, so that every row is written while nobody can read or write. A constant default is free.',
  dialects: ['postgresql'],
  of: 'column-added',
  source: 'PostgreSQL: ATExecAddColumn, tablecmds.c; ALTER TABLE, "Notes"',
  examples: {
    bad: [
      'ALTER TABLE payments ADD COLUMN token uuid DEFAULT gen_random_uuid();',
      'ALTER TABLE payments ADD COLUMN number bigserial;',
      'ALTER TABLE payments ADD COLUMN number bigserial PRIMARY KEY;',
      'ALTER TABLE payments ADD COLUMN total int GENERATED ALWAYS AS (amount + fee) STORED;',
      'CREATE DOMAIN positive AS int CHECK (VALUE > 0); ALTER TABLE payments ADD COLUMN tax positive;',
    ],
    good: [
      'ALTER TABLE payments ADD COLUMN token uuid;',
      "ALTER TABLE payments ADD COLUMN state text NOT NULL DEFAULT 'open';",
      'ALTER TABLE payments ADD COLUMN seen_at timestamptz DEFAULT now();',
    ],
  },
  check,
};
