import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'name-cut') return [];

    const message = `the server cuts ${change.name} to ${change.to}`;
    const fix = `-- name it yourself, in 63 bytes or less: ${change.to}`;
    return [{ severity: 'warning', message, fix }];
  });
}

export const identifierTooLong: Rule = {
  id: 'identifier-too-long',
  severities: ['warning'],
  title: 'A name is longer than the server keeps',
  why: 'The server cuts names to 63 bytes without an error. Two names that begin alike become one, and whoever looks for the full name (a later migration, a tool that compares schemas) does not find it.',
  dialects: ['postgresql'],
  of: 'name-cut',

  source: 'PostgreSQL: documentation, 4.1.1 "Identifiers and Key Words"; truncate_identifier, scansup.c',
  examples: {
    bad: [
      'CREATE TABLE refunds (id int, CONSTRAINT refunds_of_payments_that_were_made_by_card_in_the_year_before_are_positive CHECK (id > 0));',
    ],
    good: [
      "SELECT 'a_text_may_be_as_long_as_it_likes_since_it_is_no_name_and_nothing_cuts_it_off';",
      'CREATE TABLE refunds (id int);',
    ],
  },
  check,
};
