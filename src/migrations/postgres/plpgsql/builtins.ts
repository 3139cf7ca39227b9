import { quoteIdentifier } from '../quote.ts';
import { relationNamed, typeNamed } from './cast.ts';
import { currentMoment, formatMoment, truncateMoment } from './moments.ts';
import type { Surroundings } from './surroundings.ts';
import { isTagged, joinTemplates, type TemplateValue, templateOf, textOf, type Value } from './value.ts';

type Builtin = (args: readonly Value[], around: Surroundings) => Value;

/** PostgreSQL: quote_literal_internal, quote.c. */
function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}

/** An identifier in quotes where it needs them, or a hole that only an identifier can fill. */
function identifierPart(value: Value, searchPath: readonly string[]): string | TemplateValue {
  const text = textOf(value, searchPath);
  return typeof text === 'string' ? quoteIdentifier(text) : { is: 'template', parts: nameHole(value) };
}

/** A name of which the beginning is known keeps it, so that it can be told from others. */
function nameHole(value: Value): TemplateValue['parts'] {
  const plain =
    isTagged(value, 'template') && value.parts.every((each) => typeof each !== 'string' || /^\w*$/.test(each));
  if (!plain) return [{ hole: 'identifier' }];
  return value.parts.map((each) => (typeof each === 'string' ? each : { hole: 'identifier' as const }));
}

function literalPart(value: Value, searchPath: readonly string[]): string | TemplateValue {
  if (value === null) return 'NULL';
  const text = textOf(value, searchPath);
  return typeof text === 'string' ? quoteLiteral(text) : { is: 'template', parts: [{ hole: 'literal' }] };
}

function asTemplate(part: string | TemplateValue): TemplateValue {
  return typeof part === 'string' ? { is: 'template', parts: [part] } : part;
}

/** PostgreSQL: documentation, 9.4.1 "format". */
const format: Builtin = ([pattern, ...args], { catalog }) => {
  if (pattern === null) return null;
  if (typeof pattern !== 'string') return undefined;
  const pieces: TemplateValue[] = [];
  let next = 0;
  let end = 0;
  for (const found of pattern.matchAll(/%(?:(\d+)\$)?(?:-?\d+)?([sIL%])/g)) {
    pieces.push(asTemplate(pattern.slice(end, found.index)));
    end = found.index + found[0].length;
    const [, position, type] = found;
    if (type === '%') {
      pieces.push(asTemplate('%'));
      continue;
    }
    const value = args[position === undefined ? next : Number(position) - 1];
    next = position === undefined ? next + 1 : Number(position);
    if (type === 'I') pieces.push(asTemplate(identifierPart(value, catalog.searchPath)));
    else if (type === 'L') pieces.push(asTemplate(literalPart(value, catalog.searchPath)));
    else if (value !== null) pieces.push(templateOf(value, catalog.searchPath));
  }
  pieces.push(asTemplate(pattern.slice(end)));
  return joinTemplates(pieces);
};

function concat(values: readonly Value[], separator: string, searchPath: readonly string[]): Value {
  const given = values.filter((value) => value !== null).map((value) => templateOf(value, searchPath));
  return joinTemplates(given.flatMap((each, at) => (at === 0 ? [each] : [asTemplate(separator), each])));
}

/** A function of texts: NULL if one is NULL, not known if one is not known. */
function onTexts(compute: (...texts: string[]) => Value): Builtin {
  return (args, { catalog }) => {
    const texts = args.map((each) => textOf(each, catalog.searchPath));
    if (texts.includes(null)) return null;
    return texts.every((text) => typeof text === 'string') ? compute(...texts) : undefined;
  };
}

function substring(text: string, from: string, count?: string): Value {
  const start = Number(from) - 1;
  if (Number.isNaN(start)) return undefined;
  return text.slice(Math.max(0, start), count === undefined ? undefined : Math.max(0, start + Number(count)));
}

function trim(text: string, letters: string, ends: { start: boolean; end: boolean }): string {
  let from = 0;
  let to = text.length;
  while (ends.start && from < to && letters.includes(text[from] ?? '')) from += 1;
  while (ends.end && to > from && letters.includes(text[to - 1] ?? '')) to -= 1;
  return text.slice(from, to);
}

const lengthOf: Builtin = ([list]) => {
  if (!isTagged(list, 'list')) return list === null ? null : undefined;
  return list.items.length;
};

/** Of a moment that is not known, a pattern of digits gives something that can stand in a name. */
const toChar: Builtin = ([value, pattern]) => {
  if (value === null || typeof pattern !== 'string') return value === null ? null : undefined;
  if (isTagged(value, 'moment')) return formatMoment(value, pattern);
  const inName = /^(YYYY|YY|MM|DD|HH24|MI|SS|IYYY|IW|[_\d])+$/i.test(pattern);
  return value === undefined && inName ? { is: 'template', parts: [{ hole: 'identifier' }] } : undefined;
};

