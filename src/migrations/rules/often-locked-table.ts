import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  const often = facts.across?.lockedOften;
  if (often === undefined) return [];
  const message = `${often} is closed to everybody by a third transaction of this release`;
  return [{ severity: 'info', message, fix: '-- put the changes of the table into one ALTER TABLE' }];
}

export const oftenLockedTable: Rule = {
  id: 'often-locked-table',
  severities: ['info'],
  title: 'One release locks a table again and again',
  why: 'Each migration that keeps everybody out of the table has to wait for all that use it, and all that come later wait behind it. One that does it all pays once.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: ALTER TABLE ("multiple … in one pass"); documentation, 13.3.1',
  examples: {
    bad: [
      'BEGIN; ALTER TABLE payments ADD COLUMN a int; COMMIT; BEGIN; ALTER TABLE payments ADD COLUMN b int; COMMIT; BEGIN; ALTER TABLE payments ADD COLUMN c int; COMMIT;',
    ],
    good: [
      'ALTER TABLE payments ADD COLUMN a int, ADD COLUMN b int, ADD COLUMN c int;',
      'BEGIN; ALTER TABLE payments ADD COLUMN a int; COMMIT; BEGIN; ALTER TABLE payments ADD COLUMN b int; COMMIT;',
    ],
  },
  check,
};
