import type { Work } from './effects.ts';
import type { StatementFacts } from './statement.ts';

/**
 * Work of the statement that takes longer the more rows a relation from before the set has, the slowest kind first. Where changes
 * say what they cost, that counts: a foreign key of an empty table looks nothing up, and TRUNCATE copies nothing.
 */
export function slowWork({ changes, effects, createdInSet }: StatementFacts): readonly Work[] {
  const told = changes.flatMap(({ work }) => work);
  const emptied = changes.some(({ type }) => type === 'emptied');
  const { rewrites, indexBuilds, scans } = effects;
  const all = told.length > 0 ? told : [...(emptied ? [] : rewrites), ...indexBuilds, ...scans];
  return all.filter(({ relation }) => !createdInSet.has(relation));
}

/** What happens to which relation, in words. */
export function describeWork({ relation, index, reason }: Work, { effects }: StatementFacts): string {
  if (index !== undefined) return `index ${index} of ${relation} is built`;
  const rewritten = effects.rewrites.some((each) => each.relation === relation);
  return `${relation} is ${rewritten ? 'written anew' : 'read'}: ${reason}`;
}
