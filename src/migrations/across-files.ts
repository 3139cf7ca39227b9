import { blockage } from './effects.ts';
import { blockingLocks } from './held-locks.ts';
import type { AcrossFiles, AnalysedFile, StatementFacts } from './statement.ts';

/** So many transactions that close one table are worth a word. */
const often = 3;

type Built = NonNullable<AcrossFiles['builtBefore']>;

/** Remembers which indexes of relations from before the set have been built, and finds those that are built again. */
function followBuilds() {
  const built = new Map<string, Built[]>();
  return (path: string, facts: StatementFacts): Built | undefined => {
    const { rewrites, indexBuilds } = facts.effects;
    const rewritten = new Set(rewrites.map(({ relation }) => relation));
    const again = [...rewrites, ...indexBuilds].flatMap(({ relation, index }) =>
      (built.get(relation) ?? []).filter((each) => index === undefined || each.index === index),
    );
    for (const { relation, index } of indexBuilds) {
      if (index === undefined || rewritten.has(relation) || facts.createdInSet.has(relation)) continue;
      built.set(relation, [...(built.get(relation) ?? []), { index, relation, path, line: facts.line }]);
    }
    return again[0];
  };
}

/** Counts the transactions that close a relation to everybody, and names it when they have become often. */
function followClosings() {
  const transactions = new Map<string, Set<number>>();
  return (facts: StatementFacts): string | undefined => {
    const closed = blockingLocks(facts).filter(
      (lock) => lock.kind !== 'index' && blockage(lock) === 'reads and writes',
    );
    return closed
      .map(({ relation }) => relation)
      .find((relation) => {
        const seen = transactions.get(relation) ?? new Set();
        transactions.set(relation, seen);
        const before = seen.size;
        seen.add(facts.transaction);
        return before === often - 1 && seen.size === often;
      });
  };
}

/** Adds to the statements what only shows over all files of the set. */
export function withAcrossFiles(files: readonly AnalysedFile[]): readonly AnalysedFile[] {
  const build = followBuilds();
  const close = followClosings();
  return files.map((file) => ({
    ...file,
    statements: file.statements.map((facts) => {
      const builtBefore = build(file.path, facts);
      const lockedOften = close(facts);
      if (builtBefore === undefined && lockedOften === undefined) return facts;
      return { ...facts, across: { builtBefore, lockedOften } };
    }),
  }));
}
