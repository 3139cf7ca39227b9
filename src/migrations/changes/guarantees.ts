import type { Base } from './base.ts';

// What the running version relies on, of things that were there before the set.

export interface NotNullDropped extends Base {
  readonly type: 'not-null-dropped';
  readonly column: string;
  /** True where the file makes it NOT NULL again, or drops it. */
  readonly remade?: boolean;
}

export interface ReplicaIdentitySet extends Base {
  readonly type: 'replica-identity-set';
  readonly identity: 'nothing' | 'primary key' | 'all columns' | 'index';
  /** Undefined where the table's definition is not known. */
  readonly hasPrimaryKey: boolean | undefined;
}

export interface TriggerStopped extends Base {
  readonly type: 'trigger-stopped';
  /** Undefined for all of the table's triggers. */
  readonly trigger: string | undefined;
  readonly how: 'dropped' | 'disabled';
  /** True where the same transaction makes or enables it again. */
  readonly remade?: boolean;
}

export interface TriggerAdded extends Base {
  readonly type: 'trigger-added';
  readonly trigger: string;
  /** True where it takes the place of one that was there. */
  readonly replaces: boolean;
}

export interface FunctionDropped extends Base {
  readonly type: 'function-dropped';
  readonly what: 'function' | 'procedure' | 'aggregate';
  readonly cascade: boolean;
  /** Set where its definition was seen: a trigger function is called by no application. */
  readonly forTrigger: boolean | undefined;
  readonly remade?: boolean;
}

export interface ExtensionDropped extends Base {
  readonly type: 'extension-dropped';
  readonly extension: string;
  readonly cascade: boolean;
}

export interface SequenceReset extends Base {
  readonly type: 'sequence-reset';
  /** The value, as written. */
  readonly to: string;
}

export interface AutovacuumSwitchedOff extends Base {
  readonly type: 'autovacuum-switched-off';
}

export interface PartitionDetached extends Base {
  readonly type: 'partition-detached';
  readonly partition: string;
  readonly concurrently: boolean;
  readonly hasDefaultPartition: boolean;
}

export interface TableLocked extends Base {
  readonly type: 'table-locked';
  /** True where the statement says in which mode. */
  readonly modeSaid: boolean;
}

export type GuaranteeChange =
  | NotNullDropped
  | ReplicaIdentitySet
  | TriggerStopped
  | TriggerAdded
  | FunctionDropped
  | ExtensionDropped
  | SequenceReset
  | AutovacuumSwitchedOff
  | PartitionDetached
  | TableLocked;
