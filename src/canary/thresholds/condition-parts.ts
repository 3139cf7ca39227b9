/** What a measurement found: the values of its window, newest first, without the periods that have none. */
export interface Measured {
  readonly values: readonly number[];
  /** Their mean; null for none. */
  readonly value: number | null;
}

/** A part of a condition. It gives null where data that it needs are missing: in Argo that is an error. */
export type Part =
  | { readonly type: 'number'; readonly of: (scope: Scope) => number | null }
  | { readonly type: 'boolean'; readonly of: (scope: Scope) => boolean | null }
  | { readonly type: 'list'; readonly of: (scope: Scope) => readonly number[] | null }
  | { readonly type: 'result'; readonly of: (scope: Scope) => number | null };

export interface Scope {
  readonly measured: Measured;
  /** What `#` stands for, inside `all(list, {...})`. */
  readonly element: number | null;
}
