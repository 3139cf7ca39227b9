import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'check-unstable') return [];
    const message = `CHECK ${change.name} asks ${change.calls}: a row that passes today may fail tomorrow`;
    const fix =
      'test it in the application, or in a trigger BEFORE INSERT OR UPDATE, which is asked only when a row is written';
    return [{ severity: 'warning', message, fix }];
  });
}

export const checkChangesOverTime: Rule = {
  id: 'check-changes-over-time',
  severities: ['warning'],
  title: 'A CHECK gives another answer another day',
  why: 'The server takes a CHECK to hold for good once a row is in. One that asks for the time, the session or chance comes to be broken by rows that nobody touched: a dump can then not be restored, and an UPDATE of another column fails.',
  dialects: ['postgresql'],
  of: 'check-unstable',
  source: 'PostgreSQL: CREATE TABLE, CHECK; documentation, 5.5.1 "Check Constraints"',
  examples: {
    bad: [
      'ALTER TABLE payments ADD CONSTRAINT payments_past CHECK (created_at < now()) NOT VALID;',
      'CREATE TABLE refunds (day date CHECK (day <= current_date));',
    ],
    good: ["ALTER TABLE payments ADD CONSTRAINT payments_recent CHECK (created_at > '2020-01-01') NOT VALID;"],
  },
  check,
};
