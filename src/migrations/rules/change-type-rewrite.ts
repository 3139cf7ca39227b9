import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { batchedUpdate } from './backfill.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'column-type-changed') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const { table, column, to } = change;
    const next = column.endsWith('"') ? `${column.slice(0, -1)}_new"` : `${column}_new`;
    const fix =
      `ALTER TABLE ${table} ADD COLUMN ${next} ${to};\n` +
      `-- let the application write both columns, or a trigger; then fill the old rows:\n` +
      `${batchedUpdate('postgresql', table, `${next} = ${column}::${to}`, `${next} IS NULL AND ${column} IS NOT NULL`)}\n` +
      `-- then read ${next} only, and drop ${column} in a later release`;
    const from = change.from === undefined ? '' : ` from ${change.from}`;
    const message = `changing ${column}${from} to ${to} ${describeBlocking(blocking)}`;
    return [{ severity: 'error', message, fix }];
  });
}

export const changeTypeRewrite: Rule = {
  id: 'change-type-rewrite',
  severities: ['error'],
  title: 'A column changes its type and the table is written anew',
  why: 'Nobody can read or write the table until every row has been written anew, or its indexes and checks redone. Widening that keeps the stored form (varchar(50) to varchar(100) or text, numeric(10,2) to numeric(12,2), timestamp to timestamptz in UTC) is free and not reported.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: ATColumnChangeRequiresRewrite, tablecmds.c; ALTER TABLE, "Notes"',
  examples: {
    bad: [
      'ALTER TABLE payments ALTER COLUMN id TYPE bigint;',
      'ALTER TABLE payments ALTER COLUMN amount TYPE numeric(12,2) USING amount / 100.0;',
    ],
    good: [
      'CREATE TABLE refunds (id int); ALTER TABLE refunds ALTER COLUMN id TYPE bigint;',
      'ALTER TABLE payments ADD COLUMN id_new bigint;',
    ],
  },
  check,
};
