import type { ColumnAdded } from '../changes.ts';
import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { batchedUpdate } from './backfill.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';

function fixFor({ table, column, columnType, cause, defaultExpression }: ColumnAdded): string {
  const add = `ALTER TABLE ${table} ADD COLUMN ${column} ${columnType};`;
  const fill = batchedUpdate('postgresql', table, `${column} = DEFAULT`, `${column} IS NULL`);
  switch (cause) {
    case 'volatile default':
      return `${add}\nALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT ${defaultExpression ?? '…'};\n${fill}`;
    case 'serial':
    case 'identity': {
      const sequence = `${table.replaceAll('"', '')}_${column.replaceAll('"', '')}_seq`;
      return `${add}\nCREATE SEQUENCE ${sequence} OWNED BY ${table}.${column};\nALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT nextval('${sequence}');\n${fill}`;
    }
    case 'constrained domain':
      return `-- add the column with the domain's base type, and the domain's condition as a CHECK:\nALTER TABLE ${table} ADD COLUMN ${column} <base type of ${columnType}>;\nALTER TABLE ${table} ADD CONSTRAINT ${table}_${column}_check CHECK (<condition of ${columnType}>) NOT VALID;\n-- then, in a migration of its own:\nALTER TABLE ${table} VALIDATE CONSTRAINT ${table}_${column}_check;`;
    default:
      return `${add}\n-- fill it with a trigger for new rows, and old rows in batches:\n${batchedUpdate('postgresql', table, `${column} = <expression>`, `${column} IS NULL`)}`;
  }
}

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'column-added') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const message = `adding column ${change.column} (${change.cause ?? change.columnType}) ${describeBlocking(blocking)}`;
    return [{ severity: 'error', message, fix: fixFor(change) }];
  });
}

export const addColumnRewrite: Rule = {
  id: 'add-column-rewrite',
  severities: ['error'],
  title: 'A new column makes the table be written anew',
  why: 'A volatile default, serial, identity, a stored generated column or a domain with constraints gives each row a value of its own, so that every row is written while nobody can read or write. A constant default is free.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: ATExecAddColumn, tablecmds.c; ALTER TABLE, "Notes"',
  examples: {
    bad: [
      'ALTER TABLE payments ADD COLUMN token uuid DEFAULT gen_random_uuid();',
      'ALTER TABLE payments ADD COLUMN number bigserial;',
      'ALTER TABLE payments ADD COLUMN total int GENERATED ALWAYS AS (amount + fee) STORED;',
      'CREATE DOMAIN positive AS int CHECK (VALUE > 0); ALTER TABLE payments ADD COLUMN fee positive;',
    ],
    good: [
      'ALTER TABLE payments ADD COLUMN token uuid;',
      "ALTER TABLE payments ADD COLUMN state text NOT NULL DEFAULT 'open';",
      'ALTER TABLE payments ADD COLUMN seen_at timestamptz DEFAULT now();',
    ],
  },
  check,
};
