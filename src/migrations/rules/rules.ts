import type { Rule } from '../hazard.ts';
import { addCheckBlocking } from './add-check-blocking.ts';
import { addColumnRewrite } from './add-column-rewrite.ts';
import { addExclusionBlocking } from './add-exclusion-blocking.ts';
import { addForeignKeyBlocking } from './add-foreign-key-blocking.ts';
import { addPrimaryKeyBlocking } from './add-primary-key-blocking.ts';
import { addRequiredColumn } from './add-required-column.ts';
import { addUniqueBlocking } from './add-unique-blocking.ts';
import { attachPartitionScan } from './attach-partition-scan.ts';
import { backfillUnderLock } from './backfill-under-lock.ts';
import { blockingScan } from './blocking-scan.ts';
import { changeTypeRewrite } from './change-type-rewrite.ts';
import { changedDefault } from './changed-default.ts';
import { checkChangesOverTime } from './check-changes-over-time.ts';
import { cluster } from './cluster.ts';
import { concurrentIndexCorruption } from './concurrent-index-corruption.ts';
import { concurrentIndexIfNotExists } from './concurrent-index-if-not-exists.ts';
import { concurrentWait } from './concurrent-wait.ts';
import { concurrentlyInTransaction } from './concurrently-in-transaction.ts';
import { concurrentlyOnPartitioned } from './concurrently-on-partitioned.ts';
import { createIndexBlocking } from './create-index-blocking.ts';
import { domainConstraintScan } from './domain-constraint-scan.ts';
import { dropCascade } from './drop-cascade.ts';
import { dropColumn } from './drop-column.ts';
import { dropDefault } from './drop-default.ts';
import { dropIndexBlocking } from './drop-index-blocking.ts';
import { dropIndexRefused } from './drop-index-refused.ts';
import { dropSchema } from './drop-schema.ts';
import { dropTable } from './drop-table.ts';
import { dropView } from './drop-view.ts';
import { droppedIndexUse } from './dropped-index-use.ts';
import { duplicateIndex } from './duplicate-index.ts';
import { foreignKeyWithoutIndex } from './foreign-key-without-index.ts';
import { ignoreComment } from './ignore-comment.ts';
import { indexBuildLoad } from './index-build-load.ts';
import { jsonColumn } from './json-column.ts';
import { lockOrder } from './lock-order.ts';
import { lockUpgrade } from './lock-upgrade.ts';
import { mergeAlterTable } from './merge-alter-table.ts';
import { missingLockTimeout } from './missing-lock-timeout.ts';
import { narrowType } from './narrow-type.ts';
import { notEnforcedConstraint } from './not-enforced-constraint.ts';
import { notValidOnPartitioned } from './not-valid-on-partitioned.ts';
import { opaqueStatement } from './opaque-statement.ts';
import { redundantIndex } from './redundant-index.ts';
import { refreshViewBlocking } from './refresh-view-blocking.ts';
import { reindexBlocking } from './reindex-blocking.ts';
import { renameColumn } from './rename-column.ts';
import { renameTable } from './rename-table.ts';
import { setNotNullScan } from './set-not-null-scan.ts';
import { severalLocksInTransaction } from './several-locks-in-transaction.ts';
import { stillUsed } from './still-used.ts';
import { tableCopy } from './table-copy.ts';
import { tableRewrite } from './table-rewrite.ts';
import { truncate } from './truncate.ts';
import { unbatchedChange } from './unbatched-change.ts';
import { unboundedDelete } from './unbounded-delete.ts';
import { unboundedUpdate } from './unbounded-update.ts';
import { uniqueOnExistingRows } from './unique-on-existing-rows.ts';
import { unnamedIndex } from './unnamed-index.ts';
import { vacuumFull } from './vacuum-full.ts';
import { validateInSameTransaction } from './validate-in-same-transaction.ts';
import { wideIndex } from './wide-index.ts';

/** Every rule, one line each, in the order in which hazards are listed. */
export const rules: readonly Rule[] = [
  createIndexBlocking,
  dropIndexBlocking,
  dropIndexRefused,
  concurrentlyOnPartitioned,
  concurrentIndexIfNotExists,
  concurrentIndexCorruption,
  duplicateIndex,
  reindexBlocking,
  addForeignKeyBlocking,
  addCheckBlocking,
  addUniqueBlocking,
  addPrimaryKeyBlocking,
  addExclusionBlocking,
  setNotNullScan,
  validateInSameTransaction,
  notValidOnPartitioned,
  checkChangesOverTime,
  foreignKeyWithoutIndex,
  domainConstraintScan,
  changeTypeRewrite,
  narrowType,
  stillUsed,
  addColumnRewrite,
  addRequiredColumn,
  dropDefault,
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
  dropCascade,
  renameTable,
  renameColumn,
  truncate,
  unboundedUpdate,
  unboundedDelete,
  backfillUnderLock,
  concurrentlyInTransaction,
  severalLocksInTransaction,
  lockOrder,
  lockUpgrade,
  missingLockTimeout,
  opaqueStatement,
  redundantIndex,
  wideIndex,
  unnamedIndex,
  uniqueOnExistingRows,
  droppedIndexUse,
  concurrentWait,
  indexBuildLoad,
  notEnforcedConstraint,
  jsonColumn,
  changedDefault,
  unbatchedChange,
  mergeAlterTable,
  ignoreComment,
];
