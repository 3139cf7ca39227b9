import { blockage, type Work } from '../effects.ts';
import type { Finding, Rule } from '../hazard.ts';
import { blockingLocks } from '../held-locks.ts';
import type { StatementFacts } from '../statement.ts';

/** Slow work on an existing, blocked relation that belongs to no change with a rule of its own. */
function unexplained(facts: StatementFacts): readonly Work[] {
  const explained = new Set(facts.changes.flatMap((change) => change.work.map(({ relation }) => relation)));
  const { rewrites, scans, indexBuilds } = facts.effects;
  const emptied = facts.changes.some(({ type }) => type === 'emptied');
  return [...(emptied ? [] : rewrites), ...scans, ...indexBuilds].filter(
    ({ relation }) => !explained.has(relation) && !facts.createdInSet.has(relation),
  );
}

function check(facts: StatementFacts): readonly Finding[] {
  if (facts.changes.some(({ work }) => work.length > 0)) return []; // its rule has said it
  const locks = new Map(blockingLocks(facts).map((lock) => [lock.relation, lock]));
  const work = unexplained(facts).find(({ relation }) => locks.has(relation));
  const lock = work === undefined ? undefined : locks.get(work.relation);
  if (work === undefined || lock === undefined) return [];
  const message = `${facts.kind} blocks ${blockage(lock)} of ${work.relation} for as long as it takes: ${work.reason}`;
  const fix = '-- run it when nobody uses the table, or in steps that each lock it only briefly';
  return [{ severity: 'error', message, fix }];
}

export const blockingScan: Rule = {
  id: 'blocking-scan',
  severities: ['error'],
  title: 'A table is read or written anew while others wait for it',
  why: 'The statement has no rule of its own, but it works through a whole table that it has locked, so others wait for a time that grows with the table.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: documentation, 13.3.1 "Table-Level Locks"',
  examples: { bad: [], good: ['LOCK TABLE payments IN SHARE UPDATE EXCLUSIVE MODE;'] },
  check,
};
