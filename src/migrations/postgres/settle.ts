import { type Catalog, findRelation } from '../catalog/catalog.ts';
import type { Change } from '../changes.ts';
import type { AnalysedFile, StatementFacts } from '../statement.ts';
import { lacksIndex } from './constraint-doubts.ts';

function isThere(catalog: Catalog, relation: string): boolean {
  const [schema, ...name] = relation.split('.');
  return findRelation(catalog, { schema, name: name.join('.') }) !== undefined;
}

function settled(change: Change, facts: StatementFacts, catalog: Catalog): readonly Change[] {
  if (change.type === 'key-unindexed') return lacksIndex(catalog, change.relation, change.name) ? [change] : [];
  if (change.type !== 'cascaded' || facts.scope === 'own') return [change];
  return [{ ...change, dropped: change.dropped.filter(({ name }) => !isThere(catalog, name)) }];
}

/** Takes back what later statements of the set have made good: the index that was missing, the view that is there again. */
export function settle(files: readonly AnalysedFile[], catalog: Catalog): readonly AnalysedFile[] {
  const open = (change: Change): boolean => change.type === 'key-unindexed' || change.type === 'cascaded';
  return files.map((file) => ({
    ...file,
    statements: file.statements.map((facts) =>
      facts.changes.some(open)
        ? { ...facts, changes: facts.changes.flatMap((change) => settled(change, facts, catalog)) }
        : facts,
    ),
  }));
}
