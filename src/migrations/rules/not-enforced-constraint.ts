import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'constraint-unenforced') return [];
    const message = `${change.constraint} ${change.name} keeps nothing out of ${change.relation}`;
    return [
      {
        severity: 'info',
        message,
        fix: 'write NOT VALID instead, which checks new rows at once, and VALIDATE CONSTRAINT later',
      },
    ];
  });
}

export const notEnforcedConstraint: Rule = {
  id: 'not-enforced-constraint',
  severities: ['info'],
  title: 'A constraint is not enforced',
  why: 'It is written down, and keeps nothing out: neither old rows nor new ones are checked.',
  dialects: ['postgresql'],
  of: 'constraint-unenforced',
  source: 'PostgreSQL 18: CREATE TABLE, NOT ENFORCED',
  examples: {
    bad: ['ALTER TABLE payments ADD CONSTRAINT payments_positive CHECK (amount > 0) NOT ENFORCED;'],
    good: ['ALTER TABLE payments ADD CONSTRAINT payments_positive CHECK (amount > 0) NOT VALID;'],
  },
  check,
};
