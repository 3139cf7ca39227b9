import {
  type Constraint,
  defaultPartition,
  foreignKeys,
  type Index,
  type Relation,
  withDescendants,
} from '../catalog/relation.ts';
import type { MissingIndex } from '../changes.ts';
import type { Why, Work } from '../effects.ts';
import type { Alteration } from './alteration.ts';
import { copyIndexes, lockReferenced, lockReferencing, recordPartition } from './create-table.ts';
import { nodeAs } from './node.ts';
import { provenNotNull } from './not-null.ts';
import { objectName } from './object-name.ts';
import { boundCondition, hasProvenOpposite } from './partition-bounds.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import { relationOf } from './scene.ts';

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
const detach: Why = { reason: 'the partition is cut loose', source: 'ATExecDetachPartition, tablecmds.c' };
const detachKeys: Why = {
  reason: 'foreign keys that point at the partitioned table are checked against the rows that leave',
  source: 'ATDetachCheckNoForeignKeyRefs, tablecmds.c',
};

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

/** The child's index that can be tied to the parent's. */
function matchOf(wanted: Index, child: Relation): Index | undefined {
  return [...child.indexes].find((has) => has.columns.join() === wanted.columns.join() && has.unique === wanted.unique);
}

/** Indexes of the parent that the child lacks. */
function lackedIndexes(parent: Relation, child: Relation): readonly Index[] {
  return [...parent.indexes].filter((wanted) => matchOf(wanted, child) === undefined);
}

function missingIndexes(parent: Relation, child: Relation): readonly MissingIndex[] {
  return lackedIndexes(parent, child).map((index): MissingIndex => {
    const carried = [...parent.constraints.values()].find((constraint) => constraint.index === index)?.kind;
    const columns = index.expressionColumns.length > 0 ? [] : index.columns.map(quoteIdentifier);
    const label = carried === 'primary key' ? 'pkey' : carried === 'unique' ? 'key' : 'idx';
    const name = objectName(child.name, carried === 'primary key' ? [] : index.columns, label);
    const shared = { name: quoteIdentifier(name), unique: index.unique, columns, like: quoteIdentifier(index.name) };
    if (carried === 'primary key') return { ...shared, constraint: 'PRIMARY KEY' };
    return carried === 'unique' ? { ...shared, constraint: 'UNIQUE' } : shared;
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
  const condition = boundCondition(partition?.bound, parent.partitionKey);
  const standing = defaultPartition(parent);
  if (standing !== undefined) {
    scene.lock(standing, 'AccessExclusiveLock', attach);
    if (!hasProvenOpposite(standing, condition)) work.push(scene.scan(standing, defaultScan));
  }
  const missing = missingIndexes(parent, child);
  work.push(
    ...missing.flatMap(({ name }) => [scene.scan(child, attachIndex), scene.buildIndex(child, name, attachIndex)]),
  );
  lockReferenced(scene, parent);
  lockReferencing(scene, parent);
  const lacked = lackedIndexes(parent, child);
  for (const index of parent.indexes) {
    const match = matchOf(index, child);
    if (match !== undefined && !index.children.includes(match)) index.children.push(match);
  }
  copyIndexes(parent, child, scene, 'attached', lacked);
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

/** DETACH PARTITION: locks the parent outright; CONCURRENTLY (14 and newer) leaves it usable and refuses a transaction. */
export function detachPartition(alteration: Alteration): void {
  const { scene, command, table: parent } = alteration;
  const partition = nodeAs(command.def, 'PartitionCmd');
  const child = relationOf(scene, partition?.name);
  const concurrent = partition?.concurrent === true;
  if (concurrent) scene.forbidTransaction();
  // Before 14 the partition itself was locked more lightly (measured).
  scene.lock(child, scene.version >= 14 ? 'AccessExclusiveLock' : 'ShareUpdateExclusiveLock', detach);
  const standing = defaultPartition(parent);
  if (standing !== undefined && !concurrent) scene.lock(standing, 'AccessExclusiveLock', detach);
  for (const { target } of foreignKeys(parent)) {
    if (target !== undefined) scene.lock(target.table, 'ShareRowExclusiveLock', detach);
  }
  if (!parent.children.includes(child)) parent.assumedParts.add(`partition ${child.name}`);
  const work = [...parent.referencedBy].map(({ table }) => {
    scene.lock(table, 'AccessExclusiveLock', detachKeys);
    return scene.scan(table, detachKeys);
  });
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
}
