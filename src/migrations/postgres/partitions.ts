import { addConstraint } from '../catalog/catalog.ts';
import {
  type Constraint,
  defaultPartition,
  foreignKeys,
  type Relation,
  targetColumns,
  withDescendants,
  withPartitions,
} from '../catalog/relation.ts';
import type { MissingIndex } from '../changes.ts';
import type { Why, Work } from '../effects.ts';
import type { Alteration } from './alteration.ts';
import { carriedBy, copiedName, ensureIndexes, matchingIndex } from './copy-indexes.ts';
import { lockReferenced, lockReferencing, recordPartition } from './create-table.ts';
import { actionTables, keysTo, ownKeys, withAncestors } from './foreign-key-ends.ts';
import { nodeAs } from './node.ts';
import { provenNotNull } from './not-null.ts';
import { objectName } from './object-name.ts';
import { boundCondition, hasProvenOpposite } from './partition-bounds.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import { relationOf, type Scene } from './scene.ts';

const attach: Why = {
  reason: 'the table becomes a partition',
  source: 'ATExecAttachPartition, tablecmds.c; ALTER TABLE, ATTACH PARTITION',
};
const attachScan: Why = {
  reason: 'every row is read to see that it belongs into the partition',
  source: 'QueuePartitionConstraintValidation, tablecmds.c',
};
const attachIndex: Why = {
  reason: 'an index of the partitioned table has no match on the new partition and is built there',
  source: 'AttachPartitionEnsureIndexes, tablecmds.c',
};
const defaultScan: Why = {
  reason: 'the default partition is searched for rows that belong to the new partition',
  source: 'ATExecAttachPartition, tablecmds.c',
};
const mergeKey: Why = {
  reason: 'the partition has the foreign key already: its triggers on the table at the other end go',
  source: 'AttachPartitionForeignKey, tablecmds.c',
};
const keyScan: Why = {
  reason: "the rows are looked up in the table that the parent's foreign key refers to",
  source: 'CloneFkReferencing, tablecmds.c',
};
const boundsAbove: Why = {
  when: 'branch',
  reason: 'the bounds of the partitioned table are looked up there, unless the session knows them',
  source: 'generate_partition_qual, partcache.c',
};
const detach: Why = { reason: 'the partition is cut loose', source: 'ATExecDetachPartition, tablecmds.c' };
const detachKeys: Why = {
  reason: 'foreign keys that point at the partitioned table are checked against the rows that leave',
  source: 'ATDetachCheckNoForeignKeyRefs, tablecmds.c',
};

const hasStorage = ({ kind }: Relation): boolean => kind === 'table';

/** More than IS NOT NULL. */
function comparesValues({ expression }: Constraint): boolean {
  return expression?.includes('"A_Expr"') === true;
}

/** A valid CHECK that speaks of every key column is taken as proof of the bounds; the keys must not be null either. */
function impliesBounds(child: Relation, keys: readonly string[]): boolean {
  if (keys.length === 0) return false;
  const checks = [...child.constraints.values()].filter(
    (each) => each.kind === 'check' && each.validated && each.enforced,
  );
  return keys.every(
    (key) => provenNotNull(child, key) && checks.some((check) => check.columns.includes(key) && comparesValues(check)),
  );
}

/** Indexes of the parent that the child lacks. */
function missingIndexes(scene: Scene, parent: Relation, child: Relation): readonly MissingIndex[] {
  const lacks = [...parent.indexes].filter(
    (wanted) => matchingIndex(child, wanted, carriedBy(wanted) !== undefined) === undefined,
  );
  return lacks.map((index): MissingIndex => {
    const carried = carriedBy(index)?.kind;
    const columns = index.expressionColumns.length > 0 ? [] : index.columns.map(quoteIdentifier);
    const name = quoteIdentifier(copiedName(scene, index, child));
    const shared = { name, unique: index.unique, columns, like: quoteIdentifier(index.name) };
    if (carried === 'primary key') return { ...shared, constraint: 'PRIMARY KEY' };
    return carried === 'unique' ? { ...shared, constraint: 'UNIQUE' } : shared;
  });
}

/** A foreign key of the partition that does what the parent's does. PostgreSQL: tryAttachPartitionForeignKey, tablecmds.c. */
function matchingKey(child: Relation, key: Constraint): Constraint | undefined {
  const columns = (each: Constraint): string => JSON.stringify([each.columns, targetColumns(each)]);
  return ownKeys(child).find(
    (each) => each.target?.table === key.target?.table && columns(each) === columns(key) && each.validated,
  );
}

/** The parent's foreign keys come to the partition: one that it has is merged, else its rows are looked up. */
function attachKeys(alteration: Alteration, child: Relation): Work[] {
  const { scene, table: parent } = alteration;
  lockReferenced(scene, parent);
  return foreignKeys(parent).flatMap((key) => {
    const own = matchingKey(child, key);
    if (own !== undefined) {
      for (const each of actionTables(scene, own)) scene.lock(each, 'AccessExclusiveLock', mergeKey);
      own.parent = key;
      return [];
    }
    const target = key.target?.table;
    for (const each of withDescendants(child)) {
      const above = each === child ? key : each.parents[0]?.constraints.get(key.name);
      addConstraint({ ...key, columns: [...key.columns], table: each, parent: above });
    }
    if (!key.validated || !key.enforced || target === undefined) return [];
    const read = [...withDescendants(child), ...withPartitions(target)].filter(hasStorage);
    return read.map((each) => scene.scan(each, keyScan));
  });
}

