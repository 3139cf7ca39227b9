import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { updateInBatches } from './backfill.ts';
import { columnSteps, keySteps } from './column-steps.ts';
import { notNullSteps } from './not-null-steps.ts';
import { outside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'column-added' || !change.requiredWithoutDefault) return [];
    if (facts.createdInSet.has(change.relation)) return [];
    const { table, column } = change;
    const fill = { table, assignments: `${column} = <value>`, remaining: `${column} IS NULL`, key: change.key };
    const fix = [
      ...columnSteps(change, facts.serverVersion),
      outside(`-- with the release that writes ${column} in every new row:`, updateInBatches(fill).sql),
      ...notNullSteps(table, column, facts.serverVersion),
      ...keySteps(facts, change),
    ];
    const message = `column ${column} is NOT NULL without a default: the statement fails if ${change.relation} has a row, and inserts of the version that still runs fail after it`;
    return [{ severity: 'error', message, fix }];
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
