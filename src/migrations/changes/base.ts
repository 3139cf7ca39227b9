import type { Work } from '../effects.ts';

/** What every change has. */
export interface Base {
  /** Schema-qualified, the same spelling as in effects. */
  readonly relation: string;
  /** The relation as the statement writes it, ready for SQL. */
  readonly table: string;
  /** Slow work that this change alone brings about. */
  readonly work: readonly Work[];
}
