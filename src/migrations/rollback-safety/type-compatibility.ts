import { type ColumnType, spellType } from '../catalog/column-type.ts';

export interface TypeVerdict {
  readonly effect: 'same' | 'works' | 'breaks' | 'unknown';
  readonly text: string;
}

const whole = ['int2', 'int4', 'int8'];
const texts = new Set(['text', 'varchar']);

function lengthOf({ name, modifiers }: ColumnType): number {
  return modifiers[0] ?? (name === 'bpchar' ? 1 : Number.POSITIVE_INFINITY);
}

function sameBase(from: ColumnType, to: ColumnType, words: string): TypeVerdict {
  if (from.modifiers.join() === to.modifiers.join()) return { effect: 'same', text: '' };
  if (to.name === 'numeric') return numeric(from, to, words);
  if (
    to.name === 'timestamp' ||
    to.name === 'timestamptz' ||
    to.name === 'time' ||
    to.name === 'timetz' ||
    to.name === 'interval'
  ) {
    const narrower = lengthOf(to) < lengthOf(from);
    return narrower
      ? { effect: 'unknown', text: `${words}: what it writes is rounded` }
      : { effect: 'works', text: words };
  }
  if (to.name === 'bit') return { effect: 'breaks', text: `${words}: bits of another length are refused` };
  return lengthOf(to) >= lengthOf(from)
    ? { effect: 'works', text: words }
    : { effect: 'breaks', text: `${words}: longer values are refused` };
}

function numeric(from: ColumnType, to: ColumnType, words: string): TypeVerdict {
  const [precision = Number.POSITIVE_INFINITY, scale = 0] = to.modifiers;
  const [oldPrecision = Number.POSITIVE_INFINITY, oldScale = 0] = from.modifiers;
  const fewer = from.modifiers.length === 0 ? to.modifiers.length > 0 : precision - scale < oldPrecision - oldScale;
  if (fewer && to.modifiers.length > 0) return { effect: 'breaks', text: `${words}: larger values are refused` };
  const coarser = to.modifiers.length > 0 && scale < oldScale;
  return coarser
    ? { effect: 'unknown', text: `${words}: what it writes is rounded` }
    : { effect: 'works', text: words };
}

/**
 * Whether calls that know a column as `from` still work where it is `to`: what they write is taken, and the operators
 * and casts that they use are there. PostgreSQL: documentation, 10.2 and 10.4.
 */
export function typeVerdict(from: ColumnType, to: ColumnType): TypeVerdict {
  const words = `${spellType(from)} became ${spellType(to)}`;
  if (from.dimensions > 0 !== to.dimensions > 0)
    return { effect: 'breaks', text: `${words}: an array is no single value` };
  if (from.name === to.name && (from.schema ?? '') === (to.schema ?? '')) return sameBase(from, to, words);
  if (from.schema !== undefined && to.schema === undefined && from.name === to.name)
    return { effect: 'same', text: '' };
  const sizes = [whole.indexOf(from.name), whole.indexOf(to.name)];
  const [oldSize = -1, newSize = -1] = sizes;
  if (oldSize >= 0 && newSize >= 0) {
    return newSize > oldSize
      ? { effect: 'works', text: `${words}: every value fits; some drivers hand out bigint as text` }
      : { effect: 'breaks', text: `${words}: larger values are refused` };
  }
  if (texts.has(from.name) && texts.has(to.name)) {
    return lengthOf(to) >= lengthOf(from)
      ? { effect: 'works', text: words }
      : { effect: 'breaks', text: `${words}: longer values are refused` };
  }
  const pair = `${from.name}>${to.name}`;
  if (pair === 'float4>float8' || pair === 'cidr>inet') return { effect: 'works', text: words };
  const unsure = new Set([
    'timestamp>timestamptz',
    'timestamptz>timestamp',
    'text>citext',
    'varchar>citext',
    'citext>text',
  ]);
  if (unsure.has(pair)) return { effect: 'unknown', text: `${words}: values are taken, and may mean something else` };
  return { effect: 'breaks', text: `${words}: values, operators and drivers of the old type do not fit` };
}
