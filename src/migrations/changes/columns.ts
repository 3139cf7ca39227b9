import type { Base } from './base.ts';

/** ALTER COLUMN … SET DEFAULT, DROP DEFAULT. */
export interface DefaultChanged extends Base {
  readonly type: 'default-changed';
  readonly column: string;
  /** Absent: dropped. */
  readonly to?: string;
  readonly volatile: boolean;
  /** NOT NULL and now without a default: inserts that leave it out fail. */
  readonly required: boolean;
  /** True where the column came with the same set, so that the version before does not know it. */
  readonly newColumn: boolean;
}
