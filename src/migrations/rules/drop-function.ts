import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'function-dropped' || change.remade === true) return [];
    // Without CASCADE the server refuses to drop a function that a trigger calls.
    if (change.forTrigger === true && !change.cascade) return [];
    const called = change.forTrigger === false;
    const what =
      change.forTrigger === true
        ? 'takes the triggers along that call it'
        : `breaks the version that still calls it${called ? '' : ', if it does'}`;
    const message = `dropping ${change.what} ${change.relation} ${what}${change.cascade ? ', and CASCADE whatever else uses it' : ''}`;
    const fix = '-- drop it in a later release, when no version and no other function calls it any more';
    return [{ severity: called ? 'error' : 'warning', message, fix }];
  });
}

export const dropFunction: Rule = {
  id: 'drop-function',
  severities: ['error', 'warning'],
  title: 'A function or procedure is dropped',
  why: 'Calls of the version that is still running fail, and so do functions whose bodies call it: the server does not keep track of what stands in a body. Making it anew in the same transaction is fine.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: DROP FUNCTION; documentation, 5.15 "Dependency Tracking"',
  examples: {
    bad: ['DROP FUNCTION fee(int);', 'DROP PROCEDURE nightly;', 'DROP FUNCTION log() CASCADE;'],
    good: [
      "DROP FUNCTION fee(int); CREATE FUNCTION fee(amount numeric) RETURNS int LANGUAGE sql AS 'SELECT 1';",
      "CREATE FUNCTION fee() RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION fee();",
    ],
  },
  check,
};
