import { removeRelation } from '../catalog/catalog.ts';
import type { Relation } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import type { Scene } from './scene.ts';

const cascade: Why = { reason: 'CASCADE drops the view as well', source: 'performDeletion, dependency.c' };

/** Views that read the relation (with `column`: that column), and the views on top of those. */
export function dependentViews(relation: Relation, column?: string): Relation[] {
  const direct = [...relation.readBy].filter((view) =>
    view.reads.some(
      (read) =>
        read.relation === relation && (column === undefined || read.columns.has(column) || read.columns.has('*')),
    ),
  );
  return [...new Set(direct.flatMap((view) => [view, ...dependentViews(view)]))];
}

/** Locks and drops the views that CASCADE takes along. */
export function dropDependentViews(scene: Scene, relation: Relation, column?: string): void {
  for (const view of dependentViews(relation, column)) {
    scene.lock(view, 'AccessExclusiveLock', cascade);
    removeRelation(scene.catalog, view);
  }
}
