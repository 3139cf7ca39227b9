import { type Catalog, findRelation } from '../catalog/catalog.ts';
import type { DefaultChanged } from '../changes/columns.ts';
import type { Change } from '../changes.ts';
import type { FileFacts, StatementFacts } from '../statement.ts';
import { lacksIndex } from './constraint-doubts.ts';
import { quoteIdentifier } from './quote.ts';

function isThere(catalog: Catalog, relation: string): boolean {
  const [schema, ...name] = relation.split('.');
  return findRelation(catalog, { schema, name: name.join('.') }) !== undefined;
}

/** The column is still required, and without a default, when the set has run. */
function staysRequired(change: DefaultChanged, catalog: Catalog): boolean {
  const [schema, ...name] = change.relation.split('.');
  const columns = findRelation(catalog, { schema, name: name.join('.') })?.columns.values() ?? [];
  const column = [...columns].find((each) => quoteIdentifier(each.name) === change.column);
  return column?.notNull === true && column.hasDefault !== true;
}

function settled(change: Change, facts: StatementFacts, catalog: Catalog): readonly Change[] {
  if (change.type === 'key-unindexed') return lacksIndex(catalog, change.relation, change.name) ? [change] : [];
  if (change.type === 'default-changed')
    return [{ ...change, required: change.required && staysRequired(change, catalog) }];
  if (change.type !== 'cascaded' || facts.scope === 'own') return [change];
  return [{ ...change, dropped: change.dropped.filter(({ name }) => !isThere(catalog, name)) }];
}

/** Takes back what later statements of the set have made good: the index that was missing, the view that is there again. */
export function settle(files: readonly FileFacts[], catalog: Catalog): readonly FileFacts[] {
  const unsettled: ReadonlySet<Change['type']> = new Set(['key-unindexed', 'cascaded', 'default-changed']);
  return files.map((file) => ({
    ...file,
    statements: file.statements.map((facts) =>
      facts.changes.some(({ type }) => unsettled.has(type))
        ? { ...facts, changes: facts.changes.flatMap((change) => settled(change, facts, catalog)) }
        : facts,
    ),
  }));
}
