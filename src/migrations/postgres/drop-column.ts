import { removeConstraint, removeIndex, removeRelation } from '../catalog/catalog.ts';
import { type Column, columnOrAssumed, qualifiedName, type Relation, targetColumns } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import type { Alteration } from './alteration.ts';
import { reportColumnCascade } from './cascade.ts';
import { dropKey, keysTo } from './foreign-key-ends.ts';
import { loseData, loseObject } from './losses.ts';
import { quoteIdentifier } from './quote.ts';
import type { Scene } from './scene.ts';
import { dropDependentViews, viewsUsing } from './view-dependents.ts';

const ownedSequence: Why = {
  reason: 'the column owns the sequence, which goes with it',
  source: 'performDeletion, dependency.c',
};

const withColumn = 'performDeletion, dependency.c; ALTER TABLE, DROP COLUMN';

/** Drops the constraints that a column is part of, at both ends, and locks the tables there. */
function dropConstraintsOf(scene: Scene, table: Relation, column: string): void {
  // Looked up before the primary key goes: a key that names no columns refers to its.
  for (const key of keysTo(table).filter((each) => targetColumns(each).includes(column))) {
    if (key.table !== table || !key.columns.includes(column)) {
      loseObject(scene, key.table, 'the foreign key goes with the column it refers to', withColumn, key.name);
    }
    dropKey(scene, key);
  }
  for (const constraint of [...table.constraints.values()].filter((each) => each.columns.includes(column))) {
    loseObject(scene, table, 'the constraint goes with its column', withColumn, constraint.name);
    if (constraint.target === undefined) removeConstraint(scene.catalog, constraint);
    else dropKey(scene, constraint);
  }
}

/** New rows do without a value; false also where the column's definition is not known. */
function takesNothing(column: Column | undefined): boolean {
  if (column?.type === undefined) return false;
  return !column.notNull || column.hasDefault === true || column.identity || column.generated !== undefined;
}

/** DROP COLUMN: quick, but what hangs on the column goes along. */
export function dropColumn(alteration: Alteration): void {
  const { scene, command, table, targets } = alteration;
  const column = command.name ?? '';
  if (command.missing_ok === true && table.complete && !table.columns.has(column)) return;
  const cascade = command.behavior === 'DROP_CASCADE';
  const definition = table.columns.get(column);
  const usedBy = cascade ? [] : targets.flatMap((target) => viewsUsing(target, column)).map(qualifiedName);
  if (cascade) reportColumnCascade(scene, table, column);
  for (const target of targets) {
    const known = columnOrAssumed(target, column);
    const gone = known.generated === undefined ? loseData : loseObject;
    gone(scene, target, 'the column is dropped with its values', 'ATExecDropColumn, tablecmds.c', column);
    dropConstraintsOf(scene, target, column);
    if (cascade) dropDependentViews(scene, target, column);
    for (const index of [...target.indexes]) {
      if (index.columns.includes(column) || index.expressionColumns.includes(column)) {
        scene.lockIndex(index, 'AccessExclusiveLock', {
          reason: 'the index goes with its column',
          source: 'index_drop, index.c',
        });
        loseObject(scene, target, 'the index goes with its column', withColumn, index.name);
        removeIndex(scene.catalog, index);
      }
    }
    for (const sequence of [...target.owns].filter((each) => each.ownedBy?.column === column)) {
      scene.lock(sequence, 'AccessExclusiveLock', ownedSequence);
      loseData(scene, sequence, ownedSequence.reason, ownedSequence.source);
      removeRelation(scene.catalog, sequence);
    }
    target.columns.delete(column);
  }
  scene.change({
    type: 'column-dropped',
    relation: alteration.relation,
    table: alteration.sqlTable,
    column: quoteIdentifier(column),
    ...(takesNothing(definition) ? { optional: true } : {}),
    ...(usedBy.length > 0 ? { usedBy } : {}),
    work: [],
  });
}
