import type { ReasonEffect, SplitStep } from './verdict.ts';

/** One thing that is not as it was before the release. */
export interface Difference {
  readonly what: string;
  readonly effect: ReasonEffect;
  /** Schema-qualified name of what it is about, as it was before. */
  readonly object: string;
  readonly text: string;
  readonly split: readonly SplitStep[];
  /** Tells it from others with the same `what` and object. */
  readonly detail?: string;
}

/** Identity of a difference through the release. */
export function differenceKey({ what, object, detail }: Difference): string {
  return [what, object, detail ?? ''].join('\u0000');
}

export function breaks(what: string, object: string, text: string, split: readonly SplitStep[] = []): Difference {
  return { what, effect: 'breaks', object, text, split };
}

export function unknown(what: string, object: string, text: string, split: readonly SplitStep[] = []): Difference {
  return { what, effect: 'unknown', object, text, split };
}

export function note(what: string, object: string, text: string): Difference {
  return { what, effect: 'note', object, text, split: [] };
}
