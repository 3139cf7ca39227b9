import type { Node } from 'libpg-query';
import { type NodeTag, nodeAs, tagOf } from './node.ts';

/** `OBJECT_FOREIGN_TABLE` to `FOREIGN TABLE`; a few are called otherwise in command tags. */
function objectWords(objectType: string | undefined): string {
  const name = (objectType ?? '').replace(/^OBJECT_/, '');
  const special: Readonly<Record<string, string>> = {
    MATVIEW: 'MATERIALIZED VIEW',
    TABCONSTRAINT: 'TABLE',
    DOMCONSTRAINT: 'DOMAIN',
    COLUMN: 'TABLE',
    ATTRIBUTE: 'TYPE',
    TSCONFIGURATION: 'TEXT SEARCH CONFIGURATION',
    TSDICTIONARY: 'TEXT SEARCH DICTIONARY',
    TSPARSER: 'TEXT SEARCH PARSER',
    TSTEMPLATE: 'TEXT SEARCH TEMPLATE',
    FDW: 'FOREIGN DATA WRAPPER',
    FOREIGN_SERVER: 'SERVER',
    STATISTIC_EXT: 'STATISTICS',
    OPCLASS: 'OPERATOR CLASS',
    OPFAMILY: 'OPERATOR FAMILY',
  };
  return special[name] ?? name.replaceAll('_', ' ');
}

const fixed: Partial<Record<NodeTag, string>> = {
  SelectStmt: 'SELECT',
  InsertStmt: 'INSERT',
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE',
  MergeStmt: 'MERGE',
  CreateStmt: 'CREATE TABLE',
  CreateForeignTableStmt: 'CREATE FOREIGN TABLE',
  IndexStmt: 'CREATE INDEX',
  ViewStmt: 'CREATE VIEW',
  CreateSeqStmt: 'CREATE SEQUENCE',
  AlterSeqStmt: 'ALTER SEQUENCE',
  CreateEnumStmt: 'CREATE TYPE',
  CreateRangeStmt: 'CREATE TYPE',
  CompositeTypeStmt: 'CREATE TYPE',
  AlterEnumStmt: 'ALTER TYPE',
  CreateDomainStmt: 'CREATE DOMAIN',
  AlterDomainStmt: 'ALTER DOMAIN',
  CreateTrigStmt: 'CREATE TRIGGER',
  CreateEventTrigStmt: 'CREATE EVENT TRIGGER',
  CreatePolicyStmt: 'CREATE POLICY',
  AlterPolicyStmt: 'ALTER POLICY',
  CreateSchemaStmt: 'CREATE SCHEMA',
  CreateExtensionStmt: 'CREATE EXTENSION',
  AlterExtensionStmt: 'ALTER EXTENSION',
  CreateStatsStmt: 'CREATE STATISTICS',
  AlterStatsStmt: 'ALTER STATISTICS',
  CreatePublicationStmt: 'CREATE PUBLICATION',
  AlterPublicationStmt: 'ALTER PUBLICATION',
  CreateSubscriptionStmt: 'CREATE SUBSCRIPTION',
  RuleStmt: 'CREATE RULE',
  CommentStmt: 'COMMENT',
  TruncateStmt: 'TRUNCATE TABLE',
  LockStmt: 'LOCK TABLE',
  CopyStmt: 'COPY',
  ClusterStmt: 'CLUSTER',
  ReindexStmt: 'REINDEX',
  RefreshMatViewStmt: 'REFRESH MATERIALIZED VIEW',
  DoStmt: 'DO',
  CallStmt: 'CALL',
  ExplainStmt: 'EXPLAIN',
  PrepareStmt: 'PREPARE',
  ExecuteStmt: 'EXECUTE',
  DeallocateStmt: 'DEALLOCATE',
  DropdbStmt: 'DROP DATABASE',
  CreatedbStmt: 'CREATE DATABASE',
  DropOwnedStmt: 'DROP OWNED',
  ReassignOwnedStmt: 'REASSIGN OWNED',
  CreateRoleStmt: 'CREATE ROLE',
  AlterRoleStmt: 'ALTER ROLE',
  DropRoleStmt: 'DROP ROLE',
  AlterDefaultPrivilegesStmt: 'ALTER DEFAULT PRIVILEGES',
  NotifyStmt: 'NOTIFY',
  ListenStmt: 'LISTEN',
  UnlistenStmt: 'UNLISTEN',
  DiscardStmt: 'DISCARD',
  CheckPointStmt: 'CHECKPOINT',
  LoadStmt: 'LOAD',
  AlterSystemStmt: 'ALTER SYSTEM',
};

