import type { AlterTableCmd } from 'libpg-query';
import type { Relation } from '../catalog/relation.ts';
import type { PostgresLockMode } from '../effects.ts';
import type { Scene } from './scene.ts';

/** One subcommand of ALTER TABLE, with what its reader needs. */
export interface Alteration {
  readonly scene: Scene;
  readonly command: AlterTableCmd;
  /** The table that the statement names. */
  readonly table: Relation;
  /** The table and, unless ONLY was said, its children and partitions. */
  readonly targets: readonly Relation[];
  /** The lock that the whole statement takes on the targets. */
  readonly mode: PostgresLockMode;
  /** Schema-qualified name for reports. */
  readonly relation: string;
  /** The table as written, ready for SQL. */
  readonly sqlTable: string;
  /** The subcommand's own text. */
  readonly text: string;
}

export type AlterationReader = (alteration: Alteration) => void;
