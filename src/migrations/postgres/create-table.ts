import type { CreateStmt, Node, TableLikeClause } from 'libpg-query';
import { addConstraint, addRelation, findRelation, findType } from '../catalog/catalog.ts';
import { defaultPartition, foreignKeys, type Relation, withPartitions } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import { addOwnedSequence, readColumnDefinition, recordColumn } from './column-definition.ts';
import { copyIndexes, ensureIndexes } from './copy-indexes.ts';
import { lockDependency } from './dependency-locks.ts';
import { keysTo } from './foreign-key-ends.ts';
import { nodeAs, stringsOf } from './node.ts';
import { boundCondition, hasProvenOpposite } from './partition-bounds.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import { rangeName, relationOf, type Scene } from './scene.ts';
import { recordConstraint } from './table-constraint.ts';

const references: Why = {
  reason: 'a foreign key puts triggers on the table that it refers to',
  source: 'ATAddForeignKeyConstraint, tablecmds.c',
};
const partitionOf: Why = {
  reason: 'CREATE TABLE … PARTITION OF changes the partitioned table for everybody',
  source: 'DefineRelation, tablecmds.c',
};
const defaultCheck: Why = {
  reason: 'the default partition is searched for rows that belong to the new partition',
  source: 'check_default_partition_contents, partbounds.c',
};
const inherits: Why = { reason: 'a new child is tied to its parent', source: 'MergeAttributes, tablecmds.c' };
const likes: Why = {
  reason: 'LIKE reads the definition of the table',
  source: 'transformTableLikeClause, parse_utilcmd.c',
};

/** Locks that foreign keys of a table bring about on the tables at the other end, partitions of those included. */
export function lockReferenced(scene: Scene, table: Relation): void {
  for (const { target } of foreignKeys(table)) {
    if (target === undefined) continue;
    for (const relation of withPartitions(target.table)) scene.lock(relation, 'ShareRowExclusiveLock', references);
  }
}

/** Tables whose foreign keys point at a partitioned table, when it gets a partition (measured on 12 to 18). */
export function lockReferencing(scene: Scene, parent: Relation): void {
  const mode = scene.version >= 15 ? 'ShareRowExclusiveLock' : 'AccessShareLock';
  for (const { table } of keysTo(parent)) scene.lock(table, mode, references);
}

function copyColumns(from: Relation, to: Relation): void {
  for (const [name, column] of from.columns) if (!to.columns.has(name)) to.columns.set(name, { ...column });
  if (!from.complete) to.complete = false;
}

/** CHECK and NOT NULL constraints come with the columns. PostgreSQL: MergeAttributes, tablecmds.c. */
function inheritChecks(from: Relation, to: Relation): void {
  for (const constraint of from.constraints.values()) {
    const inherited = (constraint.kind === 'check' || constraint.kind === 'not null') && constraint.noInherit !== true;
    if (!inherited || to.constraints.has(constraint.name)) continue;
    to.constraints.set(constraint.name, { ...constraint, columns: [...constraint.columns], table: to });
  }
}

/** Bits of TableLikeClause.options. PostgreSQL: TableLikeOption, parsenodes.h. */
const likeConstraints = 4;
const likeDefaults = 8;
const likeGenerated = 16;
const likeIdentity = 32;
const likeIndexes = 64;

/** Columns come without default, identity and expression unless these are asked for. */
function copyLikeColumns(source: Relation, table: Relation, options: number, scene: Scene): void {
  const known = new Set(table.columns.keys());
  copyColumns(source, table);
  for (const column of [...table.columns.values()].filter(({ name }) => !known.has(name))) {
    const { identity, generated } = column;
    const kept = identity ? likeIdentity : generated === undefined ? likeDefaults : likeGenerated;
    if ((options & kept) === 0) {
      Object.assign(column, { identity: false, generated: undefined, hasDefault: false, draws: undefined });
    } else if (identity) column.draws = addOwnedSequence(table, column.name, scene);
    else lockDependency(column.draws, scene);
  }
}

