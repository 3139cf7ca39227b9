import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'granted-to-everybody') return [];

    const message = `every role gets ${change.privileges} on ${change.on}`;
    const fix = `GRANT ${change.privileges} ON ${change.on} TO <the role that needs it>;`;
    return [{ severity: 'warning', message, fix }];
  });
}

export const grantToPublic: Rule = {
  id: 'grant-to-public',
  severities: ['warning'],
  title: 'Everybody gets a privilege',
  why: 'PUBLIC is every role that there is or ever will be on the server: whoever can connect can use the privilege.',
  dialects: ['postgresql'],
  of: 'granted-to-everybody',

  source: 'PostgreSQL: GRANT; documentation, 5.8 "Privileges"',
  examples: {
    bad: ['GRANT SELECT ON payments TO PUBLIC;'],
    good: ['GRANT SELECT ON payments TO reporting;'],
  },
  check,
};
