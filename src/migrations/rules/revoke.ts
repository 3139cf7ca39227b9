import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'privilege-revoked') return [];

    const message = `${change.from} loses ${change.privileges} on ${change.on}: statements of the version that still runs may fail`;
    const fix = '-- take it away in a later release, when no version uses it any more';
    return [{ severity: 'warning', message, fix }];
  });
}

export const revoke: Rule = {
  id: 'revoke',
  severities: ['warning'],
  title: 'A privilege on something in use is taken away',
  why: 'If the version that is still running uses the privilege, its next statement fails with "permission denied".',
  dialects: ['postgresql'],
  of: 'privilege-revoked',

  source: 'PostgreSQL: REVOKE',
  examples: {
    bad: ['REVOKE UPDATE ON payments FROM app;', 'REVOKE ALL ON SCHEMA billing FROM PUBLIC;'],
    good: [
      'CREATE TABLE refunds (id int); REVOKE ALL ON refunds FROM PUBLIC;',
      "CREATE FUNCTION fee() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION fee() FROM PUBLIC;",
    ],
  },
  check,
};