function copyLike(clause: TableLikeClause, table: Relation, scene: Scene): void {
  const name = rangeName(clause.relation);
  const isType = findRelation(scene.catalog, name) === undefined && findType(scene.catalog, name) !== undefined;
  if (isType) {
    table.complete = false; // a composite type's attributes are not kept as columns
    return;
  }
  const source = relationOf(scene, clause.relation);
  scene.lock(source, 'AccessShareLock', likes);
  const options = clause.options ?? 0;
  copyLikeColumns(source, table, options, scene);
  for (const constraint of source.constraints.values()) {
    const copied = constraint.kind === 'check' ? (options & likeConstraints) !== 0 : constraint.kind === 'not null';
    if (copied) table.constraints.set(constraint.name, { ...constraint, table });
  }
  if ((options & likeIndexes) !== 0) copyIndexes(source, table, scene);
}

/** Ties a table to a partitioned parent in the catalog. */
export function recordPartition(parent: Relation, child: Relation, isDefault: boolean): void {
  child.partition = isDefault ? 'default' : 'bounded';
  if (child.parents.includes(parent)) return; // a child has few parents, a parent may have thousands of children
  parent.children.push(child);
  child.parents.push(parent);
}

function createPartition(statement: CreateStmt, table: Relation, scene: Scene): void {
  const parent = relationOf(scene, nodeAs(statement.inhRelations?.[0], 'RangeVar'), 'partitioned table');
  scene.lock(parent, 'AccessExclusiveLock', partitionOf);
  const standing = defaultPartition(parent);
  if (standing !== undefined) {
    scene.lock(standing, 'AccessExclusiveLock', partitionOf);
    const condition = boundCondition(statement.partbound, parent.partitionKey);
    const work = hasProvenOpposite(standing, condition) ? [] : [scene.scan(standing, defaultCheck)];
    scene.change({
      type: 'partition-attached',
      relation: `${parent.schema}.${parent.name}`,
      table: quoteRange(nodeAs(statement.inhRelations?.[0], 'RangeVar')),
      partition: quoteRange(statement.relation),
      ...(condition === undefined ? {} : { condition }),
      defaultPartition: `${quoteIdentifier(standing.schema)}.${quoteIdentifier(standing.name)}`,
      bound: scene.text.slice(Math.max(0, scene.text.search(/\bfor\s+values\b/i))),
      work,
    });
  }
  copyColumns(parent, table);
  inheritChecks(parent, table);
  for (const key of foreignKeys(parent)) addConstraint({ ...key, columns: [...key.columns], table, parent: key });
  lockReferenced(scene, parent);
  lockReferencing(scene, parent);
  ensureIndexes(parent, table, scene);
  recordPartition(parent, table, statement.partbound?.is_default === true);
}

function createChild(parents: readonly Node[], table: Relation, scene: Scene): void {
  for (const each of parents) {
    const parent = relationOf(scene, nodeAs(each, 'RangeVar'));
    scene.lock(parent, 'ShareUpdateExclusiveLock', inherits);
    copyColumns(parent, table);
    for (const column of [...table.columns.values()].filter(({ name }) => parent.columns.has(name))) {
      // An identity is not inherited, a default is. PostgreSQL: MergeAttributes, tablecmds.c.
      if (column.identity) Object.assign(column, { identity: false, hasDefault: false, draws: undefined });
      else lockDependency(column.draws, scene);
    }
    inheritChecks(parent, table);
    parent.children.push(table);
    table.parents.push(parent);
  }
}

/**
 * UNIQUE on the columns of the primary key makes no index of its own, and gives the key its name if that has none.
 * PostgreSQL: transformIndexConstraints, parse_utilcmd.c.
 */
