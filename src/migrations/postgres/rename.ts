import type { AlterObjectSchemaStmt, RenameStmt } from 'libpg-query';
import { addType, findIndex, findRelation, moveIndex, moveRelation, removeType } from '../catalog/catalog.ts';
import { spellType } from '../catalog/column-type.ts';
import { columnOrAssumed, type Index, qualifiedName, type Relation, withDescendants } from '../catalog/relation.ts';
import type { RelationRenamed } from '../changes.ts';
import type { Why } from '../effects.ts';
import { typeOrAssumed } from './named-type.ts';
import { nameOf, nameParts } from './node.ts';
import { dropOther } from './other-object.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import { moveRoutine, routineKinds } from './routine.ts';
import { rangeName, relationOf, type Scene } from './scene.ts';

const rename: Why = { reason: 'its name changes for everybody', source: 'RenameRelation, tablecmds.c' };
const renameInside: Why = {
  reason: 'something of it gets another name',
  source: 'renameatt and RenameConstraint, tablecmds.c',
};
const renameIndex: Why = {
  reason: 'an index can be renamed while it is used',
  source: 'RenameRelation, tablecmds.c (12)',
};
const setSchema: Why = {
  reason: 'it moves to another schema for everybody',
  source: 'AlterTableNamespace, tablecmds.c',
};

const relationTypes: Readonly<Record<string, { kind: Relation['kind']; what: RelationRenamed['what'] }>> = {
  OBJECT_TABLE: { kind: 'table', what: 'table' },
  OBJECT_VIEW: { kind: 'view', what: 'view' },
  OBJECT_MATVIEW: { kind: 'materialized view', what: 'materialized view' },
  OBJECT_SEQUENCE: { kind: 'sequence', what: 'sequence' },
  OBJECT_FOREIGN_TABLE: { kind: 'foreign table', what: 'foreign table' },
};

