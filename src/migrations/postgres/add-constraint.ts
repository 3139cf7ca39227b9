import type { Constraint as ConstraintNode } from 'libpg-query';
import { moveIndex } from '../catalog/catalog.ts';
import {
  type Constraint,
  foreignKeys,
  type Relation,
  targetColumns,
  withDescendants,
  withPartitions,
} from '../catalog/relation.ts';
import type { ConstraintAdded } from '../changes.ts';
import type { Why, Work } from '../effects.ts';
import type { Alteration } from './alteration.ts';
import { expressionKey, nodeAs, stringsOf } from './node.ts';
import { provenNotNull } from './not-null.ts';
import { quoteColumns, quoteIdentifier, quoteRelation } from './quote.ts';
import type { Scene } from './scene.ts';
import { expressionText, parenthesised } from './sql-text.ts';
import { recordConstraint } from './table-constraint.ts';

const validateCheck: Why = {
  reason: 'every row is read to see that the constraint holds',
  source: 'ATRewriteTable, tablecmds.c; ALTER TABLE, ADD table_constraint',
};
const validateKey: Why = {
  reason: 'every row is looked up in the referenced table',
  source: 'validateForeignKeyConstraint, tablecmds.c',
};
const lookUpKey: Why = { when: 'rows', ...validateKey };
const lockTarget: Why = {
  reason: 'a foreign key puts triggers on both tables',
  source: 'ATAddForeignKeyConstraint, tablecmds.c',
};
const buildIndex: Why = {
  reason: 'the index behind the constraint is built from the whole table',
  source: 'ATExecAddIndex, tablecmds.c; DefineIndex, indexcmds.c',
};
const inherited: Why = {
  reason: 'children and partitions get the constraint as well',
  source: 'ATExecAddConstraint, tablecmds.c',
};
const keyNotNull: Why = {
  reason: 'the key columns are not known to be not null, so every row is read',
  source: 'index_check_primary_key, index.c',
};

function hasRows(relation: Relation): boolean {
  return relation.kind !== 'partitioned table' && relation.kind !== 'foreign table';
}

/**
 * A partition that had the same key already, and validated, is not read again. PostgreSQL: tryAttachPartitionForeignKey.
 * @param received the key as this statement puts it on each table, which proves nothing
 */
function hasProvenKey(partition: Relation, added: Constraint, received: readonly Received[]): boolean {
  if (partition === added.table) return false;
  return foreignKeys(partition).some(
    (key) =>
      !received.some(({ constraint }) => constraint === key) &&
      key.parent === undefined &&
      key.validated &&
      key.target?.table === added.target?.table &&
      key.columns.join() === added.columns.join() &&
      targetColumns(key).join() === targetColumns(added).join(),
  );
}

/** Locks the other end of a foreign key, and reads both ends if the key is to be validated. */
function foreignKeyWork(
  alteration: Alteration,
  own: Constraint,
  received: readonly Received[],
  validates: boolean,
): Work[] {
  const { scene, targets } = alteration;
  if (own.target === undefined) return [];
  for (const relation of withPartitions(own.target.table)) scene.lock(relation, 'ShareRowExclusiveLock', lockTarget);
  for (const target of targets) scene.lock(target, 'ShareRowExclusiveLock', lockTarget);
  if (!validates) return [];
  const work = targets
    .filter((target) => hasRows(target) && !hasProvenKey(target, own, received))
    .map((target) => scene.scan(target, validateKey));
  const read = work.length > 0 ? withPartitions(own.target.table).filter(hasRows) : [];
  for (const relation of read) scene.scan(relation, lookUpKey);
  return work;
}

/** A constraint as one table got it. */
export interface Received {
  readonly constraint: Constraint;
  /** Whether its columns could hold nulls before. */
  readonly couldBeNull: boolean;
  /** Those of a key that could; empty where the columns are not known. */
  readonly nullable: readonly string[];
}

function indexWork(scene: Scene, node: ConstraintNode, received: readonly Received[]): Work[] {
  return received.flatMap(({ constraint: { table, name }, couldBeNull }) => {
    if (!hasRows(table)) return [];
    if (node.indexname === undefined) return [scene.scan(table, buildIndex), scene.buildIndex(table, name, buildIndex)];
    return node.contype === 'CONSTR_PRIMARY' && couldBeNull ? [scene.scan(table, keyNotNull)] : [];
  });
}

function checkWork(scene: Scene, received: readonly Received[]): Work[] {
  return received.flatMap(({ constraint, couldBeNull }) => {
    const proven = constraint.kind === 'not null' && !couldBeNull;
    return proven || !hasRows(constraint.table) ? [] : [scene.scan(constraint.table, validateCheck)];
  });
}

