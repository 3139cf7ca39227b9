import type { Base } from './changes/base.ts';
import type { Cascaded } from './changes/cascade.ts';
import type { DefaultChanged } from './changes/columns.ts';
import type { CheckUnstable, ConstraintKind, ConstraintUnenforced, KeyUnindexed } from './changes/constraints.ts';
import type { GuaranteeChange } from './changes/guarantees.ts';
import type { NamedTypeChange } from './changes/named-types.ts';
import type { OtherObjectChanged } from './changes/other-objects.ts';
import type { IndexedPartition } from './changes/partitioned-index.ts';
import type { SecurityChange } from './changes/security.ts';
import type { WritingChange } from './changes/writing.ts';

export interface IndexBuilt extends Base {
  readonly type: 'index-built';
  readonly index: string;
  /** The server's version, where building CONCURRENTLY on it may leave rows out of the index. */
  readonly corruptOn?: string;
  readonly unique: boolean;
  readonly concurrently: boolean;
  readonly onPartitionedTable: boolean;
  /** The index with its table's schema where that is needed, as DROP INDEX wants it. */
  readonly inSchema: string;
  /** Everything behind CREATE [UNIQUE] INDEX [CONCURRENTLY] [IF NOT EXISTS]. */
  readonly definition: string;
  /** Everything behind the table's name: method, columns, INCLUDE, WHERE. */
  readonly body: string;
  /** The partitions that it is built on, parents before their children. */
  readonly partitions: readonly IndexedPartition[];
  /** False where the server chooses the name. */
  readonly named: boolean;
  /** True with IF NOT EXISTS, unless an earlier statement of the set has dropped what a failed build may have left. */
  readonly keepsInvalid: boolean;
  /** Columns and expressions of the key, without INCLUDE. */
  readonly keys: readonly string[];
  /** An index that is there already and does all that the new one will do: the same, or one whose key begins like it. */
  readonly coveredBy?: { readonly index: string; readonly same: boolean };
}

export interface IndexDropped extends Base {
  readonly type: 'index-dropped';
  readonly index: string;
  readonly concurrently: boolean;
  /** False where the index was made in the same set. */
  readonly existing: boolean;
  readonly onPartitionedTable: boolean;
  /** The constraint that cannot be without the index, so that the server refuses to drop it. */
  readonly neededBy?: string;
}

export interface IndexRebuilt extends Base {
  readonly type: 'index-rebuilt';
  readonly corruptOn?: string;
  readonly concurrently: boolean;
  readonly target: string;
  /** The word behind REINDEX: INDEX, TABLE, SCHEMA, DATABASE, SYSTEM. */
  readonly scope: string;
}

export interface ConstraintAdded extends Base {
  readonly type: 'constraint-added';
  readonly constraint: ConstraintKind;
  readonly name: string;
  /** False with NOT VALID or NOT ENFORCED. */
  readonly validated: boolean;
  readonly notValid: boolean;
  readonly usingIndex: boolean;
  readonly columns: readonly string[];
  /** The constraint's own text, without CONSTRAINT name. */
  readonly definition: string;
  /** For UNIQUE and PRIMARY KEY: what CREATE UNIQUE INDEX needs behind the table, and ADD CONSTRAINT behind USING INDEX. */
  readonly index?: { readonly body: string; readonly deferral: string };
  /** Set where the constraint stands inside ADD COLUMN. */
  readonly withColumn?: string;
  readonly onPartitionedTable: boolean;
  /** The partitions that it goes to, the lowest ones only. */
  readonly partitions: readonly string[];
  /** Columns of the key that may hold nulls, for a primary key. */
  readonly nullable: readonly string[];
}

export interface ConstraintValidated extends Base {
  readonly type: 'constraint-validated';
  readonly name: string;
}

export interface ConstraintDropped extends Base {
  readonly type: 'constraint-dropped';
  readonly name: string;
  /** Undefined for one that nobody has seen made. */
  readonly constraint?: ConstraintAdded['constraint'];
  readonly columns?: readonly string[];
  /** For a CHECK, the columns that it keeps from being null; for a foreign key, the table that it points at. */
  readonly provesNotNull?: readonly string[];
  readonly references?: string;
  /** True where its table was made in the same set, or it was. */
  readonly fresh: boolean;
  /** True where the file makes an equal one, or one of its name, or another one proves as much. */
  readonly remade?: boolean;
}

export interface ColumnAdded extends Base {
  readonly type: 'column-added';
  readonly column: string;
  readonly columnType: string;
  readonly collation?: string;
  /** Why every row has to be written, if it has to. */
  readonly cause?: 'volatile default' | 'serial' | 'identity' | 'stored generated' | 'constrained domain';
  readonly defaultExpression?: string;
  /** What a generated column is computed from, in its parentheses. */
  readonly generatedFrom?: string;
  readonly notNull: boolean;
  /** NOT NULL without a default: fails as soon as the table has one row. */
  readonly requiredWithoutDefault: boolean;
  /** For a domain: the type below it, and its conditions with `VALUE` in them. */
  readonly domain?: { readonly base: string; readonly checks: readonly string[]; readonly notNull: boolean };
  /** Columns of the table's primary key, where it is known. */
  readonly key?: readonly string[];
}

