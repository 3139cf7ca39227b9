import type { FunctionDropped } from '../changes/guarantees.ts';
import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

interface Dropped {
  readonly severity: 'error' | 'warning';
  readonly what: string;
  readonly change: FunctionDropped;
}

function judge(change: FunctionDropped): Dropped | undefined {
  if (change.remade === true) return undefined;
  // Without CASCADE the server refuses to drop a function that a trigger calls.
  if (change.forTrigger === true) {
    return change.cascade ? { severity: 'warning', what: 'takes the triggers along that call it', change } : undefined;
  }
  if (change.forTrigger === false) return { severity: 'error', what: 'breaks the version that still calls it', change };
  return { severity: 'warning', what: 'breaks the version that still calls it, if it does', change };
}

/** Said once a statement for all functions of a kind. */
function check(facts: StatementFacts): readonly Finding[] {
  const dropped = facts.changes
    .map((change) => (change.type === 'function-dropped' ? judge(change) : undefined))
    .filter((each) => each !== undefined);
  return [...new Set(dropped.map(({ what }) => what))].flatMap((what): Finding[] => {
    const alike = dropped.filter((each) => each.what === what);
    const [first] = alike;
    if (first === undefined) return [];
    const names = alike.map(({ change }) => change.relation).join(', ');
    const message = `dropping ${first.change.what} ${names} ${what}${first.change.cascade ? ', and CASCADE whatever else uses it' : ''}`;
    const fix = '-- drop it in a later release, when no version and no other function calls it any more';
    return [{ severity: first.severity, message, fix }];
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
