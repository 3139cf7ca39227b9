/** A partition that gets its part of an index on the table above. */
export interface IndexedPartition {
  readonly table: string;
  readonly index: string;
  /** The index, on the table above, that this one is attached to. */
  readonly parentIndex: string;
  readonly partitioned: boolean;
}
