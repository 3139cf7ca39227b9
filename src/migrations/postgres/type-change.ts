import type { Node } from 'libpg-query';
import { type Catalog, findType, type NamedType } from '../catalog/catalog.ts';
import { type ColumnType, spellType } from '../catalog/column-type.ts';
import type { ColumnAdded } from '../changes.ts';
import { columnTypeOf, nodeAs, stringOf } from './node.ts';

/** Pairs whose values look the same on disk. PostgreSQL: pg_cast, castmethod 'b' (15). */
const binaryCoercible = new Set(
  (
    'text>varchar text>bpchar varchar>text varchar>bpchar xml>text xml>varchar xml>bpchar cidr>inet bit>varbit varbit>bit ' +
    'int4>oid oid>int4 int4>regclass regclass>int4 oid>regclass regclass>oid oid>regtype regtype>oid oid>regproc regproc>oid ' +
    'int4>regproc regproc>int4 int4>regtype regtype>int4 oid>regrole regrole>oid oid>regnamespace regnamespace>oid'
  ).split(' '),
);

/** Types whose precision ends at 6 digits, so that 6 and "no limit" are the same. */
const maxPrecision: Readonly<Record<string, number>> = {
  timestamp: 6,
  timestamptz: 6,
  time: 6,
  timetz: 6,
  interval: 6,
};

function sameModifiers(from: ColumnType, to: ColumnType): boolean {
  return from.modifiers.length === to.modifiers.length && from.modifiers.every((each, at) => each === to.modifiers[at]);
}

/** Stands where no fields are named. PostgreSQL: INTERVAL_FULL_RANGE, timestamp.h. */
const allFields = 32_767;

/** Bits of the fields from the finest on, as in DAY TO SECOND. PostgreSQL: intervaltypmodleastfield, timestamp.c. */
const fieldBits = [12, 11, 10, 3, 1, 2];

function leastField(fields: number): number {
  return fields === allFields ? 0 : fieldBits.findIndex((bit) => (fields & (1 << bit)) !== 0);
}

/** The fields come first, the precision second. PostgreSQL: interval_support, timestamp.c. */
function intervalFree(from: ColumnType, to: ColumnType): boolean {
  const [oldFields = allFields, oldPrecision = 6] = from.modifiers;
  const [newFields = allFields, newPrecision = 6] = to.modifiers;
  return leastField(newFields) <= leastField(oldFields) && newPrecision >= Math.min(oldPrecision, 6);
}

/**
 * Whether the length or precision can be changed without touching a value. PostgreSQL: varchar_support, varbit_support,
 * numeric_support, TemporalSimplify and interval_support drop the length coercion where it can do nothing.
 */
function modifiersFree(from: ColumnType, to: ColumnType): boolean {
  const [oldLength, oldScale = 0] = from.modifiers;
  const [newLength, newScale = 0] = to.modifiers;
  if (newLength === undefined || (from.name === to.name && sameModifiers(from, to))) return true;
  if (to.dimensions > 0) return false; // an ArrayCoerceExpr is never simplified away
  if (to.name === 'interval') return intervalFree(from, to);
  const precision = maxPrecision[to.name];
  switch (to.name) {
    case 'varchar':
    case 'varbit':
      return from.name === to.name && oldLength !== undefined && newLength >= oldLength;
    case 'numeric':
      return oldLength !== undefined && newScale === oldScale && newLength >= oldLength;
    default:
      if (precision === undefined || from.name !== to.name) return false;
      return newLength >= precision || (oldLength !== undefined && newLength >= oldLength);
  }
}

function domainOf(catalog: Catalog, type: ColumnType): NamedType | undefined {
  const named = findType(catalog, { schema: type.schema, name: type.name });
  return named?.kind === 'domain' ? named : undefined;
}

/** A domain is stored as its base type. */
export function storedType(catalog: Catalog, type: ColumnType): ColumnType {
  const base = type.dimensions === 0 ? domainOf(catalog, type)?.base : undefined;
  return base === undefined ? type : storedType(catalog, base);
}

export function isConstrainedDomain(catalog: Catalog, type: ColumnType | undefined): boolean {
  return type !== undefined && type.dimensions === 0 && domainOf(catalog, type)?.constrained === true;
}

