import type { Node } from 'libpg-query';
import { alterTable } from './alter-table.ts';
import { createIndex } from './create-index.ts';
import { createTable } from './create-table.ts';
import { deleteFrom, insert, merge, update } from './dml.ts';
import { noteUnknownCalls, readCall, readDo, readExplain, runCalls } from './do-block.ts';
import { dropObjects } from './drop.ts';
import { fireTriggers } from './fire-triggers.ts';
import { createFunction } from './function.ts';
import { cluster, reindex, truncate, vacuum } from './maintenance.ts';
import { type NodeOf, type NodeTag, tagOf } from './node.ts';
import { changeOtherOwner, noteOther } from './other-object.ts';
import { deallocate, declareCursor, discard, execute, prepare } from './prepared.ts';
import { grant } from './privileges.ts';
import { changeSchema, renameObject } from './rename.ts';
import { alterRoutine } from './routine.ts';
import { changePolicy } from './row-security.ts';
import type { Scene } from './scene.ts';
import { alterExtension, applySetting, createSchema, setVariable } from './schema.ts';
import { noteSetval } from './sequence-reset.ts';
import {
  alterDepends,
  alterExtensionContents,
  changePublication,
  commentOn,
  copyRows,
  createRule,
  createStatistics,
  createTrigger,
  lockTable,
} from './table-object.ts';
import {
  alterDomain,
  alterEnum,
  alterSequence,
  createComposite,
  createDomain,
  createEnum,
  createForeignTable,
  createRange,
  createSequence,
  createServer,
} from './type-object.ts';
import { createTableAs, createView, refreshView, select } from './view.ts';

type Readers = { readonly [Tag in NodeTag]?: (statement: NodeOf<Tag>, scene: Scene) => void };

/** One reader a statement; each belongs to the file of its family. */
const readers: Readers = {
  AlterTableStmt: alterTable,
  IndexStmt: createIndex,
  CreateStmt: (statement, scene) => createTable(statement, scene),
  CreateForeignTableStmt: createForeignTable,
  CreateForeignServerStmt: createServer,
  CreateTableAsStmt: createTableAs,
  ViewStmt: createView,
  RefreshMatViewStmt: refreshView,
  RenameStmt: renameObject,
  AlterObjectSchemaStmt: changeSchema,
  DropStmt: dropObjects,
  TruncateStmt: truncate,
  VacuumStmt: vacuum,
  ClusterStmt: cluster,
  ReindexStmt: reindex,
  SelectStmt: (statement, scene) => {
    applySetting({ SelectStmt: statement }, scene);
    noteUnknownCalls({ SelectStmt: statement }, scene);
    select(statement, scene);
    runCalls({ SelectStmt: statement }, scene);
    noteSetval(statement, scene);
  },
  InsertStmt: (statement, scene) => {
    insert(statement, scene);
    runCalls({ InsertStmt: statement }, scene);
    fireTriggers(statement, 'insert', scene);
  },
  UpdateStmt: (statement, scene) => {
    update(statement, scene);
    runCalls({ UpdateStmt: statement }, scene);
    fireTriggers(statement, 'update', scene);
  },
  DeleteStmt: (statement, scene) => {
    deleteFrom(statement, scene);
    runCalls({ DeleteStmt: statement }, scene);
    fireTriggers(statement, 'delete', scene);
  },
  MergeStmt: merge,
  CopyStmt: copyRows,
  LockStmt: lockTable,
  CreateTrigStmt: createTrigger,
  RuleStmt: createRule,
  CreatePolicyStmt: changePolicy,
  AlterPolicyStmt: changePolicy,
  CreateStatsStmt: createStatistics,
  CreatePublicationStmt: changePublication,
  AlterPublicationStmt: changePublication,
  CommentStmt: commentOn,
  GrantStmt: grant,
  CreateSeqStmt: createSequence,
  AlterSeqStmt: alterSequence,
  CreateDomainStmt: createDomain,
  AlterDomainStmt: alterDomain,
  CreateEnumStmt: createEnum,
  AlterEnumStmt: alterEnum,
  CreateRangeStmt: createRange,
  CompositeTypeStmt: createComposite,
  CreateFunctionStmt: createFunction,
  AlterFunctionStmt: alterRoutine,
  AlterOwnerStmt: changeOtherOwner,
  CreateSchemaStmt: (statement, scene) => createSchema(statement, scene, scene.read),
  VariableSetStmt: setVariable,
  AlterExtensionStmt: alterExtension,
  AlterExtensionContentsStmt: alterExtensionContents,
  AlterObjectDependsStmt: alterDepends,
  DoStmt: readDo,
  CallStmt: readCall,
  PrepareStmt: prepare,
  ExecuteStmt: execute,
  DeallocateStmt: deallocate,
  DeclareCursorStmt: declareCursor,
  DiscardStmt: discard,
  ExplainStmt: readExplain,
  DropOwnedStmt: (_, scene) => scene.opaque('which objects the role owns is not known'),
  AlterTableMoveAllStmt: (_, scene) => scene.opaque('which relations are in the tablespace is not known'),
  ImportForeignSchemaStmt: (_, scene) => scene.opaque('which tables the foreign server offers is not known'),
  DropdbStmt: (statement, scene) => {
    scene.forbidTransaction();
    const name = statement.dbname ?? '';
    scene.change({ type: 'relation-dropped', relation: name, table: name, what: 'database', cascade: true, work: [] });
  },
};

