import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'assigned-twice') return [];

    const message = `the server refuses this UPDATE of ${change.relation}: it sets ${change.column} more than once`;
    const fix = `-- set ${change.column} once`;
    return [{ severity: 'error', message, fix }];
  });
}

export const duplicateAssignment: Rule = {
  id: 'duplicate-assignment',
  severities: ['error'],
  title: 'An UPDATE sets one column twice',
  why: 'The migration fails: the server refuses "multiple assignments to same column".',
  dialects: ['postgresql'],
  of: 'assigned-twice',

  source: 'PostgreSQL: process_matched_tle, rewriteHandler.c',
  examples: {
    bad: ['UPDATE payments SET state = 1, state = 2 WHERE id = 1;'],
    good: ['UPDATE payments SET tags[1] = 1, tags[2] = 2 WHERE id = 1;'],
  },
  check,
};
