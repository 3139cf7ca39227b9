import { spellType } from '../catalog/column-type.ts';
import type { Column } from '../catalog/relation.ts';
import { breaks, type Difference, note, unknown } from './difference.ts';
import {
  dropColumnSplit,
  later,
  notNullSplit,
  quoted,
  quotedPair,
  replaceColumnSplit,
  requiredColumnSplit,
} from './split.ts';
import { knownColumns, type RelationState, stateName } from './state.ts';
import { typeVerdict } from './type-compatibility.ts';

/** What tells user-defined types apart: the same type under another name is no other type. */
export interface TypeNames {
  /** True where the type that had the first name before has the second one now. */
  readonly renamed: (from: string, to: string) => boolean;
}

/** The name that an old column has now; undefined for one that is not there under any. */
function newName(column: Column, before: ReadonlyMap<string, Column>, now: RelationState): string | undefined {
  const renamed = [...now.columns.values()].find((each) => each.was === column.name && !before.has(each.name));
  return renamed === undefined || renamed.origin === 'set' ? undefined : renamed.name;
}

function gone(column: Column, before: RelationState, now: RelationState): Difference {
  const object = `${stateName(before)}.${column.name}`;
  const table = quotedPair(before);
  const to = newName(column, knownColumns(before), now);
  if (to === undefined) {
    const text = `column ${quoted(column.name)} of ${table} is gone: reads and writes that name it fail`;
    return breaks('column-gone', object, text, dropColumnSplit(table, column));
  }
  const type = column.type === undefined ? undefined : spellType(column.type);
  const text = `column ${quoted(column.name)} of ${table} is now ${quoted(to)}: reads and writes that name it fail`;
  return breaks('column-renamed', object, text, replaceColumnSplit(table, column.name, to, type));
}

function typeDifferences(old: Column, column: Column, before: RelationState, types: TypeNames): Difference[] {
  const object = `${stateName(before)}.${old.name}`;
  const table = quotedPair(before);
  if (old.type === undefined || column.type === undefined) {
    const same = old.type === column.type;
    if (same || (before.complete && before.kind !== 'table')) return [];
    const type = column.type === undefined ? 'another type' : spellType(column.type);
    const text = `column ${quoted(old.name)} of ${table} became ${type}, and what it was before is not known`;
    return [unknown('column-type', object, text, replaceColumnSplit(table, old.name, `${old.name}_new`, type))];
  }
  if (types.renamed(old.type.name, column.type.name)) return [];
  const verdict = typeVerdict(old.type, column.type);
  if (verdict.effect === 'same') return [];
  const text = `column ${quoted(old.name)} of ${table}: ${verdict.text}`;
  if (verdict.effect === 'works') return [note('column-type', object, text)];
  const split = replaceColumnSplit(table, old.name, `${old.name}_new`, spellType(column.type));
  return [
    verdict.effect === 'breaks'
      ? breaks('column-type', object, text, split)
      : unknown('column-type', object, text, split),
  ];
}

function provesNotNull(state: RelationState, column: string): boolean {
  return state.constraints.some(
    ({ demand, enforced }) =>
      enforced &&
      (demand?.type === 'not null'
        ? demand.column === column
        : demand?.type === 'all' && demand.of.some((each) => each.type === 'not null' && each.column === column)),
  );
}

/** Values that the previous version writes, and the server now makes itself. */
function madeByServer(old: Column, column: Column, before: RelationState): Difference[] {
  const object = `${stateName(before)}.${old.name}`;
  const table = quotedPair(before);
  const name = quoted(old.name);
  const code = `code that no longer writes ${name}`;
  if (column.generated !== undefined && old.generated === undefined) {
    const text = `column ${name} of ${table} is computed now: writes that give it a value fail`;
    return [breaks('generated', object, text, later(code, `-- then make ${name} a generated column`))];
  }
  if (column.identityAlways !== true || old.identityAlways === true) return [];
  const text = `column ${name} of ${table} is GENERATED ALWAYS now: writes that give it a value fail`;
  const sql = `ALTER TABLE ${table} ALTER COLUMN ${name} SET GENERATED ALWAYS;`;
  return [breaks('identity', object, text, later(code, sql))];
}

