import type { Base } from './base.ts';

export type ConstraintKind = 'foreign key' | 'check' | 'unique' | 'primary key' | 'exclude' | 'not null';

/** A CHECK whose outcome for one and the same row changes with time, session or chance. */
export interface CheckUnstable extends Base {
  readonly type: 'check-unstable';
  readonly name: string;
  /** What it calls, as in `now()`. */
  readonly calls: string;
}

/** A foreign key whose own columns no index begins with, when the set has run. */
export interface KeyUnindexed extends Base {
  readonly type: 'key-unindexed';
  readonly name: string;
  readonly columns: readonly string[];
  /** The table that it refers to. */
  readonly target: string;
}

/** A constraint that is there and keeps nothing out (PostgreSQL 18, NOT ENFORCED). */
export interface ConstraintUnenforced extends Base {
  readonly type: 'constraint-unenforced';
  readonly name: string;
  readonly constraint: ConstraintKind;
}
