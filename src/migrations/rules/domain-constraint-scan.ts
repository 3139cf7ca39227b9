import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'domain-checked') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const fix =
      `-- domains can only be checked with their tables closed to writers: put the condition on each table instead\n` +
      `ALTER TABLE ${change.table} ADD CONSTRAINT <name> CHECK (<condition on the column of type ${change.domain}>) NOT VALID;\n` +
      `-- then, in a migration of its own:\nALTER TABLE ${change.table} VALIDATE CONSTRAINT <name>;`;
    return [{ severity: 'error', message: `domain ${change.domain} ${describeBlocking(blocking)}`, fix }];
  });
}

export const domainConstraintScan: Rule = {
  id: 'domain-constraint-scan',
  severities: ['error'],
  title: 'A domain gets a constraint, and all tables that use it are read',
  why: 'Every table with a column of the domain is closed to writers until its values have been checked, all of them in one transaction.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: validateDomainCheckConstraint, typecmds.c; ALTER DOMAIN',
  examples: {
    bad: [],
    good: ['CREATE DOMAIN positive AS int; ALTER DOMAIN positive ADD CHECK (VALUE > 0);'],
  },
  check,
};
