import { type Catalog, removeRelation } from '../catalog/catalog.ts';
import { qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import { loseData } from './losses.ts';
import { quoteIdentifier, quoteRelation } from './quote.ts';
import type { Scene } from './scene.ts';
import { dropDependentViews } from './view-dependents.ts';

const uses: Why = { reason: 'something of it uses what CASCADE drops', source: 'performDeletion, dependency.c' };

/** The type and the domains over it, over those, and so on. */
export function withDomainsOver(catalog: Catalog, name: string): Set<string> {
  const found = new Set([name]);
  for (const base of found) {
    for (const [key, type] of catalog.types) {
      if (type.kind === 'domain' && type.base?.name === base) found.add(key.slice(key.indexOf('\u0000') + 1));
    }
  }
  return found;
}

/** Drops the columns that are of one of these types, from materialized views as well, which go as a whole. */
export function dropColumnsOf(scene: Scene, types: ReadonlySet<string>): void {
  for (const relation of [...scene.catalog.relations.values()]) {
    if (relation.ofType !== undefined && types.has(relation.ofType)) scene.lock(relation, 'AccessExclusiveLock', uses);
    const columns = [...relation.columns.values()].filter((column) => types.has(column.type?.name ?? ''));
    if (columns.length === 0) continue;
    scene.lock(relation, 'AccessExclusiveLock', uses);
    dropColumns(
      scene,
      relation,
      columns.map(({ name }) => name),
    );
  }
}

function dropColumns(scene: Scene, relation: Relation, columns: readonly string[]): void {
  const names = { relation: qualifiedName(relation), table: quoteRelation(relation) };
  for (const column of columns) {
    dropDependentViews(scene, relation, column);
    loseData(scene, relation, 'the column goes with its type', 'performDeletion, dependency.c', column);
    relation.columns.delete(column);
    if (relation.kind === 'table' || relation.kind === 'partitioned table') {
      scene.change({ type: 'column-dropped', ...names, column: quoteIdentifier(column), work: [] });
    }
  }
  if (relation.kind === 'materialized view' || relation.kind === 'view') removeRelation(scene.catalog, relation);
}

/** What uses the function goes with it: views as a whole; of tables a default, a CHECK or an index. */
export function dropUsersOfFunction(scene: Scene, name: string): void {
  for (const relation of [...scene.catalog.relations.values()].filter(({ calls }) => calls.has(name.toLowerCase()))) {
    scene.lock(relation, 'AccessExclusiveLock', uses);
    relation.calls.delete(name.toLowerCase());
    if (relation.kind !== 'view' && relation.kind !== 'materialized view') continue;
    dropDependentViews(scene, relation);
    removeRelation(scene.catalog, relation);
  }
}

/** Defaults that draw from the sequence go with it. */
export function dropUsersOfSequence(scene: Scene, sequence: Relation): void {
  for (const relation of scene.catalog.relations.values()) {
    const columns = [...relation.columns.values()].filter(({ draws }) => draws === sequence);
    if (columns.length > 0) scene.lock(relation, 'AccessExclusiveLock', uses);
    for (const column of columns) column.draws = undefined;
  }
}
