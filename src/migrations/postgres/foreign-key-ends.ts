import { removeConstraint } from '../catalog/catalog.ts';
import { type Constraint, foreignKeys, type Relation, withPartitions } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import type { Scene } from './scene.ts';

const keyGoes: Why = {
  reason: 'a foreign key that ties it to another table goes',
  source: 'RemoveConstraintById, pg_constraint.c; RemoveTriggerById, trigger.c',
};

/** Up to 14 the triggers of foreign keys are on tables with rows only. PostgreSQL: addFkRecurseReferenced, tablecmds.c (15). */
const partitionedCarrySince = 15;

/** The relation and, for a partition, the partitioned tables above it. */
export function withAncestors(relation: Relation): Relation[] {
  const found = new Set([relation]);
  for (const each of found) if (each.partition !== undefined) for (const parent of each.parents) found.add(parent);
  return [...found];
}

/** Foreign keys that point at the relation or at what it is a partition of; a key's parts on partitions are left out. */
export function keysTo(relation: Relation): Constraint[] {
  return withAncestors(relation)
    .flatMap((each) => [...each.referencedBy])
    .filter(({ parent }) => parent === undefined);
}

/** Foreign keys of the relation that are no parts of its parent's. */
export function ownKeys(relation: Relation): Constraint[] {
  return foreignKeys(relation).filter(({ parent }) => parent === undefined);
}

/** The tables at the other end of a foreign key that have triggers for it. */
export function actionTables(scene: Scene, key: Constraint): Relation[] {
  const all = key.target === undefined ? [] : withPartitions(key.target.table);
  return all.filter(({ kind }) => scene.version >= partitionedCarrySince || kind !== 'partitioned table');
}

/** The key's own table and the partitions that have a part of it. */
export function keyTables(key: Constraint): Relation[] {
  return withPartitions(key.table);
}

/** Locks both ends of a foreign key that goes. */
export function lockGoingKey(scene: Scene, key: Constraint): void {
  for (const each of [...keyTables(key), ...actionTables(scene, key)]) scene.lock(each, 'AccessExclusiveLock', keyGoes);
}

/** Takes a constraint and its parts on partitions out of the catalog. */
function removeWithParts(scene: Scene, constraint: Constraint): void {
  const gone = new Set([constraint]);
  for (const each of gone) {
    for (const child of each.table.children) {
      for (const part of child.constraints.values()) if (part.parent === each) gone.add(part);
    }
    removeConstraint(scene.catalog, each);
  }
}

/** Locks both ends of a foreign key, and drops it. */
export function dropKey(scene: Scene, key: Constraint): void {
  lockGoingKey(scene, key);
  removeWithParts(scene, key);
}
