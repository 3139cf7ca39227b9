import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'trigger-stopped' || change.remade === true || facts.createdInSet.has(change.relation))
      return [];

    const message = `${change.trigger ?? 'no trigger'} of ${change.relation} is ${change.trigger === undefined ? 'left on, not even those of foreign keys' : change.how}: writes of the version that still runs go on without it`;
    const fix =
      change.how === 'dropped'
        ? '-- drop it when no version relies on it any more; to change it, make it anew in the same transaction'
        : `-- in the same transaction, so that nobody else writes without it:\nALTER TABLE ${change.table} ENABLE TRIGGER ${change.trigger ?? 'ALL'};`;
    return [{ severity: 'warning', message, fix }];
  });
}

export const dropTrigger: Rule = {
  id: 'drop-trigger',
  severities: ['warning'],
  title: 'A trigger is dropped or switched off',
  why: 'What the trigger has done for every write, it no longer does for the version that is still running: copies fall behind, histories have gaps. DISABLE TRIGGER ALL switches off the checks of foreign keys as well.',
  dialects: ['postgresql'],
  of: 'trigger-stopped',

  source: 'PostgreSQL: DROP TRIGGER; ALTER TABLE, DISABLE TRIGGER',
  examples: {
    bad: [
      'DROP TRIGGER audit ON payments;',
      'ALTER TABLE payments DISABLE TRIGGER ALL;',
      'BEGIN; ALTER TABLE payments DISABLE TRIGGER audit; COMMIT; ALTER TABLE payments ENABLE TRIGGER audit;',
    ],
    good: [
      'DROP TRIGGER IF EXISTS audit ON payments; CREATE TRIGGER audit AFTER INSERT ON payments EXECUTE FUNCTION log();',
      'ALTER TABLE payments DISABLE TRIGGER ALL; UPDATE payments SET note = NULL WHERE id = 1; ALTER TABLE payments ENABLE TRIGGER ALL;',
      'DROP TRIGGER audit ON payments; DROP TABLE payments;',
    ],
  },
  check,
};
