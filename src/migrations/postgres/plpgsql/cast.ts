import type { TypeName } from 'libpg-query';
import { type Catalog, findIndex, findRelation, findType } from '../../catalog/catalog.ts';
import { columnTypeOf } from '../node.ts';
import { parseInterval, parseMoment } from './moments.ts';
import { isTagged, type ObjectValue, textOf, type Value } from './value.ts';

/** `a`, `"A"`, `s.a` to its parts; undefined for what is no name. PostgreSQL: stringToQualifiedNameList, regproc.c. */
function namePartsOf(text: string): string[] | undefined {
  const part = /\s*(?:"((?:[^"]|"")+)"|([\w$\u0080-\uffff]+))\s*(\.|$)/y;
  const parts: string[] = [];
  for (;;) {
    const found = part.exec(text);
    if (found === null) return undefined;
    const [, quoted, bare] = found;
    parts.push(quoted?.replaceAll('""', '"') ?? bare?.toLowerCase() ?? '');
    if (found[3] === '') return parts;
  }
}

/** The relation or index that a text names; null where there is none. */
export function relationNamed(text: string, catalog: Catalog): ObjectValue | null | undefined {
  const parts = namePartsOf(text);
  if (parts === undefined) return undefined;
  const wanted = { schema: parts.at(-2), name: parts.at(-1) ?? '' };
  const found = findRelation(catalog, wanted) ?? findIndex(catalog, wanted);
  if (found !== undefined) return { is: 'object', of: 'relation', schema: found.schema, name: found.name };
  return catalog.complete ? null : undefined;
}

export function typeNamed(text: string, catalog: Catalog): ObjectValue | null | undefined {
  const parts = namePartsOf(text);
  if (parts === undefined) return undefined;
  const wanted = { schema: parts.at(-2), name: parts.at(-1) ?? '' };
  const schemas = wanted.schema === undefined ? catalog.searchPath : [wanted.schema];
  const schema = schemas.find((each) => findType(catalog, { schema: each, name: wanted.name }) !== undefined);
  if (schema !== undefined) return { is: 'object', of: 'type', schema, name: wanted.name };
  return undefined; // a built-in type, one of an extension, or none
}

function castText(text: string, type: string, catalog: Catalog): Value {
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
    case 'numeric':
    case 'float4':
    case 'float8':
    case 'oid':
      return /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
    case 'bool':
      if (/^\s*(t|true|y|yes|on|1)\s*$/i.test(text)) return true;
      return /^\s*(f|false|n|no|off|0)\s*$/i.test(text) ? false : undefined;
    case 'regclass':
      return relationNamed(text, catalog) ?? undefined; // without such a relation the cast fails
    case 'regtype':
      return typeNamed(text, catalog) ?? undefined;
    case 'regnamespace':
      return { is: 'object', of: 'schema', schema: '', name: namePartsOf(text)?.at(-1) ?? text };
    case 'regproc':
      return { is: 'object', of: 'function', schema: '', name: namePartsOf(text)?.at(-1) ?? text };
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return parseMoment(text, type === 'date' ? 'date' : 'timestamp', catalog.now);
    case 'interval':
      return parseInterval(text);
    default:
      return textTypes.has(type) ? text : undefined;
  }
}

const textTypes = new Set([
  'text',
  'varchar',
  'bpchar',
  'name',
  'char',
  'cstring',
  'citext',
  'sql_identifier',
  'json',
  'jsonb',
  'uuid',
]);
const numberTypes = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8']);
const dayMs = 86_400_000;

function arrayOf(text: string, type: string, catalog: Catalog): Value {
  const inside = /^\{([^{}"\\]*)\}$/.exec(text.trim())?.[1];
  if (inside === undefined) return undefined;
  const items = inside.trim() === '' ? [] : inside.split(',').map((each) => castText(each.trim(), type, catalog));
  return { is: 'list', items };
}

/** The value after a cast; undefined where that is not known. */
export function castTo(value: Value, typeName: TypeName | undefined, catalog: Catalog): Value {
  const type = columnTypeOf(typeName);
  if (value === undefined || value === null || type === undefined) return value;
  if (type.dimensions > 0) {
    return typeof value === 'string' ? arrayOf(value, type.name, catalog) : isTagged(value, 'list') ? value : undefined;
  }
  if (isTagged(value, 'template')) return textTypes.has(type.name) ? value : undefined;
  if (isTagged(value, 'moment')) {
    if (type.name === 'date') return { ...value, of: 'date', ms: Math.floor(value.ms / dayMs) * dayMs };
    if (type.name.startsWith('timestamp')) return { ...value, of: 'timestamp' };
  }
  if (isTagged(value, 'object') && /^(oid|reg\w+)$/.test(type.name)) return value;
  if (typeof value === 'number' && numberTypes.has(type.name))
    return type.name.startsWith('int') ? Math.round(value) : value;
  if (typeof value === 'boolean' && type.name === 'bool') return value;
  const text = textOf(value, catalog.searchPath);
  return typeof text === 'string' ? castText(text, type.name, catalog) : undefined;
}