/** What a row gets that leaves the column out, and whether NULL may be written. */
function valueDifferences(old: Column, column: Column, before: RelationState): Difference[] {
  const object = `${stateName(before)}.${old.name}`;
  const table = quotedPair(before);
  const name = quoted(old.name);
  const had = old.generated ?? old.standard;
  const has = column.generated ?? column.standard;
  if (column.notNull && !old.notNull && !provesNotNull(before, old.name)) {
    const leftOut = has === undefined ? ', and inserts that leave it out,' : '';
    const text = `column ${name} of ${table} is NOT NULL now: writes of NULL${leftOut} fail`;
    return [breaks('not-null', object, text, notNullSplit(table, old.name))];
  }
  if (had !== undefined && has === undefined) {
    const what = `column ${name} of ${table} has no default any more`;
    const split = later(`code that always writes ${name}`, `ALTER TABLE ${table} ALTER COLUMN ${name} DROP DEFAULT;`);
    return column.notNull
      ? [breaks('default-gone', object, `${what}: inserts that leave it out fail`, split)]
      : [unknown('default-gone', object, `${what}: inserts that leave it out write NULL`, split)];
  }
  const changed = old.standard?.kind === 'constant' && old.standard.constant !== column.standard?.constant;
  if (!changed) return [];
  return [
    note(
      'default-changed',
      object,
      `column ${name} of ${table} has another default: inserts that leave it out write that`,
    ),
  ];
}

/** A column that the previous version does not know. */
function addedDifferences(column: Column, before: RelationState, now: RelationState): Difference[] {
  const required = column.notNull && column.standard === undefined && column.generated === undefined;
  const mayFail = column.generated !== undefined && column.mayFail === true;
  if (!required && !mayFail) return sequenceDifferences(column, before, now);
  const object = `${stateName(before)}.${column.name}`;
  const table = quotedPair(before);
  const name = quoted(column.name);
  if (required) {
    const text = `new column ${name} of ${table} is NOT NULL without a default: inserts that do not know it fail`;
    return [breaks('required-column', object, text, requiredColumnSplit(table, column))];
  }
  const text = `new column ${name} of ${table} is computed in each write, and the expression may fail for what is written`;
  return [unknown('generated', object, text)];
}

/** A serial column draws from its sequence with the rights of whoever inserts; an identity column does not (CREATE TABLE). */
function sequenceDifferences(column: Column, before: RelationState, now: RelationState): Difference[] {
  const sequence = column.identity ? undefined : now.sequences.get(column.name);
  if (sequence === undefined) return [];
  const inserting = [...before.grants]
    .filter((entry) => entry.startsWith('INSERT'))
    .map((entry) => entry.slice(entry.lastIndexOf(' to ') + 4));
  const without = inserting.filter(
    (role) => !['USAGE', 'UPDATE'].some((privilege) => sequence.grants.has(`${privilege} to ${role}`)),
  );
  const object = `${stateName(before)}.${column.name}`;
  const text = `new column ${quoted(column.name)} of ${quotedPair(before)} draws from sequence ${quotedPair(sequence)}`;
  if (without.length > 0)
    return [breaks('privilege', object, `${text}, on which ${without.join(', ')} has no USAGE: its inserts fail`)];
  if (inserting.length > 0) return [];
  const need = `${text}: roles that insert need USAGE on it`;
  return [before.complete ? note('privilege', object, need) : unknown('privilege', object, need)];
}

/** Whether calls rest on the columns' order: `SELECT *` by position, INSERT without a list. */
function orderDifferences(before: RelationState, now: RelationState): Difference[] {
  if (!before.complete || !now.complete) return [];
  const names = [...before.columns.keys()];
  const kept = [...now.columns.keys()].slice(0, names.length);
  if (names.some((name) => !now.columns.has(name)) || names.every((name, at) => kept[at] === name)) return [];
  const text = `${quotedPair(before)} has its columns in another order: inserts without a column list, and reads by position, meet other columns`;
  return [unknown('column-order', stateName(before), text)];
}

/** What is different in the columns for calls that know the relation as it was. */
export function compareColumns(before: RelationState, now: RelationState, types: TypeNames): Difference[] {
  const known = knownColumns(before);
  const differences = [...known.values()].flatMap((old): Difference[] => {
    const column = now.columns.get(old.name);
    if (column === undefined) return [gone(old, before, now)];
    const made = madeByServer(old, column, before);
    const values = column.generated !== undefined && made.length > 0 ? [] : valueDifferences(old, column, before);
    const type = typeDifferences(old, column, before, types);
    // Where the type does not fit, what else has changed is no news.
    return [...type, ...made, ...(type.some(({ effect }) => effect === 'breaks') ? [] : values)];
  });
  const renamed = new Set([...known.values()].map((old) => newName(old, known, now)));
  const added = [...now.columns.values()].filter((column) => !known.has(column.name) && !renamed.has(column.name));
  const isNew = (column: Column): boolean => before.complete || now.madeBy !== before.madeBy || column.origin === 'set';
  return [
    ...differences,
    ...added.filter(isNew).flatMap((column) => addedDifferences(column, before, now)),
    ...orderDifferences(before, now),
  ];
}
