import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'name-unqualified' || facts.settings.has('search_path')) return [];

    const message = `which schema ${change.table} is in is up to the session`;
    const fix = `-- write public.${change.table}, or SET search_path at the start of the file`;
    return [{ severity: 'info', message, fix }];
  });
}

export const unqualifiedName: Rule = {
  id: 'unqualified-name',
  severities: ['info'],
  title: 'A name has no schema',
  why: 'What it means is up to the search_path of whoever runs the migration: another role or another setting, and the statement changes another table, or makes it elsewhere.',
  dialects: ['postgresql'],
  of: 'name-unqualified',

  source: 'PostgreSQL: documentation, 5.10.3 "The Schema Search Path"',
  examples: {
    bad: ['CREATE TABLE refunds (id int);'],
    good: ['CREATE TABLE public.refunds (id int);', 'CREATE TEMP TABLE scratch (id int);'],
  },
  check,
};
