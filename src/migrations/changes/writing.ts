import type { Base } from './base.ts';

// How the migration itself is written: its transactions, its names, its columns.

export interface TransactionOdd extends Base {
  /** BEGIN within a transaction, an end of the runner's transaction or of none, a BEGIN that nothing ends. */
  readonly type: 'transaction-odd';
  readonly oddity: 'nested' | "ends the runner's" | 'ends none' | 'left open';
}

export interface KeyColumnMissing extends Base {
  /** UNIQUE or PRIMARY KEY on a partitioned table without all columns of the partition key. */
  readonly type: 'partition-key-missing';
  readonly constraint: string;
  readonly columns: readonly string[];
  readonly missing: readonly string[];
}

export interface AssignedTwice extends Base {
  readonly type: 'assigned-twice';
  readonly column: string;
}

export interface NameCut extends Base {
  readonly type: 'name-cut';
  readonly name: string;
  readonly to: string;
}

export interface NotRepeatable extends Base {
  readonly type: 'not-repeatable';
  /** `IF NOT EXISTS`, `IF EXISTS` or `OR REPLACE`. */
  readonly clause: string;
  /** The statement with the clause put in. */
  readonly sql: string;
}

export interface NameUnqualified extends Base {
  readonly type: 'name-unqualified';
}

export interface NameNeedsQuotes extends Base {
  readonly type: 'name-needs-quotes';
  readonly names: readonly string[];
}

/** A column of a new table, or one that is added. */
export interface ColumnDefined {
  readonly column: string;
  /** As in the catalog: `int4`, `varchar`, `timestamp`. */
  readonly typeName: string;
  readonly columnType: string;
  readonly serial: boolean;
  /** Whether it is, alone, the primary key. */
  readonly isKey: boolean;
}

export interface ColumnsDefined extends Base {
  readonly type: 'columns-defined';
  readonly columns: readonly ColumnDefined[];
  readonly onNewTable: boolean;
}

export interface TableCreated extends Base {
  readonly type: 'table-created';
  /** At the end of the file; a partition or child has its parent's. */
  readonly hasPrimaryKey?: boolean | undefined;
  /** Bytes of a row that alignment wastes, and the order of columns that wastes least; absent where widths are not known. */
  readonly padding?: { readonly bytes: number; readonly least: number; readonly order: readonly string[] };
}

export type WritingChange =
  | TransactionOdd
  | KeyColumnMissing
  | AssignedTwice
  | NameCut
  | NotRepeatable
  | NameUnqualified
  | NameNeedsQuotes
  | ColumnsDefined
  | TableCreated;
