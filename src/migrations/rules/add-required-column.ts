import type { ColumnAdded } from '../changes.ts';
import type { Finding, Remedy, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { updateInBatches } from './backfill.ts';
import { byTable } from './by-table.ts';
import { columnSteps, keySteps } from './column-steps.ts';
import { notNullSteps } from './not-null-steps.ts';
import { outside } from './steps.ts';

/** The column first, then its values, then NOT NULL, and the keys that the statement puts over it. */
function fixFor(facts: StatementFacts, change: ColumnAdded): Remedy {
  const { table, column } = change;
  const fill = { table, assignments: `${column} = <value>`, remaining: `${column} IS NULL`, key: change.key };
  return [
    ...columnSteps(change, facts.serverVersion),
    outside(`-- with the release that writes ${column} in every new row:`, updateInBatches(fill).sql),
    ...notNullSteps(table, [column], facts.serverVersion),
    ...keySteps(facts, change),
  ];
}

function check(facts: StatementFacts): readonly Finding[] {
  const required = facts.changes
    .filter((change) => change.type === 'column-added')
    .filter((change) => change.requiredWithoutDefault && !facts.createdInSet.has(change.relation));
  return byTable(required).map((parts): Finding => {
    const columns = parts.map(({ column }) => column).join(', ');
    const message = `NOT NULL without a default: ${columns}; the statement fails if ${parts[0].relation} has a row, and inserts of the version that still runs fail after it`;
    return { severity: 'error', message, fix: parts.flatMap((change) => fixFor(facts, change)) };
  });
}

export const addRequiredColumn: Rule = {
  id: 'add-required-column',
  severities: ['error'],
  title: 'A new column is NOT NULL and has no default',
  why: 'The statement fails on a table that has rows. On an empty one the version that is still running can no longer insert, since it does not know the column.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: ATExecAddColumn, tablecmds.c',
  examples: {
    bad: ['ALTER TABLE payments ADD COLUMN owner_id bigint NOT NULL;'],
    good: [
      'ALTER TABLE payments ADD COLUMN owner_id bigint;',
      'ALTER TABLE payments ADD COLUMN retries int NOT NULL DEFAULT 0;',
    ],
  },
  check,
};