/** The letters of what is known; a name or literal that is not known stays one. */
function changeCase(change: (text: string) => string): Builtin {
  return ([value], { catalog }) => {
    if (isTagged(value, 'template')) {
      return { is: 'template', parts: value.parts.map((part) => (typeof part === 'string' ? change(part) : part)) };
    }
    const text = textOf(value, catalog.searchPath);
    return typeof text === 'string' ? change(text) : text;
  };
}

const now: Builtin = (_, { catalog }) => currentMoment('timestamp', catalog.now);

/** Those that code which writes SQL uses. */
const builtins: Readonly<Record<string, Builtin>> = {
  format,
  quote_ident: ([value], { catalog }) => (value === null ? null : identifierPart(value, catalog.searchPath)),
  quote_literal: ([value], { catalog }) => (value === null ? null : literalPart(value, catalog.searchPath)),
  quote_nullable: ([value], { catalog }) => literalPart(value, catalog.searchPath),
  concat: (args, { catalog }) => concat(args, '', catalog.searchPath),
  concat_ws: ([separator, ...args], { catalog }) =>
    typeof separator === 'string' ? concat(args, separator, catalog.searchPath) : undefined,
  lower: changeCase((text) => text.toLowerCase()),
  upper: changeCase((text) => text.toUpperCase()),
  replace: onTexts((text = '', from = '', to = '') => (from === '' ? text : text.replaceAll(from, () => to))),
  length: onTexts((text = '') => [...text].length),
  char_length: onTexts((text = '') => [...text].length),
  left: onTexts((text = '', count = '') => text.slice(0, Number(count))),
  right: onTexts((text = '', count = '') =>
    Number(count) > 0 ? text.slice(-Number(count)) : text.slice(-Number(count)),
  ),
  substr: onTexts((text = '', from = '', count) => substring(text, from, count)),
  substring: onTexts((text = '', from = '', count) => substring(text, from, count)),
  btrim: onTexts((text = '', letters = ' ') => trim(text, letters, { start: true, end: true })),
  ltrim: onTexts((text = '', letters = ' ') => trim(text, letters, { start: true, end: false })),
  rtrim: onTexts((text = '', letters = ' ') => trim(text, letters, { start: false, end: true })),
  split_part: onTexts((text = '', by = '', at = '1') =>
    Number(at) < 1 ? undefined : (text.split(by)[Number(at) - 1] ?? ''),
  ),
  strpos: onTexts((text = '', part = '') => text.indexOf(part) + 1),
  starts_with: onTexts((text = '', prefix = '') => text.startsWith(prefix)),
  array_length: lengthOf,
  cardinality: lengthOf,
  array_append: ([list, item]) => (isTagged(list, 'list') ? { is: 'list', items: [...list.items, item] } : undefined),
  array_to_string: ([list, separator], { catalog }) =>
    isTagged(list, 'list') && typeof separator === 'string'
      ? concat(list.items, separator, catalog.searchPath)
      : undefined,
  string_to_array: onTexts((text = '', by = '') => ({ is: 'list', items: text.split(by) })),
  to_char: toChar,
  date_trunc: ([unit, value]) =>
    typeof unit === 'string' && isTagged(value, 'moment') ? truncateMoment(value, unit) : undefined,
  now,
  clock_timestamp: now,
  statement_timestamp: now,
  transaction_timestamp: now,
  current_schema: (_, { catalog }) => catalog.searchPath[0] ?? null,
  current_schemas: (_, { catalog }) => ({ is: 'list', items: [...catalog.searchPath] }),
  current_setting: ([name], { version }) => (name === 'server_version_num' ? String(version * 10_000) : undefined),
};

/** Functions that look up a name in the catalog; NULL where there is none. */
function lookUp(name: string, [text]: readonly Value[], { catalog }: Surroundings): Value {
  if (text === null) return null;
  if (isTagged(text, 'object')) return text;
  if (typeof text !== 'string') return undefined;
  return name === 'to_regclass' ? relationNamed(text, catalog) : typeNamed(text, catalog);
}

const lookUps = new Set(['to_regclass', 'to_regtype']);

export function isBuiltin(name: string): boolean {
  return lookUps.has(name) || Object.hasOwn(builtins, name);
}

/** What a built-in function gives for these arguments. */
export function callBuiltin(name: string, args: readonly Value[], around: Surroundings): Value {
  return lookUps.has(name) ? lookUp(name, args, around) : builtins[name]?.(args, around);
}
