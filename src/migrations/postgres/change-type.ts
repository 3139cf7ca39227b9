import type { ColumnDef } from 'libpg-query';
import { findType } from '../catalog/catalog.ts';
import { type ColumnType, spellType } from '../catalog/column-type.ts';
import {
  type Constraint,
  columnOrAssumed,
  foreignKeys,
  type Index,
  qualifiedName,
  type Relation,
  targetColumns,
} from '../catalog/relation.ts';
import type { Why, Work } from '../effects.ts';
import type { Alteration } from './alteration.ts';
import { isAttached } from './copy-indexes.ts';
import { lockDependency } from './dependency-locks.ts';
import { loseData } from './losses.ts';
import { narrowing } from './narrowing.ts';
import { columnTypeOf, nodeAs, stringsOf } from './node.ts';
import { quoteIdentifier } from './quote.ts';
import { rewriteTable } from './rewrite.ts';
import { keyOf } from './rows-changed.ts';
import type { Scene } from './scene.ts';
import { afterWord } from './sql-text.ts';
import { castOf, indexKept, rewriteReason, type TypeChange } from './type-change.ts';
import { lossyReason } from './type-loss.ts';
import { viewsUsing } from './view-dependents.ts';

const source = 'ATExecAlterColumnType and ATColumnChangeRequiresRewrite, tablecmds.c';
const recheck: Why = { reason: 'CHECK constraints on the column are evaluated for every row again', source };
const rebuild: Why = { reason: 'indexes on the column are built anew', source: 'CheckIndexCompatible, indexcmds.c' };
const remakeKey: Why = {
  reason: 'the foreign key is dropped and made again',
  source: 'ATPostAlterTypeCleanup, tablecmds.c',
};
const followType: Why = { reason: "the column's identity sequence changes its type with it", source };
const recheckKey: Why = { reason: 'the foreign key is validated again, by reading both tables', source };

/** An index with expressions or a WHERE is never taken over. PostgreSQL: CheckIndexCompatible, indexcmds.c. */
function isPlain({ expressionColumns, shape }: Index): boolean {
  return expressionColumns.length === 0 && (shape?.where ?? '') === '';
}

/** Constraints and indexes on the column that are redone although the table is not rewritten. */
function redoWithoutRewrite(scene: Scene, target: Relation, change: TypeChange, collationChanges: boolean): Work[] {
  const work: Work[] = [];
  const checks = [...target.constraints.values()].some(
    (each) => each.kind === 'check' && each.validated && each.columns.includes(change.column),
  );
  if (checks) work.push(scene.scan(target, recheck));
  const kept = indexKept(change, scene.catalog, collationChanges);
  for (const index of target.indexes) {
    const redone =
      index.expressionColumns.includes(change.column) ||
      (index.columns.includes(change.column) && !(kept && isPlain(index) && !isAttached(index)));
    if (redone) work.push(scene.scan(target, rebuild), scene.buildIndex(target, index.name, rebuild));
  }
  return work;
}

/** Foreign keys from and to the column: locked at the other end, and validated again where the type really differs. */
function redoForeignKeys(scene: Scene, target: Relation, change: TypeChange, rewritten: boolean): Work[] {
  const own = foreignKeys(target).filter((key) => key.columns.includes(change.column));
  const incoming = [...target.referencedBy].filter((key) => targetColumns(key).includes(change.column));
  const revalidates = rewritten || !indexKept(change, scene.catalog, false);
  const redo = (key: Constraint): Work[] => {
    if (key.target === undefined) return [];
    // A key that is not enforced has no triggers that go. PostgreSQL: createForeignKeyActionTriggers (18).
    const other = key.enforced ? 'AccessExclusiveLock' : 'ShareRowExclusiveLock';
    scene.lock(key.target.table, key.target.table === target ? 'AccessExclusiveLock' : other, remakeKey);
    scene.lock(key.table, 'AccessExclusiveLock', remakeKey);
    if (!key.enforced || !key.validated || !revalidates) return [];
    return [scene.scan(key.table, recheckKey), scene.scan(key.target.table, recheckKey)];
  };
  return [...own, ...incoming].flatMap(redo);
}

