import type { Base } from './base.ts';

/** What a DROP … CASCADE takes along. */
export interface Cascaded extends Base {
  readonly type: 'cascaded';
  /** The words behind DROP, as in `table`. */
  readonly what: string;
  readonly dropped: readonly string[];
  /** False where more may depend on it than the files tell. */
  readonly known: boolean;
}
