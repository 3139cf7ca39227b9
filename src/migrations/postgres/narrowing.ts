import type { ColumnType } from '../catalog/column-type.ts';
import { spellType } from '../catalog/column-type.ts';
import type { ColumnTypeChanged } from '../changes.ts';

type Narrowing = NonNullable<ColumnTypeChanged['narrows']>;

const integerBytes: Readonly<Record<string, number>> = { int2: 2, int4: 4, int8: 8 };
const withFraction = new Set(['numeric', 'float4', 'float8']);
const instants = new Set(['timestamp', 'timestamptz']);

function fewerDigits(from: ColumnType, to: ColumnType): Narrowing | undefined {
  const [newPrecision, newScale = 0] = to.modifiers;
  const [oldPrecision, oldScale = 0] = from.modifiers;
  if (newPrecision === undefined) return undefined;
  if (oldPrecision === undefined || newScale < oldScale) {
    return { outcome: 'changed', what: `digits behind the point are rounded to ${newScale}` };
  }
  const fits = newPrecision - newScale >= oldPrecision - oldScale;
  return fits ? undefined : { outcome: 'refused', what: `values with more than ${newPrecision - newScale} digits` };
}

function fewerCharacters(from: ColumnType, to: ColumnType, cast: boolean): Narrowing | undefined {
  const [newLength] = to.modifiers;
  const [oldLength = Number.POSITIVE_INFINITY] = from.modifiers;
  if (newLength === undefined || newLength >= oldLength) return undefined;
  // An explicit cast cuts, an assignment refuses. PostgreSQL: documentation, 8.3 "Character Types".
  if (cast) return { outcome: 'changed', what: `values are cut to ${newLength} characters` };
  return { outcome: 'refused', what: `values of more than ${newLength} characters` };
}

function lessPrecise(from: ColumnType, to: ColumnType): Narrowing | undefined {
  if (to.name === 'date') return { outcome: 'changed', what: 'the time of day is lost' };
  const [digits = 6] = to.modifiers;
  const [before = 6] = from.modifiers;
  if (!instants.has(to.name) || digits >= before) return undefined;
  return { outcome: 'changed', what: `fractions of a second are rounded to ${digits} digits` };
}

const characters = new Set(['varchar', 'bpchar', 'text']);

/**
 * What becomes of values that the new type cannot hold.
 * @param cast whether USING says `column::type`, so that values are fitted and not refused
 */
export function narrowing(from: ColumnType | undefined, to: ColumnType, cast: boolean): Narrowing | undefined {
  if (from === undefined || from.dimensions > 0 || to.dimensions > 0) return undefined;
  const oldBytes = integerBytes[from.name];
  const newBytes = integerBytes[to.name];
  if (newBytes !== undefined && oldBytes !== undefined) {
    return newBytes < oldBytes ? { outcome: 'refused', what: `numbers that do not fit ${spellType(to)}` } : undefined;
  }
  if (newBytes !== undefined && withFraction.has(from.name) && !(from.name === 'numeric' && from.modifiers[1] === 0)) {
    return { outcome: 'changed', what: 'fractions are rounded away' };
  }
  if (from.name === 'float8' && to.name === 'float4') return { outcome: 'changed', what: 'digits are rounded away' };
  if (from.name === 'numeric' && to.name === 'numeric') return fewerDigits(from, to);
  if (characters.has(from.name) && (to.name === 'varchar' || to.name === 'bpchar')) {
    return fewerCharacters(from, to, cast);
  }
  return instants.has(from.name) ? lessPrecise(from, to) : undefined;
}
