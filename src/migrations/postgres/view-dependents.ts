import { removeRelation } from '../catalog/catalog.ts';
import type { Relation } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import { loseObject } from './losses.ts';
import type { Scene } from './scene.ts';

const cascade: Why = { reason: 'CASCADE drops the view as well', source: 'performDeletion, dependency.c' };

/** Views that read the relation (with `column`: that column), and the views on top of those. */
export function dependentViews(relation: Relation, column?: string): Relation[] {
  const reads = (view: Relation): boolean =>
    column === undefined ||
    view.reads.some((read) => read.relation === relation && (read.columns.has(column) || read.columns.has('*')));
  // A set that grows while it is gone through: each view once, however many ways lead to it, and without recursion.
  const found = new Set([...relation.readBy].filter(reads));
  for (const view of found) for (const next of view.readBy) found.add(next);
  return [...found];
}

/**
 * Views that certainly use the column, so that the server refuses to drop it or to change its type. A name that two of a
 * view's tables have may be the other's; a star stands for the columns that were there when the view was made.
 */
export function viewsUsing(relation: Relation, column: string): Relation[] {
  const madeBy = relation.columns.get(column)?.madeBy;
  return [...relation.readBy].filter((view) => {
    const own = view.reads.find((read) => read.relation === relation);
    const others = view.reads.filter((read) => read.relation !== relation).map((read) => read.relation);
    if (own?.columns.has(column) === true) {
      return others.every((other) => other.complete && !other.columns.has(column));
    }
    return own?.columns.has('*') === true && others.length === 0 && madeBy !== undefined && madeBy < view.madeBy;
  });
}

/** Locks and drops the views that CASCADE takes along. */
export function dropDependentViews(scene: Scene, relation: Relation, column?: string): void {
  for (const view of dependentViews(relation, column)) {
    scene.lock(view, 'AccessExclusiveLock', cascade);
    loseObject(scene, view, cascade.reason, cascade.source);
    removeRelation(scene.catalog, view);
  }
}