export interface ColumnDropped extends Base {
  readonly type: 'column-dropped';
  readonly column: string;
  /** New rows do without it: it takes nulls or has a default. Absent where that is not so, or not known. */
  readonly optional?: true;
  /** Views that keep the server from dropping it. */
  readonly usedBy?: readonly string[];
}

export interface ColumnRenamed extends Base {
  readonly type: 'column-renamed';
  readonly column: string;
  readonly to: string;
  /** Undefined where the column's definition is not known. */
  readonly columnType?: string | undefined;
}

export interface ColumnTypeChanged extends Base {
  readonly type: 'column-type-changed';
  readonly column: string;
  readonly from?: string;
  readonly to: string;
  /** Whether the file analyses the table behind the change. */
  readonly analysed?: boolean;
  /** What becomes of values that the new type cannot hold. */
  readonly narrows?: { readonly outcome: 'refused' | 'changed'; readonly what: string };
  /** Views that keep the server from changing it. */
  readonly usedBy?: readonly string[];
  /** The text behind USING. */
  readonly using?: string;
  /** Columns of the table's primary key, where it is known. */
  readonly key?: readonly string[];
}

export interface NotNullSet extends Base {
  readonly type: 'not-null-set';
  readonly column: string;
}

export interface RelationDropped extends Base {
  readonly type: 'relation-dropped';
  readonly what: 'table' | 'view' | 'materialized view' | 'sequence' | 'foreign table' | 'schema' | 'database' | 'type';
  readonly cascade: boolean;
  /** For a partition, its parent, ready for SQL. */
  readonly partitionOf?: string;
  /** The parent has a default partition, beside which the server refuses DETACH PARTITION CONCURRENTLY. */
  readonly hasDefaultPartition?: true;
  /** Views and foreign keys for whose sake the server refuses to drop it without CASCADE. */
  readonly usedBy?: readonly string[];
  /** True where the same transaction makes it anew, so that nobody ever misses it. */
  readonly remade?: boolean;
}

export interface RelationRenamed extends Base {
  readonly type: 'relation-renamed';
  readonly what: 'table' | 'view' | 'materialized view' | 'sequence' | 'foreign table' | 'schema';
  readonly to: string;
  /** True where the same transaction puts something else under the old name. */
  readonly remade?: boolean;
}

export interface Emptied extends Base {
  readonly type: 'emptied';
  readonly cascade: boolean;
}

export interface RowsChanged extends Base {
  readonly type: 'rows-changed';
  readonly verb: 'UPDATE' | 'DELETE' | 'INSERT' | 'MERGE';
  /** `by key`: rows whose keys the statement spells out. `some rows`: as many as a condition or a query finds. */
  readonly reach: 'every row' | 'some rows' | 'by key';
  /** What stands behind SET, for an UPDATE. */
  readonly assignments?: string;
  /** What stands behind WHERE. */
  readonly condition?: string;
  /** True for rows that an UPDATE has still to change; absent where running it twice would change them twice. */
  readonly unsettled?: string;
  /** Columns of the table's primary key, where it is known and the statement leaves it alone. */
  readonly key?: readonly string[];
}

export interface Rewritten extends Base {
  readonly type: 'rewritten';
  readonly by: 'VACUUM FULL' | 'CLUSTER' | 'ALTER TABLE' | 'REFRESH MATERIALIZED VIEW';
  readonly detail: string;
}

export interface MissingIndex {
  readonly name: string;
  readonly unique: boolean;
  /** Empty for an index on expressions. */
  readonly columns: readonly string[];
  /** The index of the partitioned table. */
  readonly like: string;
  readonly constraint?: 'UNIQUE' | 'PRIMARY KEY';
}

export interface PartitionAttached extends Base {
  readonly type: 'partition-attached';
  readonly partition: string;
  readonly bound: string;
  /** What all rows of the partition fulfil, in SQL; undefined where the partition key is not known or the bound is a hash. */
  readonly condition?: string;
  /** Indexes of the partitioned table that the partition lacks, ready for SQL. */
  readonly missingIndexes?: readonly MissingIndex[];
  /** The table that must prove that it has no such rows, ready for SQL. */
  readonly defaultPartition?: string;
}

export interface DomainChecked extends Base {
  readonly type: 'domain-checked';
  readonly domain: string;
  /** Columns of the domain's type. */
  readonly columns: readonly string[];
  /** The condition on VALUE; undefined where the statement does not write it out. */
  readonly condition: string | undefined;
}

/**
 * What a statement means, in words that rules judge: which column goes, which constraint comes. Statement readers make
 * these from their parse tree; SQL fragments in them (`definition`, `table`) are quoted and ready to be put into a fix.
 * Changes of one topic each are in the folder changes/.
 */
export type Change =
  | IndexBuilt
  | IndexDropped
  | IndexRebuilt
  | ConstraintAdded
  | CheckUnstable
  | KeyUnindexed
  | ConstraintUnenforced
  | ConstraintValidated
  | ConstraintDropped
  | ColumnAdded
  | ColumnDropped
  | DefaultChanged
  | ColumnRenamed
  | ColumnTypeChanged
  | NotNullSet
  | RelationDropped
  | RelationRenamed
  | Emptied
  | Cascaded
  | RowsChanged
  | Rewritten
  | PartitionAttached
  | DomainChecked
  | GuaranteeChange
  | NamedTypeChange
  | OtherObjectChanged
  | SecurityChange
  | WritingChange;
