import type { DomainChecked } from '../changes.ts';
import type { Finding, Remedy, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { inside, nameFor } from './steps.ts';

/** The domain's condition on a column. VALUE in quotes is a text and stays. */
function onColumn(condition: string, column: string): string {
  return condition.replace(/'(?:[^']|'')*'|\bvalue\b/gi, (word) => (word.startsWith("'") ? word : column));
}

function fixFor({ table, columns, condition, domain }: DomainChecked): Remedy {
  const named = columns.map((column) => ({ column, name: nameFor(table, [column], 'check') }));
  const checked = (column: string) => onColumn(condition ?? `<the condition of ${domain} on VALUE>`, column);
  return [
    inside(
      '-- a domain can only be checked while its tables are closed to writers: put the condition on the table instead',
      ...named.map(
        ({ column, name }) => `ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${checked(column)}) NOT VALID`,
      ),
    ),
    inside(...named.map(({ name }) => `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`)),
  ];
}

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'domain-checked') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    return [
      { severity: 'error', message: `domain ${change.domain} ${describeBlocking(blocking)}`, fix: fixFor(change) },
    ];
  });
}

export const domainConstraintScan: Rule = {
  id: 'domain-constraint-scan',
  severities: ['error'],
  title: 'A domain gets a constraint, and all tables that use it are read',
  why: 'Every table with a column of the domain is closed to writers until its values have been checked, all of them in one transaction.',
  dialects: ['postgresql'],
  of: 'domain-checked',
  source: 'PostgreSQL: validateDomainCheckConstraint, typecmds.c; ALTER DOMAIN',
  examples: {
    bad: [],
    after: {
      history: 'CREATE DOMAIN positive AS int; CREATE TABLE refunds (amount positive);',
      bad: 'ALTER DOMAIN positive ADD CHECK (VALUE > 0);',
    },
    good: ['CREATE DOMAIN positive AS int; ALTER DOMAIN positive ADD CHECK (VALUE > 0);'],
  },
  check,
};