/** ATTACH PARTITION: the parent stays usable, the new partition and the default one do not. */
export function attachPartition(alteration: Alteration): void {
  const { scene, command, table: parent, relation, sqlTable } = alteration;
  const partition = nodeAs(command.def, 'PartitionCmd');
  const child = relationOf(scene, partition?.name);
  const work: Work[] = [];
  for (const each of withDescendants(child)) {
    scene.lock(each, 'AccessExclusiveLock', attach);
    if (each.kind === 'table' && !impliesBounds(child, parent.partitionKey)) work.push(scene.scan(each, attachScan));
  }
  for (const above of withAncestors(parent)) if (above !== parent) scene.lock(above, 'AccessShareLock', boundsAbove);
  const condition = boundCondition(partition?.bound, parent.partitionKey);
  const standing = defaultPartition(parent);
  if (standing !== undefined) {
    scene.lock(standing, 'AccessExclusiveLock', attach);
    if (!hasProvenOpposite(standing, condition)) work.push(scene.scan(standing, defaultScan));
  }
  const missing = missingIndexes(scene, parent, child);
  for (const { table, name } of ensureIndexes(parent, child, scene)) {
    work.push(scene.scan(table, attachIndex), scene.buildIndex(table, name, attachIndex));
  }
  work.push(...attachKeys(alteration, child));
  lockReferencing(scene, parent);
  recordPartition(parent, child, partition?.bound?.is_default === true);
  const bound = /\b(for\s+values|default)\b[\s\S]*$/i.exec(alteration.text)?.[0] ?? '';
  scene.change({
    type: 'partition-attached',
    relation,
    table: sqlTable,
    partition: quoteRange(partition?.name),
    bound,
    work,
    ...(missing.length === 0 ? {} : { missingIndexes: missing }),
    ...(condition === undefined ? {} : { condition }),
    ...(standing === undefined ? {} : { defaultPartition: quoteName(standing) }),
  });
}

function quoteName({ schema, name }: Relation): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** The partition gets triggers of its own on the tables that it refers to. */
function lockDetachedTargets(scene: Scene, parent: Relation): void {
  for (const { target } of foreignKeys(parent)) {
    if (target === undefined) continue;
    const carry = withPartitions(target.table).filter(
      ({ kind }) => scene.version >= 15 || (kind !== 'partitioned table' && target.table.kind !== 'partitioned table'),
    );
    for (const each of carry) scene.lock(each, 'ShareRowExclusiveLock', detach);
  }
}

/** Rows that leave must not be referred to: both ends are read. PostgreSQL: RI_PartitionRemove_Check, ri_triggers.c. */
function checkReferencing(scene: Scene, key: Constraint, parent: Relation, child: Relation): Work[] {
  scene.lock(key.table, 'AccessExclusiveLock', detachKeys);
  for (const each of [...withPartitions(key.table), ...withAncestors(parent)]) {
    scene.lock(each, 'AccessShareLock', detachKeys);
  }
  const read = [...withPartitions(key.table), ...withDescendants(child)].filter(hasStorage);
  return read.map((each) => scene.scan(each, detachKeys));
}

/** CONCURRENTLY leaves the bounds behind as a CHECK. PostgreSQL: DetachAddConstraintIfNeeded, tablecmds.c. */
function keepBounds(parent: Relation, child: Relation): void {
  const columns = [...parent.partitionKey];
  const name = objectName(child.name, columns.length > 1 ? [] : columns, 'check');
  if (columns.length === 0 || child.constraints.has(name)) return;
  const shared = { table: child, columns, validated: true, enforced: true, origin: child.origin } as const;
  const never = { calls: [], deletesRows: false, writesOn: { delete: false, update: false } };
  const expression = '"A_Expr"'; // a comparison; which one nobody asks
  addConstraint({
    ...shared,
    ...{ name, kind: 'check', provesNotNull: columns, expression, target: undefined, index: undefined, ...never },
  });
}

/** DETACH PARTITION: locks the parent outright; CONCURRENTLY (14 and newer) leaves it usable and refuses a transaction. */
export function detachPartition(alteration: Alteration): void {
  const { scene, command, table: parent } = alteration;
  const partition = nodeAs(command.def, 'PartitionCmd');
  const child = relationOf(scene, partition?.name);
  const concurrent = partition?.concurrent === true;
  if (concurrent) scene.forbidTransaction();
  const referencing = keysTo(parent);
  const lightly = scene.version < 14 && referencing.length === 0 && foreignKeys(parent).length === 0;
  // Before 14 a partition without foreign keys was locked more lightly (measured).
  for (const each of withDescendants(child)) {
    scene.lock(each, lightly ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock', detach);
  }
  const standing = defaultPartition(parent);
  if (standing !== undefined && !concurrent) scene.lock(standing, 'AccessExclusiveLock', detach);
  lockDetachedTargets(scene, parent);
  if (!parent.children.includes(child)) parent.assumedParts.add(`partition ${child.name}`);
  const work = referencing.flatMap((key) => checkReferencing(scene, key, parent, child));
  scene.change({
    type: 'partition-detached',
    relation: alteration.relation,
    table: alteration.sqlTable,
    partition: quoteRange(partition?.name),
    concurrently: concurrent,
    hasDefaultPartition: standing !== undefined,
    work,
  });
  parent.children = parent.children.filter((each) => each !== child);
  child.parents = child.parents.filter((each) => each !== parent);
  child.partition = undefined;
  if (concurrent) keepBounds(parent, child);
  // What was a part of the parent's stands by itself now.
  for (const constraint of child.constraints.values()) constraint.parent = undefined;
  for (const index of parent.indexes) index.children = index.children.filter(({ table }) => table !== child);
}
