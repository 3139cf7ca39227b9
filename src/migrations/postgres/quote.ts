import type { RangeVar } from 'libpg-query';

/** PostgreSQL: documentation, appendix C, keywords marked "reserved" (also those that allow function or type names). */
const reserved = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column ' +
    'concurrently constraint create cross current_catalog current_date current_role current_schema current_time ' +
    'current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from ' +
    'full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime ' +
    'localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning ' +
    'right select session_user similar some symmetric system_user table tablesample then to trailing true union unique user ' +
    'using variadic verbose when where window with'
  ).split(' '),
);

/** The identifier as SQL needs it: quoted where it must be. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A relation of the catalog, ready for SQL; its schema is left out where that is `public`. */
export function quoteRelation(relation: { readonly schema: string; readonly name: string }): string {
  const name = quoteIdentifier(relation.name);
  return relation.schema === 'public' ? name : `${quoteIdentifier(relation.schema)}.${name}`;
}

export function quoteColumns(columns: readonly string[]): string {
  return columns.map(quoteIdentifier).join(', ');
}

/** The relation as the statement names it, ready for SQL. */
export function quoteRange(range: RangeVar | undefined): string {
  const name = quoteIdentifier(range?.relname ?? '');
  return range?.schemaname === undefined ? name : `${quoteIdentifier(range.schemaname)}.${name}`;
}
