import type { AlterTableCmd, AlterTableStmt, AlterTableType, Node } from 'libpg-query';
import { findIndex, findRelation } from '../catalog/catalog.ts';
import { foreignKeys, qualifiedName, type Relation, withDescendants } from '../catalog/relation.ts';
import type { PostgresLockMode, Why } from '../effects.ts';
import { addColumn } from './add-column.ts';
import { addConstraintTo } from './add-constraint.ts';
import {
  addIdentity,
  alterExpression,
  changeDefault,
  changeParent,
  dropExpression,
  dropIdentity,
  setAccessMethod,
  setIdentity,
  setPersistence,
  setTablespace,
} from './alter-column.ts';
import { alterConstraint, dropConstraint, validateConstraint } from './alter-constraint.ts';
import { alterTableLockLevel } from './alter-table-lock-level.ts';
import { inPasses } from './alter-table-pass.ts';
import type { Alteration, AlterationReader } from './alteration.ts';
import { changeColumnType } from './change-type.ts';
import { dropColumn } from './drop-column.ts';
import { keysTo } from './foreign-key-ends.ts';
import { changeAttributes } from './named-type.ts';
import { nodeAs } from './node.ts';
import { dropNotNull, setNotNull } from './not-null.ts';
import { attachPartition, detachPartition } from './partitions.ts';
import { quoteRange } from './quote.ts';
import { changeOwner } from './relation-access.ts';
import { rewriteTable } from './rewrite.ts';
import { changeRowSecurity } from './row-security.ts';
import { rangeName, relationOf, type Scene } from './scene.ts';
import { endOfName, splitAtCommas } from './sql-text.ts';
import { noteAutovacuum, setReplicaIdentity, switchTriggers } from './table-setting.ts';

/** Subcommands that do more than take the lock. */
const readers: Partial<Record<AlterTableType, AlterationReader>> = {
  AT_AddColumn: addColumn,
  AT_DropColumn: dropColumn,
  AT_AlterColumnType: changeColumnType,
  AT_ColumnDefault: changeDefault,
  AT_SetNotNull: setNotNull,
  AT_DropNotNull: dropNotNull,
  AT_SetExpression: alterExpression,
  AT_DropExpression: dropExpression,
  AT_AddConstraint: addConstraintTo,
  AT_ValidateConstraint: validateConstraint,
  AT_DropConstraint: dropConstraint,
  AT_AlterConstraint: alterConstraint,
  AT_AddIdentity: addIdentity,
  AT_SetIdentity: setIdentity,
  AT_DropIdentity: dropIdentity,
  AT_SetLogged: setPersistence('permanent'),
  AT_SetUnLogged: setPersistence('unlogged'),
  AT_SetAccessMethod: setAccessMethod,
  AT_SetTableSpace: setTablespace,
  AT_AttachPartition: attachPartition,
  AT_DetachPartition: detachPartition,
  AT_ReplicaIdentity: setReplicaIdentity,
  AT_SetRelOptions: noteAutovacuum,
  AT_EnableRowSecurity: changeRowSecurity('on'),
  AT_DisableRowSecurity: changeRowSecurity('off'),
  AT_ForceRowSecurity: changeRowSecurity('forced'),
  AT_NoForceRowSecurity: changeRowSecurity('not forced'),
  AT_DisableTrig: switchTriggers(true),
  AT_DisableTrigAll: switchTriggers(true),
  AT_DisableTrigUser: switchTriggers(true),
  AT_EnableTrig: switchTriggers(false),
  AT_EnableAlwaysTrig: switchTriggers(false),
  AT_EnableReplicaTrig: switchTriggers(false),
  AT_EnableTrigAll: switchTriggers(false),
  AT_EnableTrigUser: switchTriggers(false),
  AT_ChangeOwner: changeOwner,
  AT_AddInherit: (alteration) => changeParent(relationOf(alteration.scene, parentOf(alteration)), alteration, 'add'),
  AT_DropInherit: (alteration) => changeParent(relationOf(alteration.scene, parentOf(alteration)), alteration, 'drop'),
};

function parentOf({ command }: Alteration) {
  return nodeAs(command.def, 'RangeVar');
}

