/**
 * The parts of node-sql-parser's tree that are read here. Its own types leave most statements as `any`; these name the
 * fields as they were seen in its output (5.4), all optional, so that a missing one is no crash.
 */
export interface TableName {
  readonly db?: string | null;
  readonly table?: string;
  readonly view?: string;
}

export interface ColumnName {
  readonly column?: string;
}

interface DataType {
  readonly dataType?: string;
  readonly length?: number;
  readonly scale?: number;
  readonly expr?: { readonly value?: readonly { readonly value?: unknown }[] };
}

export interface ColumnSpec {
  readonly column?: ColumnName;
  readonly definition?: DataType;
  readonly nullable?: { readonly value?: string };
  readonly default_val?: { readonly value?: { readonly type?: string } };
  readonly auto_increment?: string;
  readonly generated?: { readonly storage_type?: string };
  readonly unique?: string;
  readonly primary_key?: string;
  readonly reference_definition?: unknown;
}

export interface Alteration extends ColumnSpec {
  readonly action?: string;
  readonly resource?: string;
  readonly keyword?: string | null;
  readonly index?: string;
  readonly constraint?: string;
  readonly key?: string;
  readonly table?: string;
  readonly old_column?: ColumnName;
  readonly suffix?: { readonly keyword?: string } | null;
  readonly algorithm?: string;
  readonly lock?: string;
  readonly create_definitions?: {
    readonly constraint_type?: string;
    readonly constraint?: string | null;
    readonly index?: string | null;
    readonly reference_definition?: { readonly table?: readonly TableName[] };
  };
}

export interface MysqlTree {
  readonly type?: string;
  readonly keyword?: string;
  readonly table?: TableName | readonly TableName[] | readonly (readonly TableName[])[];
  readonly expr?: readonly Alteration[] | unknown;
  readonly index_type?: string | null;
  readonly index?: string;
  readonly name?: readonly TableName[] | ColumnName | string;
  readonly prefix?: string | null;
  readonly where?: unknown;
  readonly limit?: unknown;
  readonly from?: readonly TableName[];
  readonly set?: readonly { readonly column?: string }[];
  readonly create_definitions?: readonly (ColumnSpec & { readonly resource?: string })[];
  readonly algorithm_option?: { readonly algorithm?: string } | null;
  readonly lock_option?: { readonly lock?: string } | null;
  readonly temporary?: string | null;
  readonly view?: TableName;
  readonly db?: string;
}

/** A field that the parser fills with one thing or a list of things; the caller says which, as the interfaces above do. */
export function listOf<T>(value: unknown): readonly T[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]) as readonly T[]; // the parser's own shapes, seen and named above
}

/** Quoted the way MySQL quotes, where it must be. */
export function quoteMysql(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/i.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}
