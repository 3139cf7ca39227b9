import { type Catalog, removeConstraint, removeIndex, removeRelation } from '../catalog/catalog.ts';
import { qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import { calledIn } from './calls.ts';
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

/** Takes the defaults, constraints and indexes out of the table that call the function; true where there were any. */
function dropCallers(catalog: Catalog, table: Relation, name: string): boolean {
  const columns = [...table.columns.values()].filter(({ byDefault }) => calledIn(byDefault).includes(name));
  const constraints = [...table.constraints.values()].filter(({ calls }) => calls.includes(name));
  const indexes = [...table.indexes].filter(({ calls }) => calls.includes(name));
  for (const column of columns) {
    column.byDefault = undefined;
    column.hasDefault = false;
  }
  for (const constraint of constraints) removeConstraint(catalog, constraint);
  for (const index of indexes) removeIndex(catalog, index);
  return columns.length + constraints.length + indexes.length > 0;
}

/** What uses the function goes with it: views as a whole; of tables a default, a CHECK or an index. */
export function dropUsersOfFunction(scene: Scene, written: string): void {
  const name = written.toLowerCase();
  for (const relation of [...scene.catalog.relations.values()]) {
    if (dropCallers(scene.catalog, relation, name)) scene.lock(relation, 'AccessExclusiveLock', uses);
    if (!relation.calls.includes(name)) continue;
    scene.lock(relation, 'AccessExclusiveLock', uses);
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
