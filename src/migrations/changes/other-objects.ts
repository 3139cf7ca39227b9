import type { Base } from './base.ts';

/** A role, extension, operator, cast …: what is no relation, type or routine. */
export interface OtherObjectChanged extends Base {
  readonly type: 'other-object-changed';
  /** In words: `extension`, `role`, `event trigger`. */
  readonly what: string;
  readonly name: string;
  readonly action: 'created' | 'dropped' | 'altered';
  readonly detail?: string;
}
