import type { DropStmt } from 'libpg-query';
import {
  findIndex,
  findRelation,
  type ObjectName,
  relationOrAssumed,
  removeIndex,
  removeRelation,
} from '../catalog/catalog.ts';
import { defaultPartition, newRelation, qualifiedName, type Relation, withDescendants } from '../catalog/relation.ts';
import type { RelationDropped } from '../changes.ts';
import type { Why } from '../effects.ts';
import { dependentsOf, reportCascade } from './cascade.ts';
import { withAttached } from './copy-indexes.ts';
import { dropExtension, dropFunction, dropStatistics, dropType } from './drop-named.ts';
import { dropColumnsOf, dropUsersOfSequence } from './drop-type.ts';
import { dropKey, keysTo, lockGoingKey, ownKeys } from './foreign-key-ends.ts';
import { loseData, loseObject } from './losses.ts';
import { nameOf, nameParts } from './node.ts';
import { dropOther } from './other-object.ts';
import { quoteIdentifier, quoteRelation } from './quote.ts';
import { routineKinds } from './routine.ts';
import type { Scene } from './scene.ts';
import { dropDependentViews } from './view-dependents.ts';

const drop: Why = { reason: 'it is dropped', source: 'RemoveRelations, tablecmds.c' };
const otherEnd: Why = {
  reason: 'a foreign key ties it to a table that is dropped',
  source: 'RemoveConstraintById, pg_constraint.c',
};
const parentOf: Why = {
  reason: 'one of its partitions is dropped',
  source: 'RangeVarCallbackForDropRelation, tablecmds.c',
};
const indexDrop: Why = { reason: 'an index of it is dropped', source: 'RangeVarCallbackForDropRelation, tablecmds.c' };
const indexDropConcurrently: Why = {
  reason: 'the index is dropped while reads and writes go on',
  source: 'index_drop, index.c; DROP INDEX, CONCURRENTLY',
};
const onTable: Why = { reason: 'what is dropped belongs to the table', source: 'get_object_address, objectaddress.c' };

const relationTypes: Readonly<Record<string, { kind: Relation['kind']; what: RelationDropped['what'] }>> = {
  OBJECT_TABLE: { kind: 'table', what: 'table' },
  OBJECT_VIEW: { kind: 'view', what: 'view' },
  OBJECT_MATVIEW: { kind: 'materialized view', what: 'materialized view' },
  OBJECT_SEQUENCE: { kind: 'sequence', what: 'sequence' },
  OBJECT_FOREIGN_TABLE: { kind: 'foreign table', what: 'foreign table' },
};

function quoted(name: ObjectName): string {
  const own = quoteIdentifier(name.name);
  return name.schema === undefined ? own : `${quoteIdentifier(name.schema)}.${own}`;
}

/** Rows go with tables, and where they stood with sequences; views and foreign tables are definitions. */
function loseRelation(scene: Scene, relation: Relation): void {
  const holdsData = ['table', 'partitioned table', 'sequence'].includes(relation.kind);
  const gone = holdsData ? loseData : loseObject;
  gone(scene, relation, `the ${relation.kind} is dropped`, drop.source);
}

/** Locks what goes with a relation: both ends of foreign keys, the parent of a partition and its default, dependent views. */
function lockDropped(scene: Scene, relation: Relation, cascade: boolean): void {
  for (const each of withDescendants(relation)) {
    scene.lock(each, 'AccessExclusiveLock', drop);
    loseRelation(scene, each);
    for (const key of ownKeys(each)) lockGoingKey(scene, key);
    for (const key of keysTo(each)) {
      if (key.table !== each) loseObject(scene, key.table, otherEnd.reason, otherEnd.source, key.name);
      dropKey(scene, key);
    }
    for (const sequence of each.owns) {
      scene.lock(sequence, 'AccessExclusiveLock', drop);
      loseRelation(scene, sequence);
    }
    if (cascade) dropDependentViews(scene, each);
  }
  if (relation.partition === undefined) return;
  for (const parent of relation.parents) {
    scene.lock(parent, 'AccessExclusiveLock', parentOf);
    const standing = defaultPartition(parent);
    if (standing !== undefined) scene.lock(standing, 'AccessExclusiveLock', parentOf);
  }
}

/** All relations that the statement names: they may depend on each other. */
function droppedTogether(scene: Scene, statement: DropStmt): ReadonlySet<Relation> {
  const named = (statement.objects ?? []).map((each) => findRelation(scene.catalog, nameOf(nameParts(each))));
  return new Set(named.flatMap((each) => (each === undefined ? [] : withDescendants(each))));
}

