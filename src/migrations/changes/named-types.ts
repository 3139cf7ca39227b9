import type { Base } from './base.ts';

// `relation` and `table` hold the type's name.

export interface EnumCreated extends Base {
  readonly type: 'enum-created';
}

export interface EnumValueAdded extends Base {
  readonly type: 'enum-value-added';
  readonly value: string;
  /** True with BEFORE or AFTER. */
  readonly placed: boolean;
}

export interface EnumValueRenamed extends Base {
  readonly type: 'enum-value-renamed';
  readonly value: string;
  readonly to: string;
}

export interface EnumValueUsed extends Base {
  /** A value that the same transaction has added. */
  readonly type: 'enum-value-used';
  readonly value: string;
}

export interface EnumValuesLost extends Base {
  /** A column gets an enum that lacks values of the one before. */
  readonly type: 'enum-values-lost';
  readonly column: string;
  readonly values: readonly string[];
}

export interface DomainCreated extends Base {
  readonly type: 'domain-created';
  readonly constrained: boolean;
}

export type NamedTypeChange =
  | EnumCreated
  | EnumValueAdded
  | EnumValueRenamed
  | EnumValueUsed
  | EnumValuesLost
  | DomainCreated;
