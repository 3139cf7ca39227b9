import type { Node } from 'libpg-query';
import type { RelationKind } from '../effects.ts';
import type { ColumnType } from './column-type.ts';
import type { Demand } from './demand.ts';
import type { Policy, Rule, Trigger } from './table-part.ts';

/** `set`: made by the files under judgement; `history`: by files before them; `assumed`: only referred to, so it must be there. */
export type Origin = 'set' | 'history' | 'assumed';

export interface Column {
  name: string;
  /** Undefined where the catalog only knows that there is such a column. */
  type: ColumnType | undefined;
  notNull: boolean;
  identity: boolean;
  generated: 'stored' | 'virtual' | undefined;
  collation: string | undefined;
  hasDefault?: boolean;
  /** What its DEFAULT computes, where it has one that was seen. */
  byDefault?: Node | undefined;
  /** The sequence that its default or its identity draws from. */
  draws?: Relation | undefined;
  /** Where it comes from, and the serial number of the statement that made it; absent where nobody saw that. */
  origin?: Origin;
  madeBy?: number;
  /** What a row gets that leaves the column out; absent: null. */
  standard?: Standard | undefined;
  /** GENERATED ALWAYS AS IDENTITY: a value of one's own is refused. */
  identityAlways?: boolean | undefined;
  /** True where computing the generated value may fail for some values. */
  mayFail?: boolean | undefined;
  /** The name that it had before the first RENAME COLUMN. */
  was?: string | undefined;
}

/** What a column's DEFAULT gives. */
export interface Standard {
  /** `distinct`: a value of its own for each row (a sequence, a random UUID). `computed`: anything else but a constant. */
  readonly kind: 'constant' | 'distinct' | 'computed';
  /** The constant's text, for comparing it with what a CHECK asks for. */
  readonly constant?: string | undefined;
}

export interface Constraint {
  name: string;
  kind: 'check' | 'unique' | 'primary key' | 'foreign key' | 'exclude' | 'not null';
  table: Relation;
  columns: string[];
  validated: boolean;
  enforced: boolean;
  /** Columns that a CHECK, while it is valid, proves to be not null. */
  provesNotNull: readonly string[];
  /** A CHECK's expression without positions, for comparing it with another. */
  expression?: string | undefined;
  /** For a foreign key: the table at the other end, and the columns there (empty: its primary key). */
  target: { table: Relation; columns: string[] } | undefined;
  index: Index | undefined;
  origin: Origin;
  /** A CHECK or NOT NULL that children do not get. */
  noInherit?: boolean | undefined;
  /** The constraint of the partitioned table that this one belongs to, on a partition. */
  parent?: Constraint | undefined;
  /** What a foreign key does to its own rows when the row that they refer to is deleted or changes its key. */
  writesOn: { delete: boolean; update: boolean };
  /** Functions that the expression calls. */
  calls: readonly string[];
  /** What a CHECK asks for, as far as constants go. */
  demand?: Demand | undefined;
  nullsNotDistinct?: boolean | undefined;
  /** The expression or elements, for telling an equal constraint that was made anew from another. */
  fingerprint?: string | undefined;
  /** ON DELETE CASCADE: its own rows go with those that they refer to. */
  deletesRows: boolean;
}

/** What an index can be used for: two with the same shape do the same. */
export interface IndexShape {
  readonly method: string;
  /** Column names, or what distinguishes an expression or a special order. */
  readonly keys: readonly string[];
  readonly include: readonly string[];
  readonly where: string;
  readonly nullsNotDistinct: boolean;
}

export interface Index {
  schema: string;
  name: string;
  table: Relation;
  columns: string[];
  /** Names of the index's own columns, INCLUDE's among them: those of the table's columns, or what stands for an expression. */
  labels: readonly string[];
  unique: boolean;
  /** Functions that expressions and the WHERE of the index call. */
  calls: readonly string[];
  /** Columns that expressions and the WHERE of the index use. */
  expressionColumns: string[];
  /** Absent where it is not known any more. */
  shape?: IndexShape | undefined;
  nullsNotDistinct?: boolean | undefined;
  /** The WHERE and the expressions; absent for an index on columns alone. */
  fingerprint?: string | undefined;
  /** True where computing an expression of it may fail for some rows. */
  mayFail?: boolean | undefined;
  origin: Origin;
  madeBy: number;
  /** Indexes attached to this one, on partitions. */
  children: Index[];
}

/** What a view gives. */
export interface ViewShape {
  /** In order; undefined where the query's columns are not known. */
  readonly columns: readonly ViewColumn[] | undefined;
  /** PostgreSQL makes INSERT, UPDATE and DELETE on it work by itself (CREATE VIEW, "Updatable Views"). */
  readonly updatable: boolean;
  readonly checkOption: boolean;
  readonly options: string;
  /** The relation that it shows whole and as it is: SELECT * FROM it. */
  readonly whole?: Relation | undefined;
  /** The one relation that it reads, where it reads but one. */
  readonly base?: Relation | undefined;
}

export interface ViewColumn {
  readonly name: string;
  readonly type: ColumnType | undefined;
  /** The expression, for telling that two views give the same although its type is not known. */
  readonly fingerprint: string;
  /** The column of the one table that it shows as it is. */
  readonly shows?: string | undefined;
}