/** What DROP TABLE of a partition means for its parent. */
function partitionFacts(relation: Relation): Pick<RelationDropped, 'partitionOf' | 'hasDefaultPartition'> {
  const [parent] = relation.parents;
  if (relation.partition === undefined || parent === undefined) return {};
  return {
    partitionOf: quoted(parent),
    ...(defaultPartition(parent) === undefined ? {} : { hasDefaultPartition: true }),
  };
}

function dropRelation(scene: Scene, name: ObjectName, statement: DropStmt): void {
  const type = relationTypes[statement.removeType ?? ''];
  if (type === undefined) return;
  const found = findRelation(scene.catalog, name);
  if (found === undefined && statement.missing_ok === true && scene.catalog.complete) return;
  const relation = found ?? relationOrAssumed(scene.catalog, name, type.kind);
  const cascade = statement.behavior === 'DROP_CASCADE';
  const goes = droppedTogether(scene, statement);
  const usedBy = cascade ? [] : dependentsOf(relation, goes).map((each) => `${each.what} ${each.name}`);
  if (cascade) reportCascade(scene, relation, type.what, goes);
  lockDropped(scene, relation, cascade);
  if (cascade && relation.kind === 'sequence') dropUsersOfSequence(scene, relation);
  else if (cascade) dropColumnsOf(scene, new Set([relation.name])); // a table is a type, too
  scene.change({
    type: 'relation-dropped',
    ...(usedBy.length > 0 ? { usedBy } : {}),
    relation: qualifiedName(relation),
    table: quoted(name),
    what: type.what,
    cascade,
    ...partitionFacts(relation),
    work: [],
  });
  removeRelation(scene.catalog, relation);
}

function dropIndex(scene: Scene, name: ObjectName, statement: DropStmt): void {
  const index = findIndex(scene.catalog, name);
  if (scene.catalog.origin === 'set') scene.catalog.droppedIndexes.add(name.name);
  if (index === undefined && statement.missing_ok === true && scene.catalog.complete) return;
  const concurrently = statement.concurrent === true;
  const mode = concurrently ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock';
  const why = concurrently ? indexDropConcurrently : indexDrop;
  const neededBy = [...(index?.table.constraints.values() ?? [])].find((each) => each.index === index)?.name;
  if (index === undefined) lockUnknownIndex(scene, name, mode, why);
  else {
    scene.lock(index.table, mode, why);
    for (const each of withAttached(index)) scene.lock(each.table, mode, why);
    scene.lockIndex(index, mode, why);
    loseObject(scene, index.table, 'the index is dropped', 'index_drop, index.c', index.name);
    removeIndex(scene.catalog, index);
  }
  scene.change({
    type: 'index-dropped',
    relation: index === undefined ? '' : qualifiedName(index.table),
    table: index === undefined ? '' : quoteRelation(index.table),
    index: quoted(name),
    concurrently,
    existing: index?.origin !== 'set',
    onPartitionedTable: index?.table.kind === 'partitioned table',
    ...(index === undefined || neededBy === undefined ? {} : { neededBy: quoteIdentifier(neededBy) }),
    work: [],
  });
}

/** The table of an index that nobody has seen made cannot be named; the lock on the index itself can. */
function lockUnknownIndex(
  scene: Scene,
  name: ObjectName,
  mode: 'ShareUpdateExclusiveLock' | 'AccessExclusiveLock',
  why: Why,
): void {
  const schema = name.schema ?? scene.catalog.searchPath[0] ?? 'public';
  const table = newRelation({ schema, name: '?', kind: 'table', origin: 'assumed', madeBy: -1, complete: false });
  const unknown = {
    columns: [],
    labels: [],
    unique: false,
    expressionColumns: [],
    origin: 'assumed',
    madeBy: -1,
    children: [],
  } as const;
  scene.lockIndex(
    { ...unknown, schema, name: name.name, table, columns: [], calls: [], expressionColumns: [], children: [] },
    mode,
    why,
  );
  scene.opaque(`the table of index ${quoted(name)} is not known: none of the files made the index`);
}

/** Whether the table has the trigger, rule or policy. */
function hasPart(table: Relation, type: DropStmt['removeType'], name: string): boolean {
  if (type === 'OBJECT_TRIGGER') return table.triggers.has(name);
  return type === 'OBJECT_RULE' ? table.rules.has(name) : table.policies.has(name);
}

