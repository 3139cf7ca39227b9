import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'trigger-added' || change.replaces || facts.createdInSet.has(change.relation)) return [];

    const message = `${change.trigger} runs within every write to ${change.relation}, also of the version that still runs`;
    const fix = '-- try it on a copy with the statements of the version that runs now';
    return [{ severity: 'info', message, fix }];
  });
}

export const createTrigger: Rule = {
  id: 'create-trigger',
  severities: ['info'],
  title: 'A trigger is put on a table that is in use',
  why: 'The trigger runs within every write of the version that is still running: if it fails, so does the write, and what it locks is locked by every writer.',
  dialects: ['postgresql'],
  of: 'trigger-added',

  source: 'PostgreSQL: CREATE TRIGGER',
  examples: {
    bad: ['CREATE TRIGGER audit AFTER INSERT ON payments EXECUTE FUNCTION log();'],
    good: ['CREATE TABLE refunds (id int); CREATE TRIGGER audit AFTER INSERT ON refunds EXECUTE FUNCTION log();'],
  },
  check,
};