function changeOn(alteration: Alteration, target: Relation, change: TypeChange, collation: string | undefined): Work[] {
  const { scene } = alteration;
  const column = target.columns.get(change.column);
  const named = collation === 'default' ? undefined : collation;
  const collationChanges = collation !== undefined && column?.collation !== named;
  // A virtual column stores nothing (18).
  const virtual = column?.generated === 'virtual';
  const reason = virtual ? undefined : rewriteReason(change, scene.catalog, scene.version);
  const work = redoForeignKeys(scene, target, change, reason !== undefined);
  const lossy = virtual ? undefined : lossyReason(change, scene.catalog);
  if (lossy !== undefined) loseData(scene, target, lossy, source, change.column);
  if (target.kind === 'partitioned table' || target.kind === 'foreign table') return work;
  if (reason !== undefined) work.unshift(...rewriteTable(scene, target, { reason, source }));
  else work.push(...redoWithoutRewrite(scene, target, change, collationChanges));
  return work;
}

function record(target: Relation, column: string, type: ColumnType, collation: string | undefined): void {
  Object.assign(columnOrAssumed(target, column), { type, collation });
}

/** Values of the old enum that the new one lacks. */
function lostValues(scene: Scene, from: ColumnType | undefined, to: ColumnType): readonly string[] {
  const valuesOf = (type: ColumnType | undefined) =>
    type === undefined ? undefined : findType(scene.catalog, { schema: type.schema, name: type.name })?.values;
  const kept = valuesOf(to);
  return kept === undefined ? [] : (valuesOf(from) ?? []).filter((value) => !kept.includes(value));
}

/** ALTER COLUMN … TYPE: a rewrite, or only what hangs on the column is redone, or nothing at all. */
export function changeColumnType(alteration: Alteration): void {
  const { scene, command, table, targets, relation, sqlTable } = alteration;
  const definition: ColumnDef | undefined = nodeAs(command.def, 'ColumnDef');
  const to = columnTypeOf(definition?.typeName);
  const column = command.name ?? '';
  if (to === undefined) return;
  const collation = stringsOf(definition?.collClause?.collname).at(-1);
  const from = table.columns.get(column)?.type;
  const work = targets.flatMap((target) => {
    const change = { from: target.columns.get(column)?.type, to, using: definition?.raw_default, column };
    return changeOn(alteration, target, change, collation);
  });
  for (const sequence of table.owns) {
    const identity = table.columns.get(column)?.identity === true && sequence.ownedBy?.column === column;
    if (identity) scene.lock(sequence, 'ShareRowExclusiveLock', followType);
  }
  lockDependency(table.columns.get(column)?.draws, scene); // the default is made again
  for (const target of targets) record(target, column, to, collation);
  table.analysed = false;
  const values = lostValues(scene, from, to);
  if (values.length > 0) {
    scene.change({
      type: 'enum-values-lost',
      relation,
      table: sqlTable,
      column: quoteIdentifier(column),
      values,
      work: [],
    });
  }
  const usedBy = targets.flatMap((target) => viewsUsing(target, column)).map(qualifiedName);
  const cast = definition?.raw_default === undefined ? 'none' : castOf(definition.raw_default, column);
  const narrows = cast === 'computed' ? undefined : narrowing(from, to, cast === 'explicit');
  scene.change({
    type: 'column-type-changed',
    relation,
    table: sqlTable,
    column: quoteIdentifier(column),
    to: spellType(to),
    work,
    ...(from === undefined ? {} : { from: spellType(from) }),
    ...(narrows === undefined ? {} : { narrows }),
    ...(usedBy.length > 0 ? { usedBy } : {}),
    ...(definition?.raw_default === undefined
      ? {}
      : { using: afterWord(alteration.text, ['using'])?.trim() ?? quoteIdentifier(column) }),
    ...keyOf(table),
  });
}