/** Trigger, rule, policy: the last part is its name, the parts before name the table. */
function dropOnTable(scene: Scene, parts: readonly string[], statement: DropStmt): void {
  const name = nameOf(parts.slice(0, -1));
  const found = findRelation(scene.catalog, name);
  const absent = found === undefined || (found.complete && !hasPart(found, statement.removeType, parts.at(-1) ?? ''));
  if (absent && statement.missing_ok === true && scene.catalog.complete) return;
  const table = found ?? relationOrAssumed(scene.catalog, name);
  const part = parts.at(-1) ?? '';
  const kind = (statement.removeType ?? '').replace('OBJECT_', '').toLowerCase();
  for (const each of statement.removeType === 'OBJECT_TRIGGER' ? withDescendants(table) : [table]) {
    // A trigger for each row of a partitioned table has a copy on each partition. PostgreSQL: RemoveTriggerById, trigger.c.
    if (each !== table && each.complete && !each.triggers.has(part)) continue;
    scene.lock(each, 'AccessExclusiveLock', onTable);
    loseObject(scene, each, onTable.reason, onTable.source, part);
    const known = [each.triggers, each.policies, each.rules][['trigger', 'policy', 'rule'].indexOf(kind)]?.delete(part);
    // What goes although no file made it was there before.
    if (known !== true && !each.complete) each.assumedParts.add(`${kind} ${part}`);
  }
  const change = { relation: qualifiedName(table), table: quoted(name), work: [] } as const;
  const dropped = quoteIdentifier(parts.at(-1) ?? '');
  if (statement.removeType === 'OBJECT_TRIGGER')
    scene.change({ type: 'trigger-stopped', ...change, trigger: dropped, how: 'dropped' });
  if (statement.removeType === 'OBJECT_POLICY') {
    table.policies.delete(parts.at(-1) ?? '');
    scene.change({ type: 'policy-changed', ...change, policy: dropped, how: 'dropped' });
  }
}

function dropSchema(scene: Scene, name: string, statement: DropStmt): void {
  const cascade = statement.behavior === 'DROP_CASCADE';
  const inside = [...scene.catalog.relations.values()].filter((relation) => relation.schema === name);
  if (cascade) {
    for (const relation of inside) lockDropped(scene, relation, true);
    for (const relation of inside) removeRelation(scene.catalog, relation);
    const types = [...scene.catalog.types.keys()].filter((key) => key.startsWith(`${name}\u0000`));
    for (const type of types) dropType(scene, { schema: name, name: type.slice(name.length + 1) }, statement);
  }
  const made = scene.catalog.schemas.get(name) === 'set';
  if (statement.missing_ok !== true || scene.catalog.schemas.has(name) || !scene.catalog.complete) {
    scene.lose(
      { what: 'object', object: name, reason: 'the schema is dropped', source: 'RemoveObjects, dropcmds.c' },
      made,
    );
  }
  scene.catalog.schemas.delete(name);
  if (made && inside.every((relation) => relation.origin === 'set')) return;
  if (cascade || inside.length > 0) {
    scene.change({
      type: 'relation-dropped',
      relation: name,
      table: quoteIdentifier(name),
      what: 'schema',
      cascade,
      work: [],
    });
  }
}

/** DROP SERVER and DROP FOREIGN DATA WRAPPER; CASCADE takes the foreign tables along. */
function dropServer(scene: Scene, name: string, statement: DropStmt): void {
  const { servers, relations } = scene.catalog;
  const gone = [...servers].filter(
    ([server, wrapper]) => (statement.removeType === 'OBJECT_FDW' ? wrapper : server) === name,
  );
  for (const [server] of gone) {
    servers.delete(server);
    for (const relation of [...relations.values()].filter((each) => each.server === server)) {
      lockDropped(scene, relation, true);
      removeRelation(scene.catalog, relation);
    }
  }
}

/** DROP of anything. Objects that belong to no table take no table lock. */
export function dropObjects(statement: DropStmt, scene: Scene): void {
  const type = statement.removeType ?? '';
  if (type === 'OBJECT_INDEX' && statement.concurrent === true) scene.forbidTransaction();
  for (const object of statement.objects ?? []) {
    const parts = nameParts(object);
    if (type in relationTypes) dropRelation(scene, nameOf(parts), statement);
    else if (type === 'OBJECT_INDEX') dropIndex(scene, nameOf(parts), statement);
    else if (type === 'OBJECT_TRIGGER' || type === 'OBJECT_RULE' || type === 'OBJECT_POLICY')
      dropOnTable(scene, parts, statement);
    else if (type === 'OBJECT_SCHEMA') dropSchema(scene, parts.at(-1) ?? '', statement);
    else if (routineKinds.has(type)) dropFunction(scene, object, statement);
    else if (type === 'OBJECT_EXTENSION') dropExtension(scene, parts.at(-1) ?? '', statement);
    else if (type === 'OBJECT_STATISTIC_EXT') dropStatistics(scene, nameOf(parts));
    else if (type === 'OBJECT_TYPE' || type === 'OBJECT_DOMAIN') dropType(scene, nameOf(parts), statement);
    else {
      const server = type === 'OBJECT_FOREIGN_SERVER' || type === 'OBJECT_FDW';
      if (server) dropServer(scene, parts.at(-1) ?? '', statement);
      dropOther(scene, type, object, statement.missing_ok === true);
    }
  }
}
