import type { ColumnTypeChanged } from '../changes.ts';
import type { Finding, Remedy, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { updateInBatches } from './backfill.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { byTable } from './by-table.ts';
import { computeByTrigger } from './column-steps.ts';
import { inside, nameFor, outside } from './steps.ts';

/** A second column, written by a trigger and filled in batches. */
export function besideTheOld({ table, column, to, using, key }: ColumnTypeChanged): Remedy {
  const next = nameFor(column, [], 'new');
  const value = using === undefined ? `${column}::${to}` : `(${using})::${to}`;
  const remaining = `${next} IS DISTINCT FROM (${value})`;
  const { sql } = updateInBatches({ table, assignments: `${next} = ${value}`, remaining, key });
  return [
    inside(`ALTER TABLE ${table} ADD COLUMN ${next} ${to}`, ...computeByTrigger(table, next, value)),
    outside(
      sql,
      `-- let the application read and write ${next}; drop the trigger, its function and ${column} in a later release`,
    ),
  ];
}

function check(facts: StatementFacts): readonly Finding[] {
  const changed = facts.changes
    .filter((change) => change.type === 'column-type-changed')
    .flatMap((change) => {
      const blocking = blockingWork(facts, change);
      return blocking === undefined ? [] : [{ ...change, blocking }];
    });
  return byTable(changed).map((parts): Finding => {
    const named = parts.map(({ column, from, to }) => `${column}${from === undefined ? '' : ` from ${from}`} to ${to}`);
    const message = `changing ${named.join(', ')} ${describeBlocking(parts[0].blocking)}`;
    return { severity: 'error', message, fix: parts.flatMap(besideTheOld) };
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
