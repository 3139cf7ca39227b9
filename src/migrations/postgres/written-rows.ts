import type { InsertStmt, Node } from 'libpg-query';
import {
  type Constraint,
  foreignKeys,
  qualifiedName,
  type Relation,
  targetColumns,
  withDescendants,
  withPartitions,
} from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import { fireTriggersOf } from './fire-triggers.ts';
import { keysTo, withAncestors } from './foreign-key-ends.ts';
import { nodeAs } from './node.ts';
import { lockChildren, lockNestedWrites, lockReads, lockSequences } from './query.ts';
import { perhaps, type Scene } from './scene.ts';

const writes: Why = { reason: 'the query writes to it', source: 'setTargetTable, parse_clause.c' };
const writesBelow: Why = { reason: 'the query writes to its parent', source: 'expand_inherited_rtentry, inherit.c' };
const routed: Why = {
  when: 'rows',
  reason: 'a row may belong into it',
  source: 'ExecInitPartitionInfo, execPartition.c',
};
const drawn: Why = {
  when: 'rows',
  reason: 'a column that is left out draws its number from the sequence',
  source: 'nextval_internal, sequence.c',
};
const bounds: Why = {
  when: 'rows',
  reason: 'the bounds of a partition are those of the tables above it',
  source: 'generate_partition_qual, partcache.c',
};
const keyCheck: Why = {
  when: 'rows',
  reason: 'a foreign key is checked for the rows that are written',
  source: 'RI_FKey_check, ri_triggers.c',
};
const keyAction: Why = {
  when: 'rows',
  reason: 'rows that refer to those that go are looked up, or changed with them',
  source: 'RI_FKey_noaction_del, ri_triggers.c',
};

export function assignedColumns(list: readonly Node[] | undefined): string[] {
  return (list ?? []).map((each) => nodeAs(each, 'ResTarget')?.name).filter((name) => name !== undefined);
}

/** Columns for which INSERT gives a value; undefined where that cannot be told. */
export function insertedColumns(
  { cols, selectStmt, override }: InsertStmt,
  table: Relation,
): readonly string[] | undefined {
  if (selectStmt === undefined) return []; // DEFAULT VALUES
  const listed = assignedColumns(cols);
  const select = nodeAs(selectStmt, 'SelectStmt');
  const rows = (select?.valuesLists ?? []).map((each) => nodeAs(each, 'List')?.items ?? []);
  const named = listed.length > 0 ? listed : [...table.columns.keys()];
  const byDefault = (at: number): boolean =>
    rows.some((row) => {
      const value = row[at];
      return value !== undefined && nodeAs(value, 'SetToDefault') !== undefined;
    });
  const overridden = (name: string): boolean =>
    override === 'OVERRIDING_USER_VALUE' && table.columns.get(name)?.identity === true;
  if (rows.length > 0) {
    return named.filter((name, at) => at < (rows[0]?.length ?? 0) && !byDefault(at) && !overridden(name));
  }
  const star = JSON.stringify(select?.targetList ?? []).includes('"A_Star"');
  if (listed.length === 0 && !star && select?.targetList !== undefined) return named.slice(0, select.targetList.length);
  return listed.length > 0 ? listed : undefined;
}

/**
 * RowExclusive on a table that gets rows, on the partitions that they may go to, and on what the defaults of columns draw
 * from that the statement leaves out.
 * @param columns those that the statement gives; undefined for all
 */
export function lockInserts(relation: Relation, columns: readonly string[] | undefined, scene: Scene): void {
  scene.lock(relation, 'RowExclusiveLock', writes);
  if (relation.kind === 'partitioned table') {
    for (const each of withDescendants(relation)) if (each !== relation) scene.lock(each, 'RowExclusiveLock', routed);
  }
  if (columns === undefined) return;
  for (const { name, draws } of relation.columns.values()) {
    if (draws !== undefined && !columns.includes(name)) scene.lock(draws, 'RowExclusiveLock', drawn);
  }
  for (const { name, byDefault } of relation.columns.values()) {
    if (byDefault !== undefined && !columns.includes(name)) lockSequences(byDefault, perhaps(scene, 'rows'));
  }
}

