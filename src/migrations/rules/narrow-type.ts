import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { besideTheOld } from './change-type-rewrite.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'column-type-changed' || change.narrows === undefined) return [];
    if (facts.createdInSet.has(change.relation)) return [];
    const { column, from, to, narrows } = change;
    const loses = narrows.outcome === 'changed';
    const consequence = loses
      ? `${narrows.what}, and no rollback brings that back`
      : `${narrows.what} make it fail, and are refused afterwards`;
    const message = `${column} changes from ${from} to ${to}: ${consequence}`;
    return [{ severity: loses ? 'error' : 'warning', message, fix: besideTheOld(change) }];
  });
}

export const narrowType: Rule = {
  id: 'narrow-type',
  severities: ['error', 'warning'],
  title: 'A column changes to a type that holds less',
  why: 'Values that do not fit are rounded or cut for good, or make the statement fail; and the version that is still running has its larger values refused.',
  dialects: ['postgresql'],
  of: 'column-type-changed',
  source: 'PostgreSQL: ALTER TABLE, SET DATA TYPE; documentation, 8 "Data Types"',
  examples: {
    bad: [
      'ALTER TABLE payments ADD COLUMN rate numeric(12,4); ALTER TABLE payments ALTER COLUMN rate TYPE numeric(12,2);',
      'ALTER TABLE payments ADD COLUMN size bigint; ALTER TABLE payments ALTER COLUMN size TYPE int;',
    ],
    good: [
      'ALTER TABLE legs ALTER COLUMN amount TYPE bigint;',
      'ALTER TABLE legs ALTER COLUMN label TYPE varchar(200);',
    ],
  },
  check,
};
