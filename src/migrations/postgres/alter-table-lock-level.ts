import type { AlterTableCmd, AlterTableType } from 'libpg-query';
import { type PostgresLockMode, strongerMode } from '../effects.ts';
import { nodeAs } from './node.ts';

/** Subcommands that are content with less than AccessExclusive. PostgreSQL: AlterTableGetLockLevel, tablecmds.c (18). */
const weaker: Partial<Record<AlterTableType, PostgresLockMode>> = {
  AT_EnableTrig: 'ShareRowExclusiveLock',
  AT_EnableAlwaysTrig: 'ShareRowExclusiveLock',
  AT_EnableReplicaTrig: 'ShareRowExclusiveLock',
  AT_EnableTrigAll: 'ShareRowExclusiveLock',
  AT_EnableTrigUser: 'ShareRowExclusiveLock',
  AT_DisableTrig: 'ShareRowExclusiveLock',
  AT_DisableTrigAll: 'ShareRowExclusiveLock',
  AT_DisableTrigUser: 'ShareRowExclusiveLock',
  AT_SetStatistics: 'ShareUpdateExclusiveLock',
  AT_SetOptions: 'ShareUpdateExclusiveLock',
  AT_ResetOptions: 'ShareUpdateExclusiveLock',
  AT_ClusterOn: 'ShareUpdateExclusiveLock',
  AT_DropCluster: 'ShareUpdateExclusiveLock',
  AT_ValidateConstraint: 'ShareUpdateExclusiveLock',
  AT_AttachPartition: 'ShareUpdateExclusiveLock',
  AT_DetachPartitionFinalize: 'ShareUpdateExclusiveLock',
};

/** Storage parameters that need AccessExclusive; all others do with ShareUpdateExclusive. PostgreSQL: reloptions.c. */
const exclusiveOptions = new Set([
  'user_catalog_table',
  'autosummarize',
  'fastupdate',
  'pages_per_range',
  'gin_pending_list_limit',
  'buffering',
  'security_barrier',
  'security_invoker',
  'check_option',
]);

function optionsLevel(command: AlterTableCmd): PostgresLockMode {
  const options = (nodeAs(command.def, 'List')?.items ?? []).map((each) => nodeAs(each, 'DefElem')?.defname ?? '');
  return options.some((option) => exclusiveOptions.has(option)) ? 'AccessExclusiveLock' : 'ShareUpdateExclusiveLock';
}

function commandLevel(command: AlterTableCmd, version: number): PostgresLockMode {
  switch (command.subtype) {
    case 'AT_SetRelOptions':
    case 'AT_ResetRelOptions':
    case 'AT_ReplaceRelOptions':
      return optionsLevel(command);
    case 'AT_AddConstraint':
      return nodeAs(command.def, 'Constraint')?.contype === 'CONSTR_FOREIGN'
        ? 'ShareRowExclusiveLock'
        : 'AccessExclusiveLock';
    case 'AT_DetachPartition':
      return nodeAs(command.def, 'PartitionCmd')?.concurrent ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock';
    case 'AT_AttachPartition':
      return version >= 12 ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock';
    default:
      return weaker[command.subtype ?? 'AT_AddColumn'] ?? 'AccessExclusiveLock';
  }
}

/** One ALTER TABLE takes the strongest lock that one of its subcommands needs. */
export function alterTableLockLevel(commands: readonly AlterTableCmd[], version: number): PostgresLockMode {
  return commands.map((command) => commandLevel(command, version)).reduce(strongerMode, 'ShareUpdateExclusiveLock');
}
