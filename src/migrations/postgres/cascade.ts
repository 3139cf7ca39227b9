import { qualifiedName, type Relation, withDescendants } from '../catalog/relation.ts';
import type { Cascaded } from '../changes/cascade.ts';
import type { RelationDropped } from '../changes.ts';
import { quoteIdentifier, quoteRelation } from './quote.ts';
import type { Scene } from './scene.ts';
import { dependentViews } from './view-dependents.ts';

/** What depends on a relation from outside: views over it, foreign keys of others that point at it. */
export function dependentsOf(relation: Relation, goes: ReadonlySet<Relation>): Cascaded['dropped'] {
  return withDescendants(relation).flatMap((each) => [
    ...dependentViews(each)
      .filter((view) => !goes.has(view))
      .map((view) => ({ what: view.kind, name: qualifiedName(view), existing: view.origin !== 'set' })),
    ...[...each.referencedBy]
      .filter(({ table }) => table !== each && !goes.has(table))
      .map(({ table, name }) => ({
        what: 'foreign key' as const,
        name: `${qualifiedName(table)}.${name}`,
        existing: table.origin !== 'set',
      })),
  ]);
}

/** Reports what CASCADE takes along; to be asked before it is gone. */
export function reportCascade(
  scene: Scene,
  relation: Relation,
  what: RelationDropped['what'],
  goes: ReadonlySet<Relation>,
): void {
  const known = scene.catalog.complete || relation.origin === 'set';
  const dropped = dependentsOf(relation, goes);
  if (known && dropped.length === 0) return;
  const names = { relation: qualifiedName(relation), table: quoteRelation(relation) };
  scene.change({ type: 'cascaded', ...names, what, dropped, known, work: [] });
}

/** Reports what CASCADE takes along with a column. */
export function reportColumnCascade(scene: Scene, relation: Relation, column: string): void {
  const known = relation.complete && (scene.catalog.complete || relation.origin === 'set');
  const dropped = dependentViews(relation, column).map((view) => ({
    what: view.kind,
    name: qualifiedName(view),
    existing: view.origin !== 'set',
  }));
  if (known && dropped.length === 0) return;
  const names = { relation: qualifiedName(relation), table: quoteRelation(relation) };
  scene.change({ type: 'cascaded', ...names, what: `column ${quoteIdentifier(column)}`, dropped, known, work: [] });
}
