import { type Catalog, key, type NamedType } from '../catalog/catalog.ts';
import { breaks, type Difference, unknown } from './difference.ts';
import { later, quoted, quotedPair } from './split.ts';
import { typeVerdict } from './type-compatibility.ts';

/** A type as calls see it, copied at one moment. */
export interface TypeState {
  readonly schema: string;
  readonly name: string;
  readonly type: NamedType;
  readonly kind: NamedType['kind'];
  readonly values: readonly string[] | undefined;
  readonly checks: ReadonlyMap<string, string>;
  readonly base: NamedType['base'];
  /** False for a type that nobody made. */
  readonly known: boolean;
}

export function typeState(schema: string, name: string, type: NamedType): TypeState {
  const { kind, values, constraints, base } = type;
  const known = type.origin !== 'assumed';
  return {
    schema,
    name,
    type,
    kind,
    values: values === undefined ? undefined : [...values],
    checks: new Map(constraints),
    base,
    known,
  };
}

/** Every named type of the catalog. */
export function typeStates(catalog: Catalog): TypeState[] {
  return [...catalog.types].map(([at, type]) => {
    const [schema = 'public', name = ''] = at.split('\u0000');
    return typeState(schema, name, type);
  });
}

function nameOf(state: TypeState): string {
  return `${state.schema}.${state.name}`;
}

function labelSplit(state: TypeState, label: string): Difference['split'] {
  const sql = `ALTER TYPE ${quotedPair(state)} ADD VALUE IF NOT EXISTS '${label.replaceAll("'", "''")}';`;
  return [
    {
      phase: 'expand',
      transaction: 'inside',
      sql: `-- this release: code that reads '${label}', and does not write it yet\n${sql}`,
    },
    {
      phase: 'contract',
      transaction: 'inside',
      sql: `-- a release later: code that writes '${label}'; no change of the schema`,
    },
  ];
}

function enumDifferences(before: TypeState, now: NamedType): Difference[] {
  const object = nameOf(before);
  const name = quotedPair(before);
  const removed =
    before.values === undefined
      ? [...(now.edits?.renamed ?? [])]
      : before.values.filter((label) => now.values?.includes(label) === false);
  const added =
    before.values === undefined
      ? [...(now.edits?.added ?? [])]
      : (now.values ?? []).filter(
          (label, at) => before.values?.includes(label) === false && !removed.includes(before.values?.[at] ?? ''),
        );
  return [
    ...removed.map((label) => ({
      ...breaks(
        'enum-value',
        object,
        `enum ${name} has no value '${label}' any more: calls that use it fail`,
        later(`code that does not use '${label}'`, `-- then remove '${label}' from ${name}`),
      ),
      detail: label,
    })),
    ...added.map((label) => ({
      ...unknown(
        'enum-value',
        object,
        `enum ${name} has the new value '${label}': code that does not know it may fail to read rows that the new version has written`,
        labelSplit(before, label),
      ),
      detail: label,
    })),
  ];
}

function domainDifferences(before: TypeState, now: NamedType): Difference[] {
  const object = nameOf(before);
  const name = quotedPair(before);
  const held = new Set(before.checks.values());
  const added = [...(now.constraints ?? [])].filter(([, expression]) => !held.has(expression));
  const found: Difference[] = added.map(([constraint]) => ({
    ...breaks(
      'domain',
      object,
      `domain ${name} has the new constraint ${quoted(constraint)}: writes that do not meet it fail`,
      later(
        `code that keeps to ${quoted(constraint)}`,
        `ALTER DOMAIN ${name} ADD CONSTRAINT ${quoted(constraint)} …; -- as it stands in this migration, one release later`,
      ),
    ),
    detail: constraint,
  }));
  if (before.base === undefined || now.base === undefined) return found;
  const verdict = typeVerdict(before.base, now.base);
  if (verdict.effect === 'breaks') found.push(breaks('domain', object, `domain ${name}: ${verdict.text}`));
  if (verdict.effect === 'unknown') found.push(unknown('domain', object, `domain ${name}: ${verdict.text}`));
  return found;
}

function compositeDifferences(before: TypeState, now: NamedType): Difference[] {
  const object = nameOf(before);
  const same = before.values !== undefined && before.values.join('\u0000') === now.values?.join('\u0000');
  const touched = before.values === undefined ? (now.edits?.renamed.size ?? 0) > 0 : !same;
  if (!touched) return [];
  return [
    breaks(
      'composite-type',
      object,
      `composite type ${quotedPair(before)} has other attributes: values that are written as before do not fit`,
      later(
        'code that uses a new type',
        `-- make a new type beside ${quotedPair(before)}, and drop this one a release later`,
      ),
    ),
  ];
}

/** What is different for calls that know the type as it was. */
export function compareType(before: TypeState, catalog: Catalog): Difference[] {
  const object = nameOf(before);
  const name = quotedPair(before);
  const now = catalog.types.get(key(before.schema, before.name));
  if (now === undefined) {
    const elsewhere = [...catalog.types]
      .find(([, type]) => type === before.type)?.[0]
      .split('\u0000')
      .join('.');
    const text = elsewhere === undefined ? `type ${name} is dropped` : `type ${name} is now ${elsewhere}`;
    return [
      breaks(
        'type-gone',
        object,
        `${text}: casts and parameters of the old name fail`,
        later(`code that does not name ${name}`, `DROP TYPE ${name};`),
      ),
    ];
  }
  if (!before.known && now !== before.type) {
    return [unknown('type-remade', object, `type ${name} is made anew, and what it was before is not known`)];
  }
  if (before.known && now.kind !== before.kind)
    return [breaks('type-kind', object, `type ${name} was ${before.kind} and is ${now.kind} now`)];
  switch (now.kind) {
    case 'enum':
      return enumDifferences(before, now);
    case 'domain':
      return domainDifferences(before, now);
    case 'composite':
      return compositeDifferences(before, now);
    case 'range':
      return now === before.type ? [] : [unknown('type-remade', object, `range type ${name} is made anew`)];
  }
}
