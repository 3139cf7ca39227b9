import type { Demand } from '../catalog/demand.ts';
import type { Column } from '../catalog/relation.ts';
import { meets, type Outcome, type Written } from './demand.ts';
import { breaks, type Difference, unknown } from './difference.ts';
import { later, quoted, quotedPair } from './split.ts';
import { type ConstraintState, knownColumns, type RelationState, stateName, type UniqueKey } from './state.ts';

interface Comparison {
  readonly before: RelationState;
  readonly now: RelationState;
  readonly known: ReadonlyMap<string, Column>;
}

function listOf(columns: readonly string[]): string {
  return columns.map(quoted).join(', ');
}

function isNew({ before, now, known }: Comparison, column: string): boolean {
  if (known.has(column)) return false;
  return before.complete || now.madeBy !== before.madeBy || now.columns.get(column)?.origin === 'set';
}

/** What the previous version leaves in a column. */
function writtenTo(comparison: Comparison, column: string): Written {
  const { before, now, known } = comparison;
  if (isNew(comparison, column)) return { column: 'new', standard: now.columns.get(column)?.standard };
  const demands = before.constraints.flatMap(({ demand, enforced }) =>
    enforced && demand !== undefined ? [demand] : [],
  );
  const all = demands.flatMap((demand): readonly Demand[] => (demand.type === 'all' ? demand.of : [demand]));
  return { column: 'old', notNull: known.get(column)?.notNull === true, before: all };
}

/** A new constraint as a difference; `holds` is none. */
function judged(
  outcome: Outcome,
  what: string,
  { before, now }: Comparison,
  constraint: Pick<ConstraintState, 'name' | 'columns'>,
  texts: { readonly rule: string; readonly fails: string },
): Difference[] {
  if (outcome === 'holds') return [];
  const table = quotedPair(now);
  const text = `${texts.rule} on ${quotedPair(before)}: ${texts.fails}`;
  const split = later(
    `code whose writes keep to ${quoted(constraint.name)}`,
    `ALTER TABLE ${table} ADD CONSTRAINT ${quoted(constraint.name)} …; -- as it stands in this migration, one release later`,
  );
  const make = outcome === 'fails' ? breaks : unknown;
  return [{ ...make(what, stateName(before), text, split), detail: constraint.columns.join(',') }];
}

function sameConstraint(one: ConstraintState, other: ConstraintState): boolean {
  return (
    one.kind === other.kind &&
    one.columns.toSorted().join() === other.columns.toSorted().join() &&
    one.target === other.target &&
    (one.kind === 'check' || one.kind === 'exclude' ? one.fingerprint === other.fingerprint : true)
  );
}

function checkOutcome(comparison: Comparison, constraint: ConstraintState): Outcome {
  if (constraint.demand === undefined) return 'not known';
  const outcome = meets(constraint.demand, (column) => writtenTo(comparison, column));
  // One of that name was there before, and nobody saw what it asked for: this one may ask for less.
  const replaces = comparison.now.relation.assumedConstraints.has(constraint.name);
  return outcome === 'fails' && replaces ? 'not known' : outcome;
}

function foreignKeyOutcome(comparison: Comparison, constraint: ConstraintState): Outcome {
  const standards = constraint.columns
    .filter((column) => isNew(comparison, column))
    .map((column) => comparison.now.columns.get(column)?.standard);
  if (standards.some((standard) => standard === undefined)) return 'holds'; // MATCH SIMPLE: one null, and nothing is looked up
  if (standards.length === constraint.columns.length) return 'not known'; // the default has to be there on the other side
  return comparison.now.relation.assumedConstraints.has(constraint.name) ? 'not known' : 'fails';
}

/** Deletes on the other side that went through, and are refused now. */
function deleteDifferences(comparison: Comparison, old: ConstraintState, constraint: ConstraintState): Difference[] {
  if (!old.writesOn.delete || constraint.writesOn.delete) return [];
  const target = constraint.target === undefined ? 'the other table' : quotedPair(constraint.target);
  const text = `foreign key ${quoted(constraint.name)} no longer follows deletes: deletes from ${target} that rows still refer to fail`;
  return [{ ...breaks('foreign-key', stateName(comparison.before), text), detail: constraint.columns.join(',') }];
}

function constraintDifferences(comparison: Comparison, constraint: ConstraintState): Difference[] {
  if (!constraint.enforced) return [];
  const standing = comparison.before.constraints.find((each) => each.enforced && sameConstraint(each, constraint));
  if (standing !== undefined)
    return constraint.kind === 'foreign key' ? deleteDifferences(comparison, standing, constraint) : [];
  switch (constraint.kind) {
    case 'check':
      return judged(checkOutcome(comparison, constraint), 'check', comparison, constraint, {
        rule: `new CHECK ${quoted(constraint.name)}`,
        fails: 'writes that do not meet it fail',
      });
    case 'foreign key':
      return judged(foreignKeyOutcome(comparison, constraint), 'foreign-key', comparison, constraint, {
        rule: `new foreign key ${quoted(constraint.name)} (${listOf(constraint.columns)})`,
        fails: constraint.writesOn.delete
          ? 'writes that refer to nothing fail'
          : 'writes that refer to nothing fail, and so do deletes of what rows refer to',
      });
    case 'exclude': {
      const spared = constraint.columns.some(
        (column) => isNew(comparison, column) && comparison.now.columns.get(column)?.standard === undefined,
      );
      return judged(spared ? 'holds' : 'fails', 'exclude', comparison, constraint, {
        rule: `new exclusion constraint ${quoted(constraint.name)}`,
        fails: 'writes that conflict with a row fail',
      });
    }
    case 'not null': {
      const column = constraint.columns[0] ?? '';
      const stands =
        comparison.known.get(column)?.notNull === true || comparison.now.columns.get(column)?.notNull === true;
      return judged(stands || isNew(comparison, column) ? 'holds' : 'fails', 'not-null', comparison, constraint, {
        rule: `new NOT NULL on ${listOf(constraint.columns)}`,
        fails: 'writes of NULL fail',
      });
    }
    default:
      return []; // keys are compared by their indexes
  }
}

