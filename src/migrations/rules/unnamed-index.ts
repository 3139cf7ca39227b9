import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { inside, outside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-built' || change.named) return [];
    const create = `CREATE ${change.unique ? 'UNIQUE ' : ''}INDEX${change.concurrently ? ' CONCURRENTLY' : ''} ${change.definition}`;
    const fix = [change.concurrently ? outside(create) : inside(create)];
    return [{ severity: 'info', message: `the server will choose a name, such as ${change.index}`, fix }];
  });
}

export const unnamedIndex: Rule = {
  id: 'unnamed-index',
  severities: ['info'],
  title: 'An index has no name of its own',
  why: 'The server chooses a name, and another one when the first is taken: run twice, the statement builds a second index, and a later DROP INDEX does not know what to call it.',
  dialects: ['postgresql'],
  of: 'index-built',
  source: 'PostgreSQL: CREATE INDEX, name; ChooseIndexName, indexcmds.c',
  examples: {
    bad: ['CREATE INDEX CONCURRENTLY ON payments (state);'],
    good: ['CREATE INDEX CONCURRENTLY payments_state_idx ON payments (state);'],
  },
  check,
};