/** Where the next column constraint begins, in the text behind one. */
const nextColumnConstraint =
  /(?<!\bset)\s(not\s+null|null|default|check|unique|primary\s+key|references|generated|collate|constraint)\b[\s\S]*$/i;

/** The constraint's own text; one inside ADD COLUMN is cut out of the column's definition. */
function definitionText({ scene, text }: Alteration, node: ConstraintNode, inColumn: boolean): string {
  const named = /^constraint\s+("(?:[^"]|"")*"|\S+)\s+/i;
  if (!inColumn) return text.replace(/^add\s+/i, '').replace(named, '');
  const at = scene.at(node.location ?? 0);
  if (node.contype === 'CONSTR_CHECK') return `CHECK ${parenthesised(scene.text, at) ?? ''}`;
  const inline = expressionText(scene.text, at).replace(named, '');
  return inline.slice(0, 1) + inline.slice(1).replace(nextColumnConstraint, '');
}

/** The index behind a UNIQUE constraint or primary key, as CREATE UNIQUE INDEX would say it. */
function indexText(node: ConstraintNode, own: Constraint): Pick<ConstraintAdded, 'index'> {
  if (own.kind !== 'unique' && own.kind !== 'primary key') return {};
  const including = stringsOf(node.including);
  const included = including.length > 0 ? ` INCLUDE (${quoteColumns(including)})` : '';
  const nulls = node.nulls_not_distinct === true ? ' NULLS NOT DISTINCT' : '';
  const deferred = node.initdeferred === true ? ' INITIALLY DEFERRED' : '';
  const deferral = node.deferrable === true ? ` DEFERRABLE${deferred}` : '';
  return { index: { body: `(${quoteColumns(own.columns)})${included}${nulls}`, deferral } };
}

/** What an added constraint brings about, whether it stands alone or inside ADD COLUMN. */
export function describeAdded(
  alteration: Alteration,
  node: ConstraintNode,
  received: readonly Received[],
  column?: { readonly withColumn: string; readonly filled: boolean },
): ConstraintAdded | undefined {
  const { scene, relation, sqlTable, table } = alteration;
  const own = received.find(({ constraint }) => constraint.table === table)?.constraint;
  if (own === undefined) return undefined;
  const validates = own.validated && own.enforced;
  let work: Work[];
  // A column that is new and null everywhere has nothing to look up, but a CHECK is evaluated all the same (measured).
  if (own.kind === 'foreign key') {
    work = foreignKeyWork(alteration, own, received, validates && (column?.filled ?? true));
  } else if (own.kind === 'check' || own.kind === 'not null') work = validates ? checkWork(scene, received) : [];
  else work = indexWork(scene, node, received);
  return {
    type: 'constraint-added',
    relation,
    table: sqlTable,
    work,
    constraint: own.kind,
    name: quoteIdentifier(own.name),
    validated: validates,
    notValid: own.enforced && node.skip_validation === true,
    usingIndex: node.indexname !== undefined,
    columns: own.columns.map(quoteIdentifier),
    definition: definitionText(alteration, node, column !== undefined),
    ...indexText(node, own),
    onPartitionedTable: table.kind === 'partitioned table',
    partitions: received
      .filter(({ constraint }) => constraint.table !== table && hasRows(constraint.table))
      .map(({ constraint }) => quoteRelation(constraint.table)),
    nullable: received.find(({ constraint }) => constraint === own)?.nullable.map(quoteIdentifier) ?? [],
    ...(column === undefined ? {} : { withColumn: quoteIdentifier(column.withColumn) }),
  };
}

/** A child that has the same CHECK keeps it, and what is below the child is not visited. PostgreSQL: ATAddCheckNNConstraint. */
function withoutMerged({ targets, table }: Alteration, node: ConstraintNode): readonly Relation[] {
  const expression = expressionKey(node.raw_expr);
  const reached = new Set([table]);
  for (const each of reached) {
    for (const child of each.children) {
      const standing = child.constraints.get(node.conname ?? '');
      if (standing?.expression !== expression && targets.includes(child)) reached.add(child);
    }
  }
  return [...reached];
}

/** Which of the targets get the constraint: keys with indexes go to partitions, but not to inheritance children. */
export function receivers(alteration: Alteration, node: ConstraintNode): readonly Relation[] {
  const { targets, table } = alteration;
  if (node.is_no_inherit === true) return [table];
  if (node.contype === 'CONSTR_CHECK') return withoutMerged(alteration, node);
  return node.contype === 'CONSTR_NOTNULL'
    ? targets
    : targets.filter((target) => target === table || target.partition !== undefined);
}

