/** A CHECK that compares columns with constants. */
export type Demand =
  | { readonly type: 'one of'; readonly column: string; readonly values: readonly string[] }
  | { readonly type: 'compare'; readonly column: string; readonly operator: string; readonly value: string }
  | { readonly type: 'not null'; readonly column: string }
  | { readonly type: 'all' | 'any'; readonly of: readonly Demand[] }
  /** Anything else. `strict`: it cannot be false while one of its columns is null. */
  | { readonly type: 'other'; readonly columns: readonly string[]; readonly strict: boolean };