/** Statements that the server refuses in a transaction block, and that touch no table. PostgreSQL: PreventInTransactionBlock. */
const outsideTransactions: ReadonlySet<NodeTag> = new Set([
  'CreatedbStmt',
  'CreateTableSpaceStmt',
  'DropTableSpaceStmt',
  'AlterSystemStmt',
]);

/** Statements that lock no table, sequence or view. */
const withoutTables: ReadonlySet<NodeTag> = new Set([
  ...outsideTransactions,
  'TransactionStmt',
  'VariableShowStmt',
  'CreateExtensionStmt',
  'DefineStmt',
  'AlterTypeStmt',
  'AlterDefaultPrivilegesStmt',
  'AlterDatabaseStmt',
  'AlterDatabaseSetStmt',
  'AlterDatabaseRefreshCollStmt',
  'CreateRoleStmt',
  'AlterRoleStmt',
  'AlterRoleSetStmt',
  'DropRoleStmt',
  'GrantRoleStmt',
  'ReassignOwnedStmt',
  'CreateCastStmt',
  'CreateTransformStmt',
  'CreateConversionStmt',
  'CreateOpClassStmt',
  'CreateOpFamilyStmt',
  'AlterOpFamilyStmt',
  'AlterOperatorStmt',
  'AlterCollationStmt',
  'CreateAmStmt',
  'CreatePLangStmt',
  'CreateFdwStmt',
  'AlterFdwStmt',
  'AlterForeignServerStmt',
  'CreateUserMappingStmt',
  'AlterUserMappingStmt',
  'DropUserMappingStmt',
  'CreateEventTrigStmt',
  'AlterEventTrigStmt',
  'CreateSubscriptionStmt',
  'AlterSubscriptionStmt',
  'DropSubscriptionStmt',
  'AlterStatsStmt',
  'AlterTSConfigurationStmt',
  'AlterTSDictionaryStmt',
  'AlterTableSpaceOptionsStmt',
  'ClosePortalStmt',
  'FetchStmt',
  'NotifyStmt',
  'ListenStmt',
  'UnlistenStmt',
  'CheckPointStmt',
  'LoadStmt',
  'SecLabelStmt',
  'ConstraintsSetStmt',
]);

/** Reads one statement into the scene; what no reader knows is opaque, never silently empty. */
export function readStatement(node: Node, scene: Scene): void {
  const tag = tagOf(node);
  // The reader under a tag takes that tag's content: the mapped type above says so, a lookup by a union cannot.
  const read = readers[tag] as ((content: unknown, scene: Scene) => void) | undefined;
  if (read !== undefined) read((node as Record<string, unknown>)[tag], scene);
  else if (!withoutTables.has(tag)) scene.opaque(`no reader for ${tag}: its effects are not known`);
  noteOther(tag, node, scene);
  if (outsideTransactions.has(tag)) scene.forbidTransaction();
}