function mergeKeys(elements: readonly Node[]): readonly Node[] {
  const inColumn = (element: Node) =>
    (nodeAs(element, 'ColumnDef')?.constraints ?? []).map((each) => ({
      each,
      column: nodeAs(element, 'ColumnDef')?.colname,
    }));
  const all = elements.flatMap((each) => [{ each, column: undefined }, ...inColumn(each)]);
  const keys = all.flatMap(({ each, column }) => {
    const constraint = nodeAs(each, 'Constraint');
    const isKey = constraint?.contype === 'CONSTR_PRIMARY' || constraint?.contype === 'CONSTR_UNIQUE';
    if (constraint === undefined || !isKey || constraint.indexname !== undefined) return [];
    const { including, deferrable, initdeferred, nulls_not_distinct } = constraint;
    const shape = JSON.stringify([column === undefined ? stringsOf(constraint.keys) : [column], stringsOf(including)]);
    return [{ constraint, shape: `${shape} ${deferrable} ${initdeferred} ${nulls_not_distinct}` }];
  });
  const primary = keys.find(({ constraint }) => constraint.contype === 'CONSTR_PRIMARY');
  const merged = keys.filter((key) => key.constraint.contype === 'CONSTR_UNIQUE' && key.shape === primary?.shape);
  if (primary === undefined || merged.length === 0) return elements;
  const gone = new Set<unknown>(merged.map(({ constraint }) => constraint));
  const name = primary.constraint.conname ?? merged.find(({ constraint }) => constraint.conname)?.constraint.conname;
  const replaced = (node: Node): readonly Node[] => {
    const constraint = nodeAs(node, 'Constraint');
    if (constraint === undefined) return [node];
    if (gone.has(constraint)) return [];
    const named = constraint === primary.constraint && name !== undefined;
    return [named ? { Constraint: { ...constraint, conname: name } } : node];
  };
  return elements.flatMap((element) => {
    const column = nodeAs(element, 'ColumnDef');
    if (column === undefined) return replaced(element);
    return [{ ColumnDef: { ...column, constraints: (column.constraints ?? []).flatMap(replaced) } }];
  });
}

function readElement(element: Node, table: Relation, scene: Scene): void {
  const column = nodeAs(element, 'ColumnDef');
  if (column !== undefined) {
    const definition = readColumnDefinition(column);
    recordColumn(definition, table, scene);
    for (const constraint of definition.constraints) recordConstraint(constraint, table, scene, definition.name);
  }
  const constraint = nodeAs(element, 'Constraint');
  if (constraint !== undefined) recordConstraint(constraint, table, scene);
  const like = nodeAs(element, 'TableLikeClause');
  if (like !== undefined) copyLike(like, table, scene);
}

/** CREATE TABLE in all its forms: columns, LIKE, INHERITS, PARTITION BY, PARTITION OF, OF type. */
export function createTable(statement: CreateStmt, scene: Scene, kind?: Relation['kind']): void {
  const name = rangeName(statement.relation);
  const temporary = statement.relation?.relpersistence === 't';
  const wanted = temporary ? { schema: 'pg_temp', name: name.name } : name;
  if (statement.if_not_exists === true && findRelation(scene.catalog, wanted) !== undefined) return;
  const table = addRelation(
    scene.catalog,
    wanted,
    kind ?? (statement.partspec === undefined ? 'table' : 'partitioned table'),
  );
  if (temporary) table.persistence = 'temporary';
  else if (statement.relation?.relpersistence === 'u') table.persistence = 'unlogged';
  table.accessMethod = statement.accessMethod ?? 'heap';
  table.ofType = stringsOf(statement.ofTypename?.names).at(-1);
  if (table.ofType !== undefined) table.complete = false; // the type's attributes are not kept as columns
  const keys = (statement.partspec?.partParams ?? []).map((each) => nodeAs(each, 'PartitionElem')?.name);
  table.partitionKey = keys.filter((key) => key !== undefined);
  if (statement.partbound !== undefined) createPartition(statement, table, scene);
  else createChild(statement.inhRelations ?? [], table, scene);
  for (const element of mergeKeys(statement.tableElts ?? [])) readElement(element, table, scene);
  lockReferenced(scene, table);
}