/** RowExclusive on what is written, its partitions or children included. */
export function lockWrites(
  relation: Relation,
  scene: Scene,
  where: { conditions?: unknown; only?: boolean } = {},
): void {
  scene.lock(relation, 'RowExclusiveLock', writes);
  if (where.only !== true) lockChildren(relation, 'RowExclusiveLock', scene, writesBelow, where.conditions);
}

/** A row that goes to a partition is checked against its bounds, which those above it know. PostgreSQL: ExecPartitionCheck. */
export function lockAncestors(table: Relation, scene: Scene): void {
  for (const each of withAncestors(table)) if (each !== table) scene.lock(each, 'AccessShareLock', bounds);
}

/** What the rules on the table do, for this event. PostgreSQL: fireRules, rewriteHandler.c. */
export function fireRules(table: Relation, event: string, scene: Scene): void {
  for (const rule of table.rules.values()) {
    if (rule.event !== event) continue;
    for (const action of rule.actions) {
      lockReads(action, scene, true);
      lockNestedWrites(action, scene);
    }
  }
}

/** Columns that may hold something after an INSERT that gives these: defaults fill others. */
export function filledColumns(table: Relation, given: readonly string[] | undefined): readonly string[] | undefined {
  if (given === undefined) return undefined;
  const byDefault = [...table.columns.values()].filter(({ hasDefault }) => hasDefault === true).map(({ name }) => name);
  return table.complete ? [...given, ...byDefault] : undefined;
}

/** PostgreSQL: TRIGGER_TYPE_INSTEAD, trigger.h. */
const insteadOf = 64;

/**
 * The table that is written when a view is named, if the server rewrites the statement to it.
 * PostgreSQL: rewriteTargetView, rewriteHandler.c.
 */
export function writtenTable(relation: Relation): Relation {
  const triggered = [...relation.triggers.values()].some(({ timing }) => timing === insteadOf);
  const ruled = [...relation.rules.values()].some(({ instead }) => instead);
  return relation.writesTo === undefined || triggered || ruled ? relation : writtenTable(relation.writesTo);
}

/** Tables that the written rows refer to. @param columns those that are written; undefined for all */
export function lockKeyTargets(table: Relation, columns: readonly string[] | undefined, scene: Scene): void {
  for (const { columns: own, target } of foreignKeys(table).filter(({ enforced }) => enforced)) {
    const touched = columns === undefined || own.some((column) => columns.includes(column));
    if (!touched || target === undefined) continue;
    for (const each of withPartitions(target.table)) scene.lock(each, 'RowShareLock', keyCheck);
  }
}

interface Changed {
  readonly table: Relation;
  /** Undefined: rows are deleted. */
  readonly columns: readonly string[] | undefined;
}

/**
 * Tables that refer to rows which are deleted (`columns` undefined) or change their key; where those change with them,
 * what hangs on them in turn, and their triggers.
 */
export function lockKeySources(table: Relation, columns: readonly string[] | undefined, scene: Scene): void {
  const seen = new Set<string>();
  const pending: Changed[] = [{ table, columns }];
  for (const changed of pending) {
    for (const key of keysTo(changed.table).filter(({ enforced }) => enforced)) {
      const next = followKey(key, changed, scene);
      const visit = next === undefined ? '' : `${qualifiedName(next.table)} ${next.columns?.join()}`;
      if (next === undefined || seen.has(visit)) continue;
      seen.add(visit);
      pending.push(next);
      fireTriggersOf(
        next.table,
        next.columns === undefined ? 'delete' : 'update',
        next.columns,
        perhaps(scene, 'rows'),
      );
      if (next.columns !== undefined) lockKeyTargets(next.table, next.columns, scene);
    }
  }
}

/** Locks the table of a key that refers to changed rows. @returns what changes with them there */
function followKey(key: Constraint, { columns }: Changed, scene: Scene): Changed | undefined {
  if (columns !== undefined && !targetColumns(key).some((column) => columns.includes(column))) return undefined;
  const changes = columns === undefined ? key.writesOn.delete : key.writesOn.update;
  for (const each of withPartitions(key.table)) {
    scene.lock(each, changes ? 'RowExclusiveLock' : 'RowShareLock', keyAction);
  }
  if (!changes) return undefined;
  return { table: key.table, columns: columns === undefined && key.deletesRows ? undefined : key.columns };
}
