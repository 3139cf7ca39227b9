import { type Catalog, findType } from '../catalog/catalog.ts';
import { type ColumnType, spellType } from '../catalog/column-type.ts';
import { storedType, type TypeChange } from './type-change.ts';

/** Whole numbers by their size: a value that does not fit is refused, not cut. */
const whole = ['int2', 'int4', 'int8'];
const texts = new Set(['text', 'varchar', 'citext', 'name']);
/** Pairs that give each value back; the server refuses what it cannot convert. */
const reversible = new Set(
  (
    'int2>numeric int4>numeric int8>numeric int2>float8 int4>float8 int2>float4 float4>float8 ' +
    'text>uuid varchar>uuid date>timestamp date>timestamptz timestamp>timestamptz timestamptz>timestamp cidr>inet json>text ' +
    'jsonb>json xml>text time>interval'
  ).split(' '),
);

function isBounded(type: ColumnType): boolean {
  return type.modifiers.length > 0 || type.name === 'bpchar';
}

/** Why a plain cast cuts or rounds values of one type, or undefined if it keeps or refuses them. */
function sameNameLoss(from: ColumnType, to: ColumnType, explicit: boolean): string | undefined {
  const [oldLength, oldScale = 0] = from.modifiers;
  const [newLength, newScale = 0] = to.modifiers;
  if (newLength === undefined || from.modifiers.join() === to.modifiers.join()) return undefined;
  if (to.name === 'numeric') {
    return oldLength === undefined || newScale < oldScale
      ? `values are rounded to ${newScale} digits behind the point`
      : undefined;
  }
  if (texts.has(to.name) || to.name === 'bpchar') {
    const narrower = oldLength === undefined || newLength < oldLength;
    return narrower && explicit ? `an explicit cast cuts what is longer than ${newLength}` : undefined;
  }
  return oldLength === undefined || newLength < oldLength ? 'values are rounded to the new precision' : undefined;
}

/**
 * Why ALTER COLUMN … TYPE loses values that turning the type back does not bring: what is cut, rounded or spelt anew. A
 * value that does not fit is refused instead (bigint to integer, text to varchar(20) without an explicit cast), so
 * nothing of it is lost. PostgreSQL: documentation, 8.3 and 10.4; coerce_type_typmod, parse_coerce.c.
 */
export function lossyReason(change: TypeChange, catalog: Catalog): string | undefined {
  const { from, using } = change;
  if (using !== undefined && !isCastOf(using, change.column)) return 'USING computes each value anew';
  if (from === undefined) return undefined;
  const old = storedType(catalog, from);
  const to = storedType(catalog, change.to);
  const pair = `${old.name}>${to.name}`;
  const words = `${spellType(from)} to ${spellType(change.to)}`;
  if (old.dimensions !== to.dimensions) return `${words}: values are converted`;
  if (old.name === to.name || (texts.has(old.name) && texts.has(to.name)))
    return sameNameLoss(old, to, using !== undefined);
  if (whole.includes(old.name) && whole.includes(to.name)) return undefined;
  if (texts.has(to.name) && !isBounded(to) && to.dimensions === 0) return undefined; // every type's text can be read back
  const named = isEnum(catalog, old) || isEnum(catalog, to);
  if (named || (reversible.has(pair) && to.modifiers.length === 0)) return undefined;
  return `${words}: what the new type cannot hold is dropped or rounded`;
}

function isEnum(catalog: Catalog, type: ColumnType): boolean {
  return findType(catalog, { schema: type.schema, name: type.name })?.kind === 'enum';
}

/** `column`, `column::type`, or casts of casts of it: what USING would do anyhow. */
function isCastOf(using: unknown, column: string): boolean {
  const text = JSON.stringify(using);
  const columns = text.match(/"ColumnRef"/g)?.length ?? 0;
  return (
    columns === 1 &&
    text.includes(`"sval":${JSON.stringify(column)}`) &&
    !/"(FuncCall|A_Expr|CaseExpr|SubLink|CoalesceExpr)"/.test(text)
  );
}
