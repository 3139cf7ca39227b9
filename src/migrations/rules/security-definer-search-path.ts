import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'open-security-definer') return [];

    const message = `${change.relation} runs with the rights of its owner, under the search_path of whoever calls it`;
    const fix = [
      {
        sql: `ALTER ${change.what} ${change.signature} SET search_path = public, pg_temp; -- the schemas that it needs, pg_temp last`,
        transaction: 'inside' as const,
      },
    ];
    return [{ severity: 'warning', message, fix }];
  });
}

export const securityDefinerSearchPath: Rule = {
  id: 'security-definer-search-path',
  severities: ['warning'],
  title: 'A SECURITY DEFINER function trusts the search_path of its caller',
  why: 'The function runs with the rights of its owner, but looks names up where its caller says: whoever can create a table, function or operator in a schema of the path can make it run what they like.',
  dialects: ['postgresql'],
  of: 'open-security-definer',

  source: 'PostgreSQL: CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely"',
  examples: {
    bad: [
      "CREATE FUNCTION pay(id int) RETURNS void LANGUAGE sql SECURITY DEFINER AS 'UPDATE payments SET paid = true';",
    ],
    good: [
      "CREATE FUNCTION pay(id int) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS 'UPDATE payments SET paid = true';",
      "CREATE FUNCTION pay(id int) RETURNS void LANGUAGE sql AS 'UPDATE payments SET paid = true';",
    ],
  },
  check,
};
