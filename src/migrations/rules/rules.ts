import type { Rule } from '../hazard.ts';
import { addCheckBlocking } from './add-check-blocking.ts';
import { addColumnRewrite } from './add-column-rewrite.ts';
import { addExclusionBlocking } from './add-exclusion-blocking.ts';
import { addForeignKeyBlocking } from './add-foreign-key-blocking.ts';
import { addPrimaryKeyBlocking } from './add-primary-key-blocking.ts';
import { addRequiredColumn } from './add-required-column.ts';
import { addUniqueBlocking } from './add-unique-blocking.ts';
import { analyzeAfterChange } from './analyze-after-change.ts';
import { attachPartitionScan } from './attach-partition-scan.ts';
import { autovacuumOff } from './autovacuum-off.ts';
import { backfillUnderLock } from './backfill-under-lock.ts';
import { blockingScan } from './blocking-scan.ts';
import { changeTypeRewrite } from './change-type-rewrite.ts';
import { changedDefault } from './changed-default.ts';
import { charType } from './char-type.ts';
import { checkChangesOverTime } from './check-changes-over-time.ts';
import { cluster } from './cluster.ts';
import { columnOrder } from './column-order.ts';
import { concurrentIndexCorruption } from './concurrent-index-corruption.ts';
import { concurrentIndexIfNotExists } from './concurrent-index-if-not-exists.ts';
import { concurrentWait } from './concurrent-wait.ts';
import { concurrentlyInTransaction } from './concurrently-in-transaction.ts';
import { concurrentlyOnPartitioned } from './concurrently-on-partitioned.ts';
import { constrainedDomain } from './constrained-domain.ts';
import { createEnum } from './create-enum.ts';
import { createIndexBlocking } from './create-index-blocking.ts';
import { createTrigger } from './create-trigger.ts';
import { detachPartitionBlocking } from './detach-partition-blocking.ts';
import { domainConstraintScan } from './domain-constraint-scan.ts';
import { dropCascade } from './drop-cascade.ts';
import { dropColumn } from './drop-column.ts';
import { dropConstraint } from './drop-constraint.ts';
import { dropDefault } from './drop-default.ts';
import { dropExtension } from './drop-extension.ts';
import { dropFunction } from './drop-function.ts';
import { dropIndexBlocking } from './drop-index-blocking.ts';
import { dropIndexRefused } from './drop-index-refused.ts';
import { dropNotNull } from './drop-not-null.ts';
import { dropPartition } from './drop-partition.ts';
import { dropSchema } from './drop-schema.ts';
import { dropTable } from './drop-table.ts';
import { dropTrigger } from './drop-trigger.ts';
import { dropView } from './drop-view.ts';
import { droppedIndexUse } from './dropped-index-use.ts';
import { duplicateAssignment } from './duplicate-assignment.ts';
import { duplicateIndex } from './duplicate-index.ts';
import { enumValueOrder } from './enum-value-order.ts';
import { foreignKeyWithoutIndex } from './foreign-key-without-index.ts';
import { grantToPublic } from './grant-to-public.ts';
import { identifierTooLong } from './identifier-too-long.ts';
import { ignoreComment } from './ignore-comment.ts';
import { indexBuildLoad } from './index-build-load.ts';
import { indexThenRewrite } from './index-then-rewrite.ts';
import { jsonColumn } from './json-column.ts';
import { limitedText } from './limited-text.ts';
import { lockOrder } from './lock-order.ts';
import { lockTable } from './lock-table.ts';
import { lockUpgrade } from './lock-upgrade.ts';
import { mergeAlterTable } from './merge-alter-table.ts';
import { missingIdleTimeout } from './missing-idle-timeout.ts';
import { missingIfExists } from './missing-if-exists.ts';
import { missingLockTimeout } from './missing-lock-timeout.ts';
import { missingPrimaryKey } from './missing-primary-key.ts';
import { missingStatementTimeout } from './missing-statement-timeout.ts';
import { moneyType } from './money-type.ts';
import { nameNeedsQuotes } from './name-needs-quotes.ts';
import { narrowType } from './narrow-type.ts';
import { newEnumValueInTransaction } from './new-enum-value-in-transaction.ts';
import { notEnforcedConstraint } from './not-enforced-constraint.ts';
import { notValidOnPartitioned } from './not-valid-on-partitioned.ts';
import { oftenLockedTable } from './often-locked-table.ts';
import { opaqueStatement } from './opaque-statement.ts';
import { policyChange } from './policy-change.ts';
import { redundantIndex } from './redundant-index.ts';
import { refreshViewBlocking } from './refresh-view-blocking.ts';
import { reindexBlocking } from './reindex-blocking.ts';
import { removeEnumValue } from './remove-enum-value.ts';
import { renameColumn } from './rename-column.ts';
import { renameEnumValue } from './rename-enum-value.ts';
import { renameTable } from './rename-table.ts';
import { replicaIdentity } from './replica-identity.ts';
import { revoke } from './revoke.ts';
import { rowSecurity } from './row-security.ts';
import { securityDefinerSearchPath } from './security-definer-search-path.ts';
import { sequenceReset } from './sequence-reset.ts';
import { serialType } from './serial-type.ts';
import { setNotNullScan } from './set-not-null-scan.ts';
import { severalLocksInTransaction } from './several-locks-in-transaction.ts';
import { smallKey } from './small-key.ts';
import { stillUsed } from './still-used.ts';
import { tableCopy } from './table-copy.ts';
import { tableRewrite } from './table-rewrite.ts';
import { timestampWithoutZone } from './timestamp-without-zone.ts';
import { transactionNesting } from './transaction-nesting.ts';
import { truncate } from './truncate.ts';
import { unbatchedChange } from './unbatched-change.ts';
import { unboundedDelete } from './unbounded-delete.ts';
import { unboundedUpdate } from './unbounded-update.ts';
import { uncommittedTransaction } from './uncommitted-transaction.ts';
import { uniqueOnExistingRows } from './unique-on-existing-rows.ts';
import { uniqueWithoutPartitionKey } from './unique-without-partition-key.ts';
import { unnamedIndex } from './unnamed-index.ts';
import { unqualifiedName } from './unqualified-name.ts';
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
  detachPartitionBlocking,
  blockingScan,
  uniqueWithoutPartitionKey,
  duplicateAssignment,
  newEnumValueInTransaction,
  uncommittedTransaction,
  dropTable,
  dropPartition,
  dropColumn,
  dropView,
  dropSchema,
  dropFunction,
  dropExtension,
  dropConstraint,
  dropNotNull,
  dropTrigger,
  replicaIdentity,
  dropCascade,
  renameTable,
  renameColumn,
  renameEnumValue,
  removeEnumValue,
  sequenceReset,
  rowSecurity,
  policyChange,
  revoke,
  grantToPublic,
  securityDefinerSearchPath,
  autovacuumOff,
  truncate,
  unboundedUpdate,
  unboundedDelete,
  backfillUnderLock,
  concurrentlyInTransaction,
  transactionNesting,
  lockTable,
  severalLocksInTransaction,
  lockOrder,
  lockUpgrade,
  indexThenRewrite,
  missingLockTimeout,
  opaqueStatement,
  identifierTooLong,
  missingStatementTimeout,
  missingIdleTimeout,
  oftenLockedTable,
  createTrigger,
  enumValueOrder,
  createEnum,
  constrainedDomain,
  missingPrimaryKey,
  smallKey,
  limitedText,
  charType,
  timestampWithoutZone,
  moneyType,
  serialType,
  columnOrder,
  nameNeedsQuotes,
  unqualifiedName,
  missingIfExists,
  analyzeAfterChange,
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