function sameKey(one: UniqueKey, other: UniqueKey): boolean {
  return one.columns.toSorted().join() === other.columns.toSorted().join() && one.fingerprint === other.fingerprint;
}

function uniqueOutcome(comparison: Comparison, key: UniqueKey): Outcome {
  const implied = comparison.before.uniques.some(
    (old) =>
      old.fingerprint === undefined &&
      old.columns.every((column) => key.columns.includes(column)) &&
      (!key.nullsNotDistinct || old.nullsNotDistinct),
  );
  if (implied) return 'holds';
  const fresh = key.columns
    .filter((column) => isNew(comparison, column))
    .map((column) => comparison.now.columns.get(column));
  if (fresh.some((column) => column?.standard?.kind === 'distinct')) return 'holds';
  const nulls = fresh.some(
    (column) => column !== undefined && column.standard === undefined && column.generated === undefined,
  );
  if (nulls && !key.nullsNotDistinct) return 'holds';
  const computed = fresh.some((column) => column?.standard?.kind === 'computed' || column?.generated !== undefined);
  return computed && fresh.length === key.columns.length ? 'not known' : 'fails';
}

function uniqueDifferences(comparison: Comparison): Difference[] {
  const { before, now, known } = comparison;
  const added = now.uniques.filter(
    (key) => !before.uniques.some((old) => sameKey(old, key) && (old.nullsNotDistinct || !key.nullsNotDistinct)),
  );
  const distinct = added.filter((key, at) => added.findIndex((each) => sameKey(each, key)) === at);
  const news = distinct.flatMap((key) => {
    const columns = key.columns.length > 0 ? ` (${listOf(key.columns)})` : '';
    return judged(
      uniqueOutcome(comparison, key),
      'unique',
      comparison,
      { ...key, columns: [...key.columns, key.fingerprint ?? ''] },
      {
        rule: `new unique key ${quoted(key.name)}${columns}`,
        fails: 'writes of a value that is there already fail',
      },
    );
  });
  const lost = before.uniques.filter(
    (old) =>
      !now.uniques.some((key) => sameKey(old, key)) &&
      old.columns.every((column) => known.has(column) && now.columns.has(column)),
  );
  return [
    ...news,
    ...lost.map((old) => {
      const columns = old.columns.length > 0 ? listOf(old.columns) : old.name;
      const text = `${quotedPair(before)} has no unique key on ${columns} any more: INSERT … ON CONFLICT on it fails`;
      return { ...breaks('conflict-target-gone', stateName(before), text), detail: old.columns.join(',') };
    }),
  ];
}

/** A name that ON CONFLICT ON CONSTRAINT, or code that reads the name out of an error, may use. */
function nameDifferences({ before, now }: Comparison): Difference[] {
  const names = new Set(now.constraints.map(({ name }) => name));
  const lost = before.constraints.filter(
    ({ kind, name, columns }) =>
      ['unique', 'primary key', 'exclude'].includes(kind) &&
      !names.has(name) &&
      columns.every((column) => now.columns.has(column)),
  );
  const kept = lost.filter((constraint) =>
    now.uniques.some((key) => key.columns.toSorted().join() === constraint.columns.toSorted().join()),
  );
  const known = kept.map(({ name }) => ({
    ...breaks(
      'constraint-renamed',
      stateName(before),
      `constraint ${quoted(name)} of ${quotedPair(before)} has another name or is an index only: INSERT … ON CONFLICT ON CONSTRAINT fails`,
    ),
    detail: name,
  }));
  const dropped = [...now.relation.assumedConstraints].filter((name) => !names.has(name));
  const unseen = dropped.map((name) => ({
    ...unknown(
      'constraint-gone',
      stateName(before),
      `constraint ${quoted(name)} of ${quotedPair(before)} is gone, and what it was is not known: if it was a key, INSERT … ON CONFLICT on it fails`,
    ),
    detail: name,
  }));
  return [...known, ...unseen];
}

/** What is different in keys, checks and foreign keys for writes of the previous version. */
export function compareConstraints(before: RelationState, now: RelationState): Difference[] {
  const comparison: Comparison = { before, now, known: knownColumns(before) };
  const risky = [...now.riskyIndexes].filter((index) => !before.riskyIndexes.has(index));
  return [
    ...now.constraints.flatMap((constraint) => constraintDifferences(comparison, constraint)),
    ...uniqueDifferences(comparison),
    ...nameDifferences(comparison),
    ...risky.map((index) => ({
      ...unknown(
        'index-expression',
        stateName(before),
        `a new index on ${quotedPair(before)} computes an expression in each write, and it may fail for what is written`,
      ),
      detail: index,
    })),
  ];
}
