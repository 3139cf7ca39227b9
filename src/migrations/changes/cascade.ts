import type { RelationKind } from '../effects.ts';
import type { Base } from './base.ts';

/** What a DROP … CASCADE takes along. */
export interface Cascaded extends Base {
  readonly type: 'cascaded';
  /** The words behind DROP, as in `table`. */
  readonly what: string;
  readonly dropped: readonly {
    readonly what: RelationKind | 'foreign key';
    /** Schema-qualified; a foreign key as `public.payments.payments_account_id_fkey`. */
    readonly name: string;
    /** False where it came with the same set. */
    readonly existing: boolean;
  }[];
  /** False where more may depend on it than the files tell. */
  readonly known: boolean;
}
