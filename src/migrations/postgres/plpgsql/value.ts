import { quoteIdentifier } from '../quote.ts';

/** What an `oid` or `reg…` value stands for: the object itself, since static analysis has no numbers for objects. */
export interface ObjectValue {
  readonly is: 'object';
  readonly of: 'relation' | 'type' | 'schema' | 'function' | 'constraint' | 'trigger';
  /** Empty for objects that lie in no schema. */
  readonly schema: string;
  readonly name: string;
}

export interface ListValue {
  readonly is: 'list';
  readonly items: readonly Value[];
  /** Number of the first item: 1, if nothing else is said. */
  readonly from?: number;
}

export interface RowValue {
  readonly is: 'row';
  readonly fields: ReadonlyMap<string, Value>;
}

/** A date or timestamp, in ms since 1970 UTC. */
export interface MomentValue {
  readonly is: 'moment';
  readonly of: 'date' | 'timestamp';
  readonly ms: number;
}

export interface IntervalValue {
  readonly is: 'interval';
  readonly months: number;
  readonly ms: number;
}

/** A text of which some parts are known only at run time. An identifier or a literal keeps to itself; a text can be anything. */
export interface TemplateValue {
  readonly is: 'template';
  readonly parts: readonly (string | { readonly hole: 'identifier' | 'literal' | 'text' })[];
}

/**
 * What a PL/pgSQL expression gives, as far as it can be told without running it.
 * `undefined`: not known. `null`: SQL's NULL, known.
 */
export type Value =
  | undefined
  | null
  | string
  | number
  | boolean
  | ObjectValue
  | ListValue
  | RowValue
  | MomentValue
  | IntervalValue
  | TemplateValue;

type Tagged = Exclude<Value, undefined | null | string | number | boolean>;

export function isTagged<Tag extends Tagged['is']>(value: Value, is: Tag): value is Extract<Tagged, { is: Tag }> {
  return typeof value === 'object' && value !== null && value.is === is;
}

const twoDigits = (part: number): string => String(part).padStart(2, '0');

function momentText({ of, ms }: MomentValue): string {
  const at = new Date(ms);
  const day = `${at.getUTCFullYear()}-${twoDigits(at.getUTCMonth() + 1)}-${twoDigits(at.getUTCDate())}`;
  const time = `${twoDigits(at.getUTCHours())}:${twoDigits(at.getUTCMinutes())}:${twoDigits(at.getUTCSeconds())}`;
  return of === 'date' ? day : `${day} ${time}+00`;
}

/** The value as `::text` gives it; undefined where that is not known, null for NULL. */
export function textOf(value: Value, searchPath: readonly string[] = []): string | null | undefined {
  if (value === undefined || value === null) return value;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value.is === 'moment') return momentText(value);
  if (value.is !== 'object') return undefined;
  const name = quoteIdentifier(value.name);
  const qualified = value.schema !== '' && !searchPath.includes(value.schema) && value.of !== 'schema';
  return qualified ? `${quoteIdentifier(value.schema)}.${name}` : name;
}

type Part = TemplateValue['parts'][number];

/** What can be told of the text of a value: at the least that it is some text. */
export function templateOf(value: Value, searchPath: readonly string[]): TemplateValue {
  if (isTagged(value, 'template')) return value;
  const text = textOf(value, searchPath);
  return { is: 'template', parts: [text ?? { hole: 'text' }] };
}

/** Puts pieces together: to a text, if all of it is known. */
export function joinTemplates(templates: readonly TemplateValue[]): string | TemplateValue {
  const parts: Part[] = [];
  for (const part of templates.flatMap((template) => template.parts)) {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else if (part !== '') parts.push(part);
  }
  const [first = ''] = parts;
  return parts.length <= 1 && typeof first === 'string' ? first : { is: 'template', parts };
}

/** Same value, different value, or not to be told. */
export function sameValue(one: Value, other: Value): boolean | undefined {
  if (one === undefined || other === undefined) return undefined;
  if (one === null || other === null) return one === other;
  if (typeof one === 'object' || typeof other === 'object') return sameTagged(one, other);
  if (typeof one === typeof other) return one === other;
  return String(one) === String(other); // an untyped literal beside a number or boolean
}

function sameTagged(one: NonNullable<Value>, other: NonNullable<Value>): boolean | undefined {
  if (isTagged(one, 'object') && isTagged(other, 'object')) {
    return one.of === other.of && one.schema === other.schema && one.name === other.name;
  }
  if (isTagged(one, 'moment') && isTagged(other, 'moment')) return one.ms === other.ms;
  return undefined;
}