/** A table, partitioned table, view, materialized view, sequence or foreign table. Changed in place while statements replay. */
export interface Relation {
  schema: string;
  name: string;
  kind: Exclude<RelationKind, 'index'>;
  persistence: 'permanent' | 'unlogged' | 'temporary';
  origin: Origin;
  /** Serial number of the statement that made it. */
  madeBy: number;
  /** True when all columns, constraints and indexes are known: its CREATE was seen. */
  complete: boolean;
  columns: Map<string, Column>;
  constraints: Map<string, Constraint>;
  indexes: Set<Index>;
  /** Foreign keys of other tables (or its own) that point here. */
  referencedBy: Set<Constraint>;
  /** Inheritance or partitioning, both ways. */
  parents: Relation[];
  children: Relation[];
  /** A partition's kind of bound; undefined for what is no partition. */
  partition: 'default' | 'bounded' | undefined;
  partitionKey: string[];
  accessMethod: string;
  /** For a view: what it reads, and which column names its query mentions (`*` for all). */
  reads: { relation: Relation; columns: Set<string> }[];
  readBy: Set<Relation>;
  /** For a simple view: the table or view that writes to it go to. */
  writesTo?: Relation | undefined;
  /** What INSERT, UPDATE and DELETE do instead or besides, by the rule's name. */
  rules: Map<string, Rule>;
  triggers: Map<string, Trigger>;
  /** Functions that the query of a view calls. */
  calls: readonly string[];
  /** For a foreign table: its server. */
  server?: string | undefined;
  /** Whether policies count at all, and for the owner as well; undefined where nobody has said so. */
  rowSecurityOn: boolean | undefined;
  rowSecurityForced: boolean | undefined;
  /** False from the time that a column changed its type until ANALYZE. */
  analysed: boolean;
  /** Names of its extended statistics. */
  statistics: Set<string>;
  /** For a sequence: the column that owns it. */
  ownedBy: { table: Relation; column: string } | undefined;
  owns: Set<Relation>;
  /** A composite type that the table is typed by. */
  ofType: string | undefined;
  policies: Map<string, Policy>;
  /** `SELECT to app`: what was granted and not revoked. */
  grants: Set<string>;
  /** `SELECT to app`: what was revoked and not granted again. */
  revoked: Set<string>;
  view: ViewShape | undefined;
  /** For a sequence: the options of the last ALTER SEQUENCE that calls may feel. */
  altered: string | undefined;
  /** The role of the last OWNER TO. */
  owner: string | undefined;
  /** False for a materialized view WITH NO DATA. */
  populated: boolean;
  /** Columns that a statement speaks of although no file made them: they were there before it. */
  assumedColumns: Map<string, Column>;
  /** Columns that a statement changes although they are not there: the server refuses it. */
  missingColumns: Set<string>;
  /** Constraints that were dropped or renamed although no file made them. */
  assumedConstraints: Set<string>;
  /** The same for triggers, policies and rules: `trigger audit`. */
  assumedParts: Set<string>;
}

export function newRelation(
  identity: Pick<Relation, 'schema' | 'name' | 'kind' | 'origin' | 'madeBy' | 'complete'>,
): Relation {
  return {
    ...identity,
    persistence: 'permanent',
    columns: new Map(),
    constraints: new Map(),
    indexes: new Set(),
    referencedBy: new Set(),
    parents: [],
    children: [],
    partition: undefined,
    partitionKey: [],
    accessMethod: 'heap',
    reads: [],
    readBy: new Set(),
    rules: new Map(),
    triggers: new Map(),
    calls: [],
    rowSecurityOn: undefined,
    rowSecurityForced: undefined,
    analysed: true,
    statistics: new Set(),
    ownedBy: undefined,
    owns: new Set(),
    ofType: undefined,
    policies: new Map(),
    grants: new Set(),
    revoked: new Set(),
    view: undefined,
    owner: undefined,
    altered: undefined,
    populated: true,
    assumedColumns: new Map(),
    missingColumns: new Set(),
    assumedConstraints: new Set(),
    assumedParts: new Set(),
  };
}

/**
 * Notes a column that a statement changes and nobody made: where not all columns are known, it must have been there.
 * @returns the column as it is now
 */
export function columnOrAssumed(relation: Relation, name: string): Column {
  const known = relation.columns.get(name);
  if (known !== undefined) return known;
  const column = { name, type: undefined, notNull: false, identity: false, generated: undefined, collation: undefined };
  if (relation.complete) relation.missingColumns.add(name);
  else relation.assumedColumns.set(name, { ...column });
  relation.columns.set(name, column);
  return column;
}

/** Schema-qualified, unquoted: the spelling of reports. */
export function qualifiedName(relation: Pick<Relation, 'schema' | 'name'>): string {
  return `${relation.schema}.${relation.name}`;
}

/** The relation and everything below it, each once. */
export function withDescendants(relation: Relation): Relation[] {
  const found = new Set([relation]);
  for (const each of found) for (const child of each.children) found.add(child);
  return [...found];
}

/** The relation and its partitions, those of partitions among them; children by inheritance are no part of it. */
export function withPartitions(relation: Relation): Relation[] {
  return withDescendants(relation).filter((each) => each === relation || each.partition !== undefined);
}

/** The default partition among the children, if there is one. */
export function defaultPartition(parent: Relation): Relation | undefined {
  return parent.children.find((child) => child.partition === 'default');
}

export function foreignKeys(relation: Relation): Constraint[] {
  return [...relation.constraints.values()].filter((constraint) => constraint.kind === 'foreign key');
}

export function primaryKey(relation: Relation): Constraint | undefined {
  return [...relation.constraints.values()].find((constraint) => constraint.kind === 'primary key');
}

/** Columns at the other end of a foreign key; without a list in the statement they are the primary key's. */
export function targetColumns(foreignKey: Constraint): readonly string[] {
  if (foreignKey.target === undefined) return [];
  if (foreignKey.target.columns.length > 0) return foreignKey.target.columns;
  return primaryKey(foreignKey.target.table)?.columns ?? [];
}
