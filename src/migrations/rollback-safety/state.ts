import type { Column, Constraint, Relation, ViewShape } from '../catalog/relation.ts';
import { qualifiedName } from '../catalog/relation.ts';
import type { Policy, Trigger } from '../catalog/table-part.ts';

/** A key that INSERT … ON CONFLICT can name. */
export interface UniqueKey {
  readonly columns: readonly string[];
  /** WHERE and expressions; absent for plain columns. */
  readonly fingerprint: string | undefined;
  readonly nullsNotDistinct: boolean;
  readonly name: string;
}

export type ConstraintState = Pick<
  Constraint,
  'name' | 'kind' | 'demand' | 'fingerprint' | 'nullsNotDistinct' | 'writesOn'
> & { readonly columns: readonly string[]; readonly enforced: boolean; readonly target: Relation | undefined };

/** A relation as calls see it, copied at one moment. */
export interface RelationState {
  readonly schema: string;
  readonly name: string;
  readonly kind: Relation['kind'];
  readonly relation: Relation;
  /** Serial number of the statement that made it: another number under the same name is another relation. */
  readonly madeBy: number;
  /** True when all of it is known. */
  readonly complete: boolean;
  readonly columns: ReadonlyMap<string, Column>;
  readonly constraints: readonly ConstraintState[];
  readonly uniques: readonly UniqueKey[];
  /** Indexes whose expressions may fail, by fingerprint. */
  readonly riskyIndexes: ReadonlySet<string>;
  readonly triggers: ReadonlyMap<string, Trigger>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly rowSecurity: 'off' | 'on' | 'forced';
  readonly rules: ReadonlyMap<string, string>;
  readonly grants: ReadonlySet<string>;
  readonly revoked: ReadonlySet<string>;
  readonly owner: string | undefined;
  readonly altered: string | undefined;
  readonly view: ViewShape | undefined;
  readonly populated: boolean;
  /** For a sequence: the table of the column that owns it. */
  readonly ownedBy: Relation | undefined;
  /** Sequences that its columns own, by column. */
  readonly sequences: ReadonlyMap<string, Relation>;
  readonly partition: Relation['partition'];
  readonly partitions: ReadonlySet<Relation>;
}

function constraintState(constraint: Constraint): ConstraintState {
  const { name, kind, demand, fingerprint, nullsNotDistinct, writesOn, enforced, columns, target } = constraint;
  return {
    name,
    kind,
    demand,
    fingerprint,
    nullsNotDistinct,
    writesOn,
    enforced,
    columns: [...columns],
    target: target?.table,
  };
}

function uniquesOf(relation: Relation): UniqueKey[] {
  return [...relation.indexes]
    .filter((index) => index.unique)
    .map(({ columns, fingerprint, nullsNotDistinct, name }) => ({
      columns: [...columns],
      fingerprint,
      nullsNotDistinct: nullsNotDistinct === true,
      name,
    }));
}

/** FORCE counts only where row security is on. PostgreSQL: check_enable_rls, rls.c. */
function rowSecurityOf({ rowSecurityOn, rowSecurityForced }: Relation): RelationState['rowSecurity'] {
  if (rowSecurityOn !== true) return 'off';
  return rowSecurityForced === true ? 'forced' : 'on';
}

/** The relation as it is now, for good: statements change the catalog's columns in place. */
export function stateOf(relation: Relation): RelationState {
  const columns = new Map([...relation.columns].map(([column, facts]) => [column, { ...facts }]));
  return { ...currentState(relation), columns };
}

/** The relation as it is, to be looked at before the next statement: a wide table's columns are not copied after each one. */
export function currentState(relation: Relation): RelationState {
  const { schema, name, kind, madeBy, complete, owner, altered, view, populated, partition } = relation;
  const risky = [...relation.indexes].filter((index) => index.mayFail === true);
  return {
    ...{ schema, name, kind, relation, madeBy, complete, owner, altered, view, populated, partition },
    rowSecurity: rowSecurityOf(relation),
    columns: relation.columns,
    constraints: [...relation.constraints.values()].map(constraintState),
    uniques: uniquesOf(relation),
    riskyIndexes: new Set(risky.map((index) => index.fingerprint ?? index.name)),
    triggers: new Map(relation.triggers),
    policies: new Map(relation.policies),
    rules: new Map([...relation.rules].map(([rule, { fingerprint }]) => [rule, fingerprint])),
    grants: new Set(relation.grants),
    revoked: new Set(relation.revoked),
    ownedBy: relation.ownedBy?.table,
    sequences: new Map([...relation.owns].map((sequence) => [sequence.ownedBy?.column ?? '', sequence])),
    partitions: new Set(relation.children.filter((child) => child.partition !== undefined)),
  };
}

/** A relation that nobody made, as it must have been before the first statement that spoke of it. */
export function assumedState(given: {
  readonly schema: string;
  readonly name: string;
  readonly relation: Relation;
}): RelationState {
  const { schema, name, relation } = given;
  const empty = stateOf({
    ...relation,
    schema,
    name,
    columns: relation.assumedColumns,
    constraints: new Map(),
    indexes: new Set(),
    triggers: new Map(),
    policies: new Map(),
    rules: new Map(),
    grants: new Set(),
    revoked: new Set(),
    children: [],
    owns: new Set(),
    ownedBy: undefined,
    partition: undefined,
    rowSecurityOn: undefined,
    rowSecurityForced: undefined,
    owner: undefined,
    altered: undefined,
    view: undefined,
    populated: true,
  });
  return { ...empty, relation, complete: false };
}

/** Columns that are there before the release, with those that statements of the release took for granted. */
export function knownColumns(before: RelationState): ReadonlyMap<string, Column> {
  if (before.complete) return before.columns;
  return new Map([...before.columns, ...before.relation.assumedColumns]);
}

/**
 * A view as calls through it see the relation below: names of the view, rules of the relation. A column that the view does
 * not show keeps its own name, since what it demands of new rows counts all the same.
 */
export function throughView(view: RelationState, base: RelationState): RelationState {
  const shown = view.view?.whole === base.relation ? undefined : view.view?.columns;
  const names = new Map((shown ?? []).map((column) => [column.shows ?? '', column.name]));
  const nameOf = (column: string): string =>
    names.get(column) ?? (shown === undefined ? column : `${column} (not shown)`);
  const columns = new Map(
    [...base.columns.values()].map((column) => [nameOf(column.name), { ...column, name: nameOf(column.name) }]),
  );
  for (const column of shown ?? []) {
    if (columns.has(column.name)) continue;
    columns.set(column.name, {
      name: column.name,
      type: column.type,
      notNull: false,
      identity: false,
      generated: 'virtual',
      collation: undefined,
    });
  }
  return {
    ...base,
    schema: view.schema,
    name: view.name,
    kind: base.kind,
    relation: view.relation,
    columns,
    constraints: base.constraints.map((each) => ({ ...each, columns: each.columns.map(nameOf) })),
    uniques: base.uniques.map((each) => ({ ...each, columns: each.columns.map(nameOf) })),
  };
}

export function stateName(state: Pick<RelationState, 'schema' | 'name'>): string {
  return qualifiedName(state);
}