function lockIndexRename(statement: RenameStmt, scene: Scene): void {
  const index = findIndex(scene.catalog, rangeName(statement.relation));
  if (index === undefined) return;
  scene.lockIndex(index, scene.version >= 12 ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock', renameIndex);
  const constraint = [...index.table.constraints.values()].find((each) => each.index === index);
  moveIndex(scene.catalog, index, { name: statement.newname ?? '' });
  if (constraint === undefined) return;
  index.table.constraints.delete(constraint.name);
  constraint.name = index.name;
  index.table.constraints.set(constraint.name, constraint);
}

function renameRelation(statement: RenameStmt, scene: Scene): void {
  const type = relationTypes[statement.renameType ?? ''];
  const name = rangeName(statement.relation);
  const known = findRelation(scene.catalog, name);
  if (type === undefined || (known === undefined && statement.missing_ok === true && scene.catalog.complete)) return;
  if (known === undefined && findIndex(scene.catalog, name) !== undefined) {
    lockIndexRename(statement, scene);
    return;
  }
  const relation = known ?? relationOf(scene, statement.relation, type.kind);
  const to = statement.newname ?? '';
  scene.lock(relation, 'AccessExclusiveLock', rename);
  scene.change({
    type: 'relation-renamed',
    relation: qualifiedName(relation),
    table: quoteRange(statement.relation),
    what: type.what,
    to: quoteIdentifier(to),
    work: [],
  });
  moveRelation(scene.catalog, relation, { name: to });
}

function renamed(list: string[], from: string, to: string): string[] {
  return list.map((each) => (each === from ? to : each));
}

/** An expression keeps the old name in its shape, so that nothing can be said of it any more. */
function renamedShape(shape: Index['shape'], from: string, to: string): Index['shape'] {
  if (shape === undefined || shape.where !== '' || shape.keys.some((key) => key.startsWith('{'))) return undefined;
  return { ...shape, keys: renamed([...shape.keys], from, to), include: renamed([...shape.include], from, to) };
}

function renameColumnIn(relation: Relation, from: string, to: string): void {
  columnOrAssumed(relation, from);
  // The column keeps its place.
  const columns = [...relation.columns.values()];
  relation.columns.clear();
  for (const column of columns) {
    const moved = column.name === from ? { ...column, name: to, was: column.was ?? from } : column;
    relation.columns.set(moved.name, moved);
  }
  for (const index of relation.indexes) {
    index.columns = renamed(index.columns, from, to);
    index.expressionColumns = renamed(index.expressionColumns, from, to);
    index.shape = renamedShape(index.shape, from, to);
  }
  for (const constraint of relation.constraints.values()) {
    constraint.columns = renamed(constraint.columns, from, to);
    constraint.provesNotNull = renamed([...constraint.provesNotNull], from, to);
  }
  for (const key of relation.referencedBy) {
    if (key.target !== undefined) key.target.columns = renamed(key.target.columns, from, to);
  }
  for (const view of relation.readBy) {
    for (const { columns } of view.reads.filter((read) => read.relation === relation && read.columns.has(from)))
      columns.add(to);
  }
  for (const sequence of relation.owns) if (sequence.ownedBy?.column === from) sequence.ownedBy.column = to;
}

function renameColumn(statement: RenameStmt, scene: Scene): void {
  const absent = findRelation(scene.catalog, rangeName(statement.relation)) === undefined;
  if (absent && statement.missing_ok === true && scene.catalog.complete) return;
  const table = relationOf(scene, statement.relation);
  const from = statement.subname ?? '';
  const to = statement.newname ?? '';
  const type = table.columns.get(from)?.type;
  for (const each of statement.relation?.inh === true ? withDescendants(table) : [table]) {
    scene.lock(each, 'AccessExclusiveLock', renameInside);
    renameColumnIn(each, from, to);
  }
  scene.change({
    type: 'column-renamed',
    relation: qualifiedName(table),
    table: quoteRange(statement.relation),
    column: quoteIdentifier(from),
    to: quoteIdentifier(to),
    columnType: type === undefined ? undefined : spellType(type),
    work: [],
  });
}

function renameConstraint(statement: RenameStmt, scene: Scene): void {
  const table = relationOf(scene, statement.relation);
  const kind = table.constraints.get(statement.subname ?? '')?.kind;
  const goesDown = kind === undefined || kind === 'check' || kind === 'not null'; // PostgreSQL: rename_constraint_internal
  for (const each of goesDown ? withDescendants(table) : [table]) {
    scene.lock(each, 'AccessExclusiveLock', renameInside);
    const constraint = each.constraints.get(statement.subname ?? '');
    if (constraint === undefined && !each.complete) each.assumedConstraints.add(statement.subname ?? '');
    if (constraint === undefined) continue;
    each.constraints.delete(constraint.name);
    constraint.name = statement.newname ?? '';
    each.constraints.set(constraint.name, constraint);
    if (constraint.index !== undefined) moveIndex(scene.catalog, constraint.index, { name: constraint.name });
  }
}

function renameTrigger(statement: RenameStmt, scene: Scene): void {
  const table = relationOf(scene, statement.relation);
  const reached = scene.version >= 15 && table.kind === 'partitioned table' ? withDescendants(table) : [table];
  for (const each of reached) {
    scene.lock(each, 'AccessExclusiveLock', renameInside);
    const called = each.triggers.get(statement.subname ?? '');
    each.triggers.delete(statement.subname ?? '');
    if (called !== undefined) each.triggers.set(statement.newname ?? '', called);
  }
}

function renameSchema(statement: RenameStmt, scene: Scene): void {
  const from = statement.subname ?? '';
  const to = statement.newname ?? '';
  for (const relation of [...scene.catalog.relations.values()].filter((each) => each.schema === from)) {
    scene.touch(relation);
    moveRelation(scene.catalog, relation, { schema: to });
  }
  const made = scene.catalog.schemas.get(from) === 'set';
  scene.catalog.schemas.delete(from);
  scene.catalog.schemas.set(to, made ? 'set' : 'assumed');
  if (made) return;
  const change = {
    relation: from,
    table: quoteIdentifier(from),
    what: 'schema',
    to: quoteIdentifier(to),
    work: [],
  } as const;
  scene.change({ type: 'relation-renamed', ...change });
}

function renameType(statement: RenameStmt, scene: Scene): void {
  const name = nameOf(nameParts(statement.object));
  const type = typeOrAssumed(scene, name, 'composite');
  if (type.origin === 'assumed' && type.renamed !== true) {
    type.renamed = true;
    scene.catalog.assumedTypes.set(`${name.schema ?? scene.catalog.searchPath[0] ?? 'public'}.${name.name}`, type);
  }
  removeType(scene.catalog, name);
  addType(scene.catalog, { schema: name.schema, name: statement.newname ?? '' }, type);
  for (const relation of scene.catalog.relations.values()) {
    for (const column of relation.columns.values()) {
      if (column.type?.name === name.name) column.type = { ...column.type, name: statement.newname ?? '' };
    }
  }
}

/** Names that no statement of an application uses. */
const quietRenames = new Set([
  'OBJECT_DOMCONSTRAINT',
  'OBJECT_STATISTIC_EXT',
  'OBJECT_PUBLICATION',
  'OBJECT_SUBSCRIPTION',
  'OBJECT_TABLESPACE',
]);

const renamers: Readonly<Record<string, (statement: RenameStmt, scene: Scene) => void>> = {
  OBJECT_INDEX: lockIndexRename,
  OBJECT_COLUMN: renameColumn,
  OBJECT_TABCONSTRAINT: renameConstraint,
  OBJECT_TRIGGER: renameTrigger,
  OBJECT_RULE: renameLocked,
  OBJECT_POLICY: renameLocked,
  OBJECT_SCHEMA: renameSchema,
  OBJECT_TYPE: renameType,
  OBJECT_DOMAIN: renameType,
  OBJECT_FUNCTION: renameRoutine,
  OBJECT_PROCEDURE: renameRoutine,
  OBJECT_ROUTINE: renameRoutine,
  OBJECT_AGGREGATE: renameRoutine,
  OBJECT_ATTRIBUTE: renameAttribute,
};

function renameRoutine(statement: RenameStmt, scene: Scene): void {
  moveRoutine(statement.object, scene, { name: statement.newname ?? '' });
}

/**
 * An attribute of a composite type, under another name; CASCADE reaches the tables that are typed by it.
 * PostgreSQL: renameatt_internal, tablecmds.c.
 */
function renameAttribute(statement: RenameStmt, scene: Scene): void {
  const from = statement.subname ?? '';
  const type = typeOrAssumed(scene, rangeName(statement.relation), 'composite');
  type.edits?.renamed.add(from);
  type.values = type.values?.map((each) =>
    each.startsWith(`${from} `) ? `${statement.newname}${each.slice(from.length)}` : each,
  );
  for (const relation of scene.catalog.relations.values()) {
    if (relation.ofType !== statement.relation?.relname) continue;
    scene.lock(relation, 'AccessExclusiveLock', renameInside);
    renameColumnIn(relation, from, statement.newname ?? '');
  }
}

function renameLocked(statement: RenameStmt, scene: Scene): void {
  const relation = relationOf(scene, statement.relation);
  scene.lock(relation, 'AccessExclusiveLock', renameInside);
  const named: Map<string, unknown> = statement.renameType === 'OBJECT_RULE' ? relation.rules : relation.policies;
  const moved = named.get(statement.subname ?? '');
  if (moved !== undefined) named.set(statement.newname ?? '', moved);
  named.delete(statement.subname ?? '');
}

/** ALTER … RENAME. What belongs to no table (a function, a role) takes no table lock. */
export function renameObject(statement: RenameStmt, scene: Scene): void {
  const type = statement.renameType ?? '';
  const rename = renamers[type] ?? renameRelation;
  if (renamers[type] !== undefined || type in relationTypes) rename(statement, scene);
  else if (!quietRenames.has(type))
    dropOther(scene, type, statement.object ?? { String: { sval: statement.subname ?? '' } }, false);
}

/** SET SCHEMA of what is no relation: a routine and a type are followed. */
function moveOther(statement: AlterObjectSchemaStmt, scene: Scene): void {
  const type = statement.objectType ?? '';
  const schema = statement.newschema ?? '';
  if (routineKinds.has(type)) moveRoutine(statement.object, scene, { schema });
  else if (type === 'OBJECT_TYPE' || type === 'OBJECT_DOMAIN') {
    const name = nameOf(nameParts(statement.object));
    const moved = typeOrAssumed(scene, name, 'composite');
    removeType(scene.catalog, name);
    addType(scene.catalog, { schema, name: name.name }, moved);
  } else if (statement.object !== undefined) dropOther(scene, type, statement.object, false);
}

/** ALTER … SET SCHEMA. */
export function changeSchema(statement: AlterObjectSchemaStmt, scene: Scene): void {
  const type = relationTypes[statement.objectType ?? ''];
  if (type === undefined) {
    moveOther(statement, scene);
    return;
  }
  const name = rangeName(statement.relation);
  if (statement.missing_ok === true && scene.catalog.complete && findRelation(scene.catalog, name) === undefined)
    return;
  const relation = relationOf(scene, statement.relation, type.kind);
  scene.lock(relation, 'AccessExclusiveLock', setSchema);
  for (const sequence of relation.owns) scene.lock(sequence, 'AccessExclusiveLock', setSchema);
  const schema = statement.newschema ?? '';
  const to = `${quoteIdentifier(schema)}.${quoteIdentifier(relation.name)}`;
  scene.change({
    type: 'relation-renamed',
    relation: qualifiedName(relation),
    table: quoteRange(statement.relation),
    what: type.what,
    to,
    work: [],
  });
  moveRelation(scene.catalog, relation, { schema });
}
