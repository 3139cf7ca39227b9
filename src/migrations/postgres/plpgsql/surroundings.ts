import type { FuncCall, SelectStmt } from 'libpg-query';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Value } from './value.ts';

/** Rows of a query, as far as they can be told. */
export interface KnownRows {
  /** `sure`: the row is there; else it may be. */
  readonly rows: readonly { readonly values: ReadonlyMap<string, Value>; readonly sure: boolean }[];
  /** True where there may be more. */
  readonly open: boolean;
}

/** What an expression stands in. */
export interface Surroundings {
  readonly catalog: Catalog;
  /** Server major version. */
  readonly version: number;
  /** Value of a variable or column, by its parts; undefined where there is none, or its value is not known. */
  variable(path: readonly string[]): Value;
  /** `$1` and so on. */
  parameter(number: number): Value;
  /** What a call of a function of the database's own gives; `around` are the surroundings of the call itself. */
  call(node: FuncCall, args: readonly Value[], around: Surroundings): Value;
  /** True for what is evaluated for a row that may be there. */
  readonly unsure?: boolean;
  /** Rows of a subquery, in these surroundings. */
  rows(select: SelectStmt, around: Surroundings): KnownRows;
}
