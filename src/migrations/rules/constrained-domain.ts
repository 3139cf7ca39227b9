import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'domain-created' || !change.constrained) return [];

    const message = `columns of domain ${change.relation} are added by writing their tables anew`;
    const fix = '-- give the columns the base type, and each table a CHECK of its own';
    return [{ severity: 'info', message, fix }];
  });
}

export const constrainedDomain: Rule = {
  id: 'constrained-domain',
  severities: ['info'],
  title: 'A domain is created with constraints',
  why: 'Adding a column of the domain writes its table anew, and a constraint that is changed later is checked on all tables that use it, in one transaction, while writers wait. A CHECK on each table can be changed without that.',
  dialects: ['postgresql'],
  of: 'domain-created',

  source: 'PostgreSQL: ATExecAddColumn, tablecmds.c; ALTER DOMAIN',
  examples: {
    bad: ['CREATE DOMAIN positive AS int CHECK (VALUE > 0);'],
    good: ['CREATE DOMAIN number AS int;'],
  },
  check,
};
