/** A column's type as the catalog keeps it: what PostgreSQL's TypeName says, resolved as far as the grammar goes. */
export interface ColumnType {
  /** Internal name without schema for built-in types (`int4`, `varchar`, `timestamptz`), else as written. */
  readonly name: string;
  readonly schema?: string;
  /** What stands in parentheses: `varchar(20)` has [20], `numeric(10,2)` has [10, 2]. */
  readonly modifiers: readonly number[];
  /** 0: no array. */
  readonly dimensions: number;
}

const spelling: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  bool: 'boolean',
  float4: 'real',
  float8: 'double precision',
  bpchar: 'char',
};

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** The type as people write it, for messages and fixes. */
export function spellType(type: ColumnType): string {
  const name =
    type.schema === undefined
      ? (spelling[type.name] ?? quoted(type.name))
      : `${quoted(type.schema)}.${quoted(type.name)}`;
  const modifiers = type.modifiers.length > 0 ? `(${type.modifiers.join(',')})` : '';
  return `${name}${modifiers}${'[]'.repeat(type.dimensions)}`;
}
