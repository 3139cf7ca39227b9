import type { Rule } from '../hazard.ts';
import { addCheckBlocking } from './add-check-blocking.ts';
import { addColumnRewrite } from './add-column-rewrite.ts';
import { addExclusionBlocking } from './add-exclusion-blocking.ts';
import { addForeignKeyBlocking } from './add-foreign-key-blocking.ts';
import { addPrimaryKeyBlocking } from './add-primary-key-blocking.ts';
import { addRequiredColumn } from './add-required-column.ts';
import { addUniqueBlocking } from './add-unique-blocking.ts';
import { attachPartitionScan } from './attach-partition-scan.ts';
import { blockingScan } from './blocking-scan.ts';
import { changeTypeRewrite } from './change-type-rewrite.ts';
import { cluster } from './cluster.ts';
import { concurrentlyInTransaction } from './concurrently-in-transaction.ts';
import { createIndexBlocking } from './create-index-blocking.ts';
import { domainConstraintScan } from './domain-constraint-scan.ts';
import { dropColumn } from './drop-column.ts';
import { dropIndexBlocking } from './drop-index-blocking.ts';
import { dropSchema } from './drop-schema.ts';
import { dropTable } from './drop-table.ts';
import { dropView } from './drop-view.ts';
import { ignoreComment } from './ignore-comment.ts';
import { lockOrder } from './lock-order.ts';
import { lockUpgrade } from './lock-upgrade.ts';
import { missingLockTimeout } from './missing-lock-timeout.ts';
import { opaqueStatement } from './opaque-statement.ts';
import { refreshViewBlocking } from './refresh-view-blocking.ts';
import { reindexBlocking } from './reindex-blocking.ts';
import { renameColumn } from './rename-column.ts';
import { renameTable } from './rename-table.ts';
import { setNotNullScan } from './set-not-null-scan.ts';
import { severalLocksInTransaction } from './several-locks-in-transaction.ts';
import { tableCopy } from './table-copy.ts';
import { tableRewrite } from './table-rewrite.ts';
import { truncate } from './truncate.ts';
import { unboundedDelete } from './unbounded-delete.ts';
import { unboundedUpdate } from './unbounded-update.ts';
import { vacuumFull } from './vacuum-full.ts';
import { validateInSameTransaction } from './validate-in-same-transaction.ts';

/** Every rule, one line each, in the order in which hazards are listed. */
export const rules: readonly Rule[] = [
  createIndexBlocking,
  dropIndexBlocking,
  reindexBlocking,
  addForeignKeyBlocking,
  addCheckBlocking,
  addUniqueBlocking,
  addPrimaryKeyBlocking,
  addExclusionBlocking,
  setNotNullScan,
  validateInSameTransaction,
  domainConstraintScan,
  changeTypeRewrite,
  addColumnRewrite,
  addRequiredColumn,
  tableRewrite,
  tableCopy,
  refreshViewBlocking,
  attachPartitionScan,
  vacuumFull,
  cluster,
  blockingScan,
  dropTable,
  dropColumn,
  dropView,
  dropSchema,
  renameTable,
  renameColumn,
  truncate,
  unboundedUpdate,
  unboundedDelete,
  concurrentlyInTransaction,
  severalLocksInTransaction,
  lockOrder,
  lockUpgrade,
  missingLockTimeout,
  opaqueStatement,
  ignoreComment,
];
