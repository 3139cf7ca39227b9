import type { ColumnType } from '../catalog/column-type.ts';
import type { Column, Relation } from '../catalog/relation.ts';
import { compareAccess, type StampedBy } from './compare-access.ts';
import { compareColumns, type TypeNames } from './compare-columns.ts';
import { compareConstraints } from './compare-constraints.ts';
import { breaks, type Difference, note, unknown } from './difference.ts';
import { later, quotedPair, renameSplit } from './split.ts';
import { type RelationState, stateName, throughView } from './state.ts';

/** What a comparison needs to know beside the two states. */
export interface Surroundings {
  /** What has the relation's old name now. */
  readonly named: (schema: string, name: string) => RelationState | undefined;
  /** The relation as it is now, under whatever name; undefined when it is dropped. */
  readonly current: (relation: Relation) => RelationState | undefined;
  readonly types: TypeNames;
  readonly stamping: StampedBy;
}

const dropWords: Readonly<Record<Relation['kind'], string>> = {
  table: 'TABLE',
  'partitioned table': 'TABLE',
  view: 'VIEW',
  'materialized view': 'MATERIALIZED VIEW',
  sequence: 'SEQUENCE',
  'foreign table': 'FOREIGN TABLE',
};

function nameGone(before: RelationState, surroundings: Surroundings): Difference[] {
  const { kind } = before;
  const elsewhere = surroundings.current(before.relation);
  if (elsewhere === undefined) {
    const sql = `DROP ${dropWords[kind]} ${quotedPair(before)};`;
    const text = `${kind} ${quotedPair(before)} is dropped: calls that name it fail`;
    return [
      breaks('relation-gone', stateName(before), text, later(`code that does not use ${quotedPair(before)}`, sql)),
    ];
  }
  const text = `${kind} ${quotedPair(before)} is now ${quotedPair(elsewhere)}: calls that use the old name fail`;
  const viewed =
    kind === 'sequence' ? [] : renameSplit(before, elsewhere, kind !== 'view' && kind !== 'materialized view');
  return [breaks('relation-renamed', stateName(before), text, viewed)];
}

function isTable({ kind }: RelationState): boolean {
  return kind === 'table' || kind === 'partitioned table';
}

function hasInsteadTrigger({ triggers }: RelationState): boolean {
  return [...triggers.values()].some(({ timing }) => timing === 64);
}

function takesWrites(state: RelationState): boolean | undefined {
  if (state.kind === 'materialized view' || state.kind === 'sequence') return false;
  if (state.kind !== 'view' || hasInsteadTrigger(state)) return true;
  return state.view?.updatable; // undefined: nobody saw its query
}

/** What another kind of relation under the old name means. */
function kindDifferences(before: RelationState, now: RelationState): Difference[] {
  const object = stateName(before);
  const words =
    before.kind === now.kind
      ? `${before.kind} ${quotedPair(before)} has another query`
      : `${quotedPair(before)} was a ${before.kind} and is a ${now.kind} now`;
  const writes = [takesWrites(before), takesWrites(now)];
  const found: Difference[] = [];
  const unseen = before.kind === 'view' && writes[0] === undefined;
  if (writes[0] === true && writes[1] === false)
    found.push(breaks('relation-kind', object, `${words}: writes to it fail`));
  else if ((unseen && writes[1] === false) || (writes[0] === true && writes[1] === undefined))
    found.push(unknown('relation-kind', object, `${words}: whether writes go through is not known`));
  if (before.kind === now.kind) return found;
  if (before.kind === 'materialized view')
    found.push(breaks('relation-kind', object, `${words}: REFRESH MATERIALIZED VIEW fails`));
  if (now.kind === 'partitioned table')
    found.push(unknown('relation-kind', object, `${words}: rows without a partition are refused`));
  if (now.kind === 'foreign table' || now.kind === 'sequence' || before.kind === 'sequence')
    found.push(unknown('relation-kind', object, words));
  if (isTable(before) && now.kind === 'view' && found.length === 0) {
    found.push(
      note(
        'relation-kind',
        object,
        `${words}: reads and writes go on, TRUNCATE, COPY and privileges of other roles need a word of their own`,
      ),
    );
  }
  return found;
}

function viewDifferences(before: RelationState, now: RelationState, types: TypeNames): Difference[] {
  const object = stateName(before);
  const name = quotedPair(before);
  const found: Difference[] = [];
  const replaced = now.madeBy === before.madeBy && now.relation === before.relation;
  if (now.view?.checkOption === true && before.view?.checkOption !== true && takesWrites(now) !== false)
    found.push(
      breaks(
        'view-check-option',
        object,
        `${name} has WITH CHECK OPTION now: writes of rows that it does not show fail`,
      ),
    );
  if (before.view !== undefined && now.view !== undefined && before.view.options !== now.view.options)
    found.push(
      unknown(
        'view-changed',
        object,
        `${name} has other options (security_invoker, security_barrier): other privileges count`,
      ),
    );
  if (replaced) return found; // PostgreSQL: checkViewColumns, view.c: OR REPLACE keeps columns, names and types
  const old = before.view?.columns;
  const columns = now.view?.columns;
  if (old === undefined || columns === undefined) {
    return [...found, unknown('view-changed', object, `${name} is made anew, and not all of its columns are known`)];
  }
  for (const column of old) {
    const place = columns.find((each) => each.name === column.name);
    if (place === undefined)
      found.push({
        ...breaks(
          'column-gone',
          `${object}.${column.name}`,
          `${name} has no column ${column.name} any more: reads that name it fail`,
        ),
      });
    else if (place.fingerprint !== column.fingerprint && (place.type === undefined || column.type === undefined))
      found.push(
        unknown(
          'column-type',
          `${object}.${column.name}`,
          `${name} computes column ${column.name} in another way, and its type is not known`,
        ),
      );
    else if (place.type !== undefined && column.type !== undefined)
      found.push(...viewColumnType(before, column.name, { from: column.type, to: place.type }, types));
  }
  const order = old.every((column, at) => columns[at]?.name === column.name);
  if (!order && old.every((column) => columns.some((each) => each.name === column.name)))
    found.push(
      unknown('column-order', object, `${name} has its columns in another order: reads by position meet other columns`),
    );
  return found;
}

