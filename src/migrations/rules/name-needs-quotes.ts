import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'name-needs-quotes') return [];

    const message = `${change.names.map((name) => `"${name}"`).join(', ')} has to be written in quotes everywhere`;
    const fix = '-- name it in lower case, with underscores, and not by a reserved word';
    return [{ severity: 'info', message, fix }];
  });
}

export const nameNeedsQuotes: Rule = {
  id: 'name-needs-quotes',
  severities: ['info'],
  title: 'A name works only in quotes',
  why: 'Capitals, spaces and reserved words have to be quoted in every query; left out once, the name means another thing or nothing.',
  dialects: ['postgresql'],
  of: 'name-needs-quotes',

  source: 'PostgreSQL: documentation, 4.1.1 "Identifiers and Key Words"',
  examples: {
    bad: ['CREATE TABLE "Refund" (id int);', 'ALTER TABLE payments ADD COLUMN "order" int;'],
    good: ['CREATE TABLE refund (id int);'],
  },
  check,
};
