import type { RelationKind } from '../effects.ts';
import type { ColumnType } from './column-type.ts';

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
  /** Where it comes from, and the serial number of the statement that made it; absent where nobody saw that. */
  origin?: Origin;
  madeBy?: number;
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
  /** What a foreign key does to its own rows when the row that they refer to is deleted or changes its key. */
  writesOn: { delete: boolean; update: boolean };
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
  unique: boolean;
  /** Columns that expressions and the WHERE of the index use. */
  expressionColumns: string[];
  /** Absent where it is not known any more. */
  shape?: IndexShape | undefined;
  origin: Origin;
  madeBy: number;
  /** Indexes attached to this one, on partitions. */
  children: Index[];
}

export interface Trigger {
  /** Name of the function that it calls. */
  calls: string;
  /** Bits of pg_trigger.tgtype: 4 INSERT, 8 DELETE, 16 UPDATE, 32 TRUNCATE. */
  events: number;
  disabled?: boolean | undefined;
}

/** A row security policy. */
export interface Policy {
  readonly permissive: boolean;
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
  triggers: Map<string, Trigger>;
  policies: Map<string, Policy>;
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
    triggers: new Map(),
    policies: new Map(),
    rowSecurityOn: undefined,
    rowSecurityForced: undefined,
    analysed: true,
    statistics: new Set(),
    ownedBy: undefined,
    owns: new Set(),
    ofType: undefined,
  };
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