/** What a domain stands for, its conditions and those of the domains below it. */
export function domainBelow(catalog: Catalog, type: ColumnType | undefined): Pick<ColumnAdded, 'domain'> {
  const domain = type === undefined || type.dimensions > 0 ? undefined : domainOf(catalog, type);
  if (type === undefined || domain?.base === undefined) return {};
  const { domain: below } = domainBelow(catalog, domain.base);
  return {
    domain: {
      base: spellType(storedType(catalog, type)),
      checks: [...(below?.checks ?? []), ...(domain.checks ?? [])],
      notNull: domain.notNull === true || below?.notNull === true,
    },
  };
}

/** The cast that USING spells out: `column::type`, or the bare column; undefined for any other expression. */
function castInUsing(using: Node, column: string): ColumnType | 'column' | undefined {
  const reference = nodeAs(using, 'ColumnRef');
  if (reference !== undefined) return stringOf(reference.fields?.at(-1)) === column ? 'column' : undefined;
  const cast = nodeAs(using, 'TypeCast');
  if (cast?.arg === undefined || castInUsing(cast.arg, column) !== 'column') return undefined;
  return columnTypeOf(cast.typeName);
}

/** How USING comes by the new value: the bare column, `column::type`, or by some other computation. */
export function castOf(using: Node, column: string): 'none' | 'explicit' | 'computed' {
  const cast = castInUsing(using, column);
  if (cast === undefined) return 'computed';
  return cast === 'column' ? 'none' : 'explicit';
}

/** How many dimensions are written makes no difference (documentation, 8.15.1). */
const isArray = ({ dimensions }: ColumnType): boolean => dimensions > 0;

function sameType(one: ColumnType, other: ColumnType): boolean {
  return one.name === other.name && one.schema === other.schema && isArray(one) === isArray(other);
}

/** A length that a domain has is not known to the coercion. PostgreSQL: coerce_type_typmod after a RelabelType, parse_coerce.c. */
function withoutDomainsLength(catalog: Catalog, from: ColumnType, to: ColumnType): ColumnType {
  const stored = storedType(catalog, from);
  const leavesDomain = stored !== from && !(from.name === to.name && from.schema === to.schema);
  return leavesDomain && storedType(catalog, to) === to ? { ...stored, modifiers: [] } : stored;
}

export interface TypeChange {
  readonly from: ColumnType | undefined;
  readonly to: ColumnType;
  readonly using: Node | undefined;
  readonly column: string;
}

/**
 * Why ALTER COLUMN … TYPE has to write every row anew, or undefined if it has not to.
 * PostgreSQL: ATColumnChangeRequiresRewrite, tablecmds.c, with a session time zone of UTC.
 */
export function rewriteReason(change: TypeChange, catalog: Catalog, version: number): string | undefined {
  const { from, to, using, column } = change;
  if (using !== undefined) {
    const cast = castInUsing(using, column);
    if (cast === undefined) return 'USING computes each value anew';
    if (cast !== 'column' && !(sameType(cast, to) && (sameModifiers(cast, to) || cast.modifiers.length === 0))) {
      return 'USING computes each value anew';
    }
  }
  if (isConstrainedDomain(catalog, to)) return 'each value is checked against the domain';
  if (from === undefined) return 'the present type is not known, so a rewrite cannot be ruled out';
  const oldType = withoutDomainsLength(catalog, from, to);
  const newType = storedType(catalog, to);
  if (isArray(oldType) !== isArray(newType)) return 'each value is converted';
  const pair = `${oldType.name}>${newType.name}`;
  const utc = version >= 12 && catalog.utc && (pair === 'timestamp>timestamptz' || pair === 'timestamptz>timestamp');
  if (utc && newType.dimensions === 0) {
    const kept = modifiersFree({ ...oldType, name: newType.name }, newType);
    return kept ? undefined : 'each value is rounded to the new precision';
  }
  const compatible = sameType(oldType, newType) || (!isArray(newType) && binaryCoercible.has(pair));
  if (!compatible) return 'values of the two types are stored differently';
  return modifiersFree(oldType, newType) ? undefined : 'each value is fitted to the new length or precision';
}

const sameOperators: Readonly<Record<string, string>> = { varchar: 'text', cidr: 'inet' };

/** Whether an index on the column survives a change without a rewrite. PostgreSQL: CheckIndexCompatible, indexcmds.c. */
export function indexKept(change: TypeChange, catalog: Catalog, collationChanges: boolean): boolean {
  if (collationChanges || change.from === undefined) return false;
  const operators = (type: ColumnType): string =>
    sameOperators[storedType(catalog, type).name] ?? storedType(catalog, type).name;
  return operators(change.from) === operators(change.to);
}
