import type { PolicyChanged } from '../changes/security.ts';
import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

const effects: Readonly<Record<PolicyChanged['how'], string>> = {
  dropped: 'no longer shows the rows that it showed',
  altered: 'shows other rows than before',
  restricts: 'hides rows that were seen before',
};

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'policy-changed' || change.remade === true || facts.createdInSet.has(change.relation))
      return [];
    const message = `policy ${change.policy} of ${change.relation} ${effects[change.how]}, to the version that still runs as well`;
    const fix =
      '-- add the new policy beside the old one first (permissive ones add up), and drop the old one in a later release';
    return [{ severity: 'warning', message, fix }];
  });
}

export const policyChange: Rule = {
  id: 'policy-change',
  severities: ['warning'],
  title: 'A row security policy of a table in use changes',
  why: 'Which rows the version that is still running sees and may write changes under its feet, without an error: a policy that goes shows fewer rows, one that is altered others, a restrictive one hides some.',
  dialects: ['postgresql'],
  of: 'policy-changed',

  source: 'PostgreSQL: CREATE POLICY; ALTER POLICY; DROP POLICY',
  examples: {
    bad: [
      'DROP POLICY own ON payments;',
      'ALTER POLICY own ON payments USING (false);',
      'CREATE POLICY own ON payments AS RESTRICTIVE USING (account_id = 1);',
    ],
    good: [
      'CREATE POLICY own ON payments USING (account_id = 1);',
      'DROP POLICY own ON payments; CREATE POLICY own ON payments USING (true);',
      'CREATE TABLE refunds (id int); CREATE POLICY own ON refunds AS RESTRICTIVE USING (true);',
    ],
  },
  check,
};