/** Subcommands that go down to children and partitions. PostgreSQL: ATPrepCmd, tablecmds.c. */
const recursing: ReadonlySet<AlterTableType> = new Set([
  'AT_AddColumn',
  'AT_DropColumn',
  'AT_AlterColumnType',
  'AT_ColumnDefault',
  'AT_SetNotNull',
  'AT_DropNotNull',
  'AT_SetExpression',
  'AT_DropExpression',
  'AT_SetStatistics',
  'AT_SetStorage',
  'AT_AddConstraint',
  'AT_DropConstraint',
  'AT_ValidateConstraint',
  'AT_AlterConstraint',
  'AT_EnableTrig',
  'AT_DisableTrig',
  'AT_EnableTrigAll',
  'AT_DisableTrigAll',
  'AT_EnableTrigUser',
  'AT_DisableTrigUser',
  'AT_EnableAlwaysTrig',
  'AT_EnableReplicaTrig',
]);

/** Subcommands whose readers know which of the children are locked. */
const lockThemselves: ReadonlySet<string> = new Set([
  'AT_AddConstraint',
  'AT_ValidateConstraint',
  'AT_DropNotNull',
  'AT_SetNotNull',
]);

const looseningOnly: ReadonlySet<string> = new Set(['AT_DropColumn', 'AT_DropConstraint']);

/** From here on ADD CONSTRAINT locks all that is below, whether the constraint goes there or not. PostgreSQL: ATPrepCmd (18). */
const locksAllSince = 18;

const levels: Why = {
  reason: 'ALTER TABLE takes the strongest lock that one of its parts needs',
  source: 'AlterTableGetLockLevel, tablecmds.c',
};

const attributeType: Why = {
  reason: 'the attribute of the type is a column of the table',
  source: 'ATTypedTableRecursion, tablecmds.c',
};

const kindsByObject: Readonly<Record<string, Relation['kind']>> = {
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_FOREIGN_TABLE: 'foreign table',
};

function commandsOf(statement: AlterTableStmt): AlterTableCmd[] {
  return (statement.cmds ?? []).map((each: Node) => nodeAs(each, 'AlterTableCmd')).filter((each) => each !== undefined);
}

/** The text of each subcommand, in order. */
function commandTexts(statement: AlterTableStmt, scene: Scene): string[] {
  const name = scene.at(statement.relation?.location ?? 0);
  const behindName = scene.text.slice(endOfName(scene.text, name)).replace(/^\s*\*/, '');
  return splitAtCommas(behindName);
}

function addConstraintLocksChildren(command: AlterTableCmd): boolean {
  const contype = nodeAs(command.def, 'Constraint')?.contype;
  return contype === 'CONSTR_CHECK' || contype === 'CONSTR_NOTNULL' || contype === undefined;
}

/** PostgreSQL: release notes, 17, "Allow partitioned tables to have identity columns". */
const partitionsHaveIdentitySince = 17;

/** IF [NOT] EXISTS that finds nothing to do: only the table itself is locked. */
function doesNothing({ subtype, missing_ok, name, def }: AlterTableCmd, table: Relation): boolean {
  if (missing_ok !== true) return false;
  if (subtype === 'AT_AddColumn') return table.columns.has(nodeAs(def, 'ColumnDef')?.colname ?? '');
  return subtype === 'AT_DropColumn' && table.complete && !table.columns.has(name ?? '');
}

/** Partitions are visited for each trigger that they have a copy of. PostgreSQL: EnableDisableTrigger, trigger.c. */
function switchesNothing({ subtype, name }: AlterTableCmd, table: Relation, version: number): boolean {
  if (subtype?.includes('Trig') !== true || !table.complete) return false;
  const own = name === undefined ? [...table.triggers.values()] : [table.triggers.get(name)];
  if (own.some((trigger) => trigger?.row === true)) return false;
  // Up to 14 a partitioned table has no triggers of the keys that point at it, but those of its own.
  const keys = foreignKeys(table).length > 0 || (version >= 15 && keysTo(table).length > 0);
  return !(keys && subtype.endsWith('All'));
}