/** A key's columns that may hold nulls; those of an index that nobody has seen are not known, so they may. */
function nullsIn(node: ConstraintNode, target: Relation): Pick<Received, 'couldBeNull' | 'nullable'> {
  const listed = stringsOf(node.keys);
  const index = [...target.indexes].find((each) => each.name === node.indexname);
  const columns = listed.length > 0 ? listed : index?.columns;
  const nullable = (columns ?? []).filter((column) => !provenNotNull(target, column));
  return { couldBeNull: columns === undefined || nullable.length > 0, nullable };
}

const inheritedNotNull: Why = {
  reason: 'the columns of a primary key are not null in what inherits them either, so every row is read',
  source: 'transformIndexConstraint, parse_utilcmd.c; ATPrepAddPrimaryKey, tablecmds.c (18)',
};

/** Children by inheritance do not get the key, but its columns' NOT NULL. */
function makeKeyNotNull({ scene, command, table, mode }: Alteration, node: ConstraintNode): void {
  if (command.subtype !== 'AT_AddConstraint') return;
  for (const child of withDescendants(table)) {
    if (child === table || child.partition !== undefined) continue;
    scene.lock(child, mode, inheritedNotNull);
    const columns = stringsOf(node.keys);
    if (columns.some((column) => !provenNotNull(child, column)) && hasRows(child)) scene.scan(child, inheritedNotNull);
    for (const column of columns) {
      const known = child.columns.get(column);
      if (known !== undefined) known.notNull = true;
    }
  }
}

/** On partitions a key is a part of that of the table above. */
export function tieToParents(received: readonly Constraint[]): void {
  const byTable = new Map(received.map((constraint) => [constraint.table, constraint]));
  for (const constraint of received) {
    if (constraint.kind === 'check' || constraint.kind === 'not null') continue;
    const above = constraint.table.parents.map((parent) => byTable.get(parent)).find((each) => each !== undefined);
    if (above === undefined) continue;
    constraint.parent = above;
    if (constraint.index !== undefined) above.index?.children.push(constraint.index);
  }
}

/** ADD table_constraint. */
export function addConstraintTo(alteration: Alteration): void {
  const { scene, command, table, mode } = alteration;
  const node = nodeAs(command.def, 'Constraint');
  if (node === undefined) return;
  const targets = receivers(alteration, node);
  // Keys over partitions lock the leaves with Share up to 17 and with AccessExclusive from 18 on (measured).
  const leafMode = scene.version >= 18 ? 'AccessExclusiveLock' : 'ShareLock';
  const carriesIndex = node.contype === 'CONSTR_UNIQUE' || node.contype === 'CONSTR_PRIMARY';
  // A child is locked to see whether it has the constraint already.
  if (node.contype === 'CONSTR_CHECK' && node.is_no_inherit !== true) {
    for (const child of targets.flatMap(({ children }) => children)) {
      if (alteration.targets.includes(child)) scene.lock(child, mode, validateCheck);
    }
  }
  let own: string | undefined;
  const received = targets.flatMap((target): Received[] => {
    const nulls = nullsIn(node, target);
    if (target !== table) {
      // A primary key makes the columns NOT NULL on partitions, too.
      const tightens = node.contype === 'CONSTR_PRIMARY' && nulls.couldBeNull;
      if (carriesIndex) scene.lock(target, tightens ? mode : leafMode, buildIndex);
      else scene.lock(target, mode, inherited);
    }
    // On partitions a constraint with an index is named after the partition.
    const { conname: _, ...unnamed } = node;
    const named = node.contype === 'CONSTR_FOREIGN' && own !== undefined ? { ...node, conname: own } : node;
    const constraint = recordConstraint(target !== table && carriesIndex ? unnamed : named, target, scene);
    if (target === table) own = constraint?.name;
    return constraint === undefined ? [] : [{ constraint, ...nulls }];
  });
  tieToParents(received.map(({ constraint }) => constraint));
  if (node.contype === 'CONSTR_PRIMARY') makeKeyNotNull(alteration, node);
  const change = describeAdded({ ...alteration, targets }, node, received);
  if (change !== undefined) scene.change(change);
  const made = received.find(({ constraint }) => constraint.table === table)?.constraint;
  if (node.indexname !== undefined && made?.index !== undefined)
    moveIndex(scene.catalog, made.index, { name: made.name });
}