interface Types {
  readonly from: ColumnType;
  readonly to: ColumnType;
}

function viewColumnType(before: RelationState, name: string, { from, to }: Types, types: TypeNames): Difference[] {
  const column = { name, notNull: false, identity: false, generated: undefined, collation: undefined };
  const one = { ...before, complete: true, columns: new Map([[name, { ...column, type: from }]]) };
  const other = { ...before, complete: true, columns: new Map([[name, { ...column, type: to }]]) };
  return compareColumns(one, other, types).map((difference) => ({ ...difference, split: [] }));
}

function partitionDifferences(before: RelationState, now: RelationState, { current }: Surroundings): Difference[] {
  const object = stateName(before);
  const found: Difference[] = [];
  if (now.partition === 'bounded' && before.partition === undefined)
    found.push(
      breaks('partition', object, `${quotedPair(before)} is a partition now: writes of rows outside its bounds fail`),
    );
  const left = [...before.partitions].filter((partition) => !now.partitions.has(partition));
  const standing = [...now.partitions].some((partition) => current(partition)?.partition === 'default');
  for (const part of now.relation.assumedParts) {
    if (!part.startsWith('partition ')) continue;
    const text = `${quotedPair(before)} has lost ${part}: its rows are not seen any more, and writes of such rows fail`;
    found.push({ ...breaks('partition', object, text), detail: part });
  }
  for (const partition of left) {
    const text = `${quotedPair(before)} has lost partition ${quotedPair(partition)}`;
    const difference = standing
      ? note('partition', object, `${text}: its rows are not seen any more`)
      : breaks('partition', object, `${text}: its rows are not seen any more, and writes of such rows fail`);
    found.push({ ...difference, detail: partition.name });
  }
  return found;
}

/** What is different for calls that know the relation as it was. No entry: they all go on. */
export function compareRelation(before: RelationState, surroundings: Surroundings): Difference[] {
  const named = surroundings.named(before.schema, before.name);
  if (named === undefined) return nameGone(before, surroundings);
  const kinds = kindDifferences(before, named);
  const base = named.view?.base === undefined ? undefined : surroundings.current(named.view.base);
  const compatible = isTable(before) && named.kind === 'view' && base?.relation === before.relation;
  if (!compatible && isView(before) && isView(named)) {
    return [...kinds, ...viewDifferences(before, named, surroundings.types), ...details(before, named, surroundings)];
  }
  const now = compatible && base !== undefined ? throughView(named, base) : named;
  if (compatible && !before.complete && named.view?.whole === undefined) {
    kinds.push(
      unknown(
        'view-changed',
        stateName(before),
        `${quotedPair(before)} is a view now, and what it leaves out is not known`,
      ),
    );
  }
  if (!compatible && isTable(before) && named.kind === 'view') {
    if (named.view?.columns === undefined)
      kinds.push(
        unknown(
          'view-changed',
          stateName(before),
          `${quotedPair(before)} is a view now, and not all of its columns are known`,
        ),
      );
    else
      kinds.push(
        ...compareColumns(
          { ...before, complete: true },
          { ...named, complete: true, columns: shownAsColumns(named) },
          surroundings.types,
        ),
      );
    return kinds;
  }
  if (!before.complete && now.madeBy !== before.madeBy && !compatible) {
    const text = `${quotedPair(before)} is made anew, and what it was before is not known`;
    return [...kinds, unknown('relation-remade', stateName(before), text)];
  }
  const columns = before.kind === 'sequence' ? [] : compareColumns(before, now, surroundings.types);
  return [...kinds, ...columns, ...compareConstraints(before, now), ...details(before, now, surroundings)];
}

function isView({ kind }: RelationState): boolean {
  return kind === 'view' || kind === 'materialized view';
}

/** A view's columns as those of a table that asks for nothing. */
function shownAsColumns({ view }: RelationState): Map<string, Column> {
  const plain = { notNull: false, identity: false, generated: undefined, collation: undefined };
  return new Map((view?.columns ?? []).map(({ name, type }) => [name, { name, type, ...plain }]));
}

function details(before: RelationState, now: RelationState, surroundings: Surroundings): Difference[] {
  const object = stateName(before);
  const sequence = now.altered !== before.altered;
  const empty = before.populated && !now.populated;
  const concurrently = now.kind === 'materialized view' && before.uniques.length > 0 && now.uniques.length === 0;
  return [
    ...compareAccess(before, now, surroundings.stamping),
    ...partitionDifferences(before, now, surroundings),
    ...(sequence
      ? [
          unknown(
            'sequence',
            object,
            `sequence ${quotedPair(before)} gives other numbers (${now.altered ?? 'defaults'}): they may be taken, or too large`,
          ),
        ]
      : []),
    ...(empty
      ? [
          breaks(
            'not-populated',
            object,
            `${quotedPair(before)} is not filled: reads fail until REFRESH MATERIALIZED VIEW`,
          ),
        ]
      : []),
    ...(concurrently
      ? [
          breaks(
            'conflict-target-gone',
            object,
            `${quotedPair(before)} has no unique index any more: REFRESH … CONCURRENTLY fails`,
          ),
        ]
      : []),
  ];
}