/** The table with its descendants, where a subcommand goes down to them; keys go to partitions only. */
function targetsOf(command: AlterTableCmd, table: Relation, only: boolean, version: number): readonly Relation[] {
  const identity =
    /^AT_(Add|Set|Drop)Identity$/.test(command.subtype ?? '') &&
    version >= partitionsHaveIdentitySince &&
    (command.missing_ok !== true || table.columns.get(command.name ?? '')?.identity === true);
  if (
    only ||
    doesNothing(command, table) ||
    switchesNothing(command, table, version) ||
    !(identity || recursing.has(command.subtype ?? 'AT_SetRelOptions'))
  )
    return [table];
  const toPartitions = identity || (command.subtype === 'AT_AddConstraint' && !addConstraintLocksChildren(command));
  if (toPartitions || command.subtype?.includes('Trig')) {
    return withDescendants(table).filter((each) => each === table || each.partition !== undefined);
  }
  return withDescendants(table);
}

function alterIndex(statement: AlterTableStmt, scene: Scene): void {
  const index = findIndex(scene.catalog, rangeName(statement.relation));
  const commands = commandsOf(statement);
  const mode: PostgresLockMode = alterTableLockLevel(commands, scene.version);
  const attached = commands
    .map((command) => nodeAs(command.def, 'PartitionCmd')?.name)
    .find((each) => each !== undefined);
  const child = attached === undefined ? undefined : findIndex(scene.catalog, rangeName(attached));
  if (index === undefined) return;
  scene.lockIndex(index, mode, levels);
  if (child === undefined) return;
  scene.lock(index.table, 'AccessShareLock', levels);
  scene.lock(child.table, 'AccessShareLock', levels);
  index.children.push(child);
}

/** ALTER TYPE … ATTRIBUTE reaches the tables that are typed by the composite type, if CASCADE is said. */
function alterCompositeType(statement: AlterTableStmt, scene: Scene): void {
  const type = statement.relation?.relname;
  changeAttributes(rangeName(statement.relation), commandsOf(statement), scene);
  const converts = commandsOf(statement).some(({ subtype }) => subtype === 'AT_AlterColumnType');
  for (const relation of scene.catalog.relations.values()) {
    if (relation.ofType !== type) continue;
    scene.lock(relation, 'AccessExclusiveLock', levels);
    if (converts) rewriteTable(scene, relation, attributeType);
  }
}

function alterRelation(statement: AlterTableStmt, scene: Scene): void {
  const commands = commandsOf(statement);
  const attaches = commands.some(({ subtype }) => subtype?.includes('Partition'));
  const kind = attaches ? 'partitioned table' : kindsByObject[statement.objtype ?? ''];
  const table = relationOf(scene, statement.relation, kind);
  const mode = alterTableLockLevel(commands, scene.version);
  const texts = commandTexts(statement, scene);
  const only = statement.relation?.inh !== true;
  scene.lock(table, mode, levels);
  if (!only && scene.version >= locksAllSince && commands.some(({ subtype }) => subtype === 'AT_AddConstraint')) {
    for (const each of withDescendants(table)) scene.lock(each, mode, levels);
  }
  for (const { command, at } of inPasses(commands)) {
    const targets = targetsOf(command, table, only, scene.version);
    if (!lockThemselves.has(command.subtype ?? '')) for (const target of targets) scene.lock(target, mode, levels);
    // What was inherited from a column or constraint that ONLY the parent loses is the children's own now.
    if (only && looseningOnly.has(command.subtype ?? '')) {
      for (const child of table.children) scene.lock(child, mode, levels);
    }
    readers[command.subtype ?? 'AT_SetRelOptions']?.({
      scene,
      command,
      table,
      targets,
      mode,
      relation: qualifiedName(table),
      sqlTable: quoteRange(statement.relation),
      text: texts[at] ?? '',
    });
  }
}

/** ALTER TABLE, and the ALTER INDEX, VIEW, SEQUENCE, MATERIALIZED VIEW, FOREIGN TABLE and TYPE that share its grammar. */
export function alterTable(statement: AlterTableStmt, scene: Scene): void {
  const name = rangeName(statement.relation);
  const known = findRelation(scene.catalog, name);
  const isIndex = known === undefined && findIndex(scene.catalog, name) !== undefined;
  if (statement.objtype === 'OBJECT_INDEX' || isIndex) alterIndex(statement, scene);
  else if (statement.objtype === 'OBJECT_TYPE') alterCompositeType(statement, scene);
  else if (known !== undefined || statement.missing_ok !== true || !scene.catalog.complete)
    alterRelation(statement, scene);
}