const transactionTags: Readonly<Record<string, string>> = {
  TRANS_STMT_BEGIN: 'BEGIN',
  TRANS_STMT_START: 'START TRANSACTION',
  TRANS_STMT_COMMIT: 'COMMIT',
  TRANS_STMT_ROLLBACK: 'ROLLBACK',
  TRANS_STMT_SAVEPOINT: 'SAVEPOINT',
  TRANS_STMT_RELEASE: 'RELEASE',
  TRANS_STMT_ROLLBACK_TO: 'ROLLBACK',
  TRANS_STMT_PREPARE: 'PREPARE TRANSACTION',
  TRANS_STMT_COMMIT_PREPARED: 'COMMIT PREPARED',
  TRANS_STMT_ROLLBACK_PREPARED: 'ROLLBACK PREPARED',
};

/** Statements whose tag depends on what they are about. */
const readers: Partial<Record<NodeTag, (node: Node) => string>> = {
  AlterTableStmt: (node) => `ALTER ${objectWords(nodeAs(node, 'AlterTableStmt')?.objtype)}`,
  RenameStmt: (node) => {
    const rename = nodeAs(node, 'RenameStmt');
    const inside = rename?.renameType === 'OBJECT_COLUMN' || rename?.renameType === 'OBJECT_ATTRIBUTE';
    return `ALTER ${objectWords(inside ? rename?.relationType : rename?.renameType)}`;
  },
  AlterObjectSchemaStmt: (node) => `ALTER ${objectWords(nodeAs(node, 'AlterObjectSchemaStmt')?.objectType)}`,
  AlterOwnerStmt: (node) => `ALTER ${objectWords(nodeAs(node, 'AlterOwnerStmt')?.objectType)}`,
  AlterObjectDependsStmt: (node) => `ALTER ${objectWords(nodeAs(node, 'AlterObjectDependsStmt')?.objectType)}`,
  DropStmt: (node) => `DROP ${objectWords(nodeAs(node, 'DropStmt')?.removeType)}`,
  DefineStmt: (node) => `CREATE ${objectWords(nodeAs(node, 'DefineStmt')?.kind)}`,
  CreateFunctionStmt: (node) =>
    nodeAs(node, 'CreateFunctionStmt')?.is_procedure ? 'CREATE PROCEDURE' : 'CREATE FUNCTION',
  AlterFunctionStmt: (node) => `ALTER ${objectWords(nodeAs(node, 'AlterFunctionStmt')?.objtype)}`,
  CreateTableAsStmt: (node) =>
    nodeAs(node, 'CreateTableAsStmt')?.objtype === 'OBJECT_MATVIEW' ? 'CREATE MATERIALIZED VIEW' : 'CREATE TABLE AS',
  VacuumStmt: (node) => (nodeAs(node, 'VacuumStmt')?.is_vacuumcmd ? 'VACUUM' : 'ANALYZE'),
  GrantStmt: (node) => (nodeAs(node, 'GrantStmt')?.is_grant ? 'GRANT' : 'REVOKE'),
  GrantRoleStmt: (node) => (nodeAs(node, 'GrantRoleStmt')?.is_grant ? 'GRANT ROLE' : 'REVOKE ROLE'),
  TransactionStmt: (node) => transactionTags[nodeAs(node, 'TransactionStmt')?.kind ?? ''] ?? 'TRANSACTION',
  VariableSetStmt: (node) => (nodeAs(node, 'VariableSetStmt')?.kind?.startsWith('VAR_RESET') ? 'RESET' : 'SET'),
  VariableShowStmt: () => 'SHOW',
};

/** The command tag that PostgreSQL would answer with. PostgreSQL: CreateCommandTag, utility.c. */
export function commandTag(node: Node): string {
  const tag = tagOf(node);
  const words = (): string =>
    tag
      .replace(/Stmt$/, '')
      .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toUpperCase();
  return readers[tag]?.(node) ?? fixed[tag] ?? words();
}
