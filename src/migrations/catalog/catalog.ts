import type { Node } from 'libpg-query';
import type { ColumnType } from './column-type.ts';
import { type Constraint, type Index, newRelation, type Origin, type Relation } from './relation.ts';

export interface NamedType {
  readonly kind: 'enum' | 'domain' | 'composite' | 'range';
  /** A domain's base type. */
  readonly base?: ColumnType;
  /** A domain with a CHECK or NOT NULL, its own or its base domain's. */
  constrained: boolean;
  origin?: Origin;
  /** Serial number of the statement that made it. */
  madeBy?: number;
  /** An enum's labels in order, or a composite type's attributes; undefined where nobody made the type. */
  values?: readonly string[] | undefined;
  /** A domain's own conditions as written, with VALUE in them. */
  checks?: string[];
  notNull?: boolean;
  /** True for a type that nobody made and that got another name since. */
  renamed?: boolean;
  /** A domain's constraints: name to expression. */
  constraints?: Map<string, string>;
  /** Changes of an enum whose labels are not known. */
  edits?: { readonly added: Set<string>; readonly renamed: Set<string> };
}

export interface EnumValue {
  readonly value: string;
  /** The enum's name without schema. */
  readonly typeName: string;
}

/** A function, procedure or aggregate, as calls see it. */
export interface Routine {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'function' | 'procedure' | 'aggregate';
  /** Types of the input arguments, as written; undefined where only its name is known. */
  readonly inputs: readonly string[] | undefined;
  readonly inputNames: readonly string[];
  /** How many of the last inputs have a default. */
  readonly defaults: number;
  readonly returns: string;
  readonly body: string;
  readonly options: string;
  readonly origin: Origin;
  readonly madeBy?: number;
}

export interface Parameter {
  readonly name: string | undefined;
  /** As written, to tell functions of one name apart. */
  readonly type: string;
  readonly byDefault: Node | undefined;
}

export interface KnownFunction {
  readonly volatile: boolean;
  /** Body of a one-expression SQL function, which the planner puts in place of the call. */
  readonly inlineBody: string | undefined;
  readonly plpgsqlBody: string | undefined;
  /** The whole CREATE FUNCTION of a PL/pgSQL function. */
  readonly plpgsql: string | undefined;
  /** Body of an SQL function. */
  readonly sqlBody: string | undefined;
  /** Input parameters in their order. */
  readonly parameters: readonly Parameter[];
  /** The search_path that it runs with, if it brings one along. */
  readonly searchPath: readonly string[] | undefined;
  /** Functions of the same name with other parameters. */
  readonly others: readonly KnownFunction[];
  readonly returnsTrigger?: boolean;
  readonly origin?: Origin;
}

/** What the database holds, as far as the statements replayed so far tell. Changed in place, one statement after the other. */
export interface Catalog {
  readonly relations: Map<string, Relation>;
  readonly indexes: Map<string, Index>;
  readonly types: Map<string, NamedType>;
  readonly functions: Map<string, KnownFunction>;
  /** By schema and name: every overload. */
  readonly routines: Map<string, Routine[]>;
  /** Routines that statements changed or dropped although no file made them: they were there before. */
  readonly assumedRoutines: Routine[];
  /** The same for relations, with the name that they had. */
  readonly assumedRelations: { readonly schema: string; readonly name: string; readonly relation: Relation }[];
  /** The same for dropped types, by qualified name. */
  readonly assumedTypes: Map<string, NamedType>;
  readonly schemas: Map<string, Origin>;
  /** Tables by the publication that lists them. */
  readonly publications: Map<string, Set<Relation>>;
  /** Queries that the session has prepared, by name; statements of the engine's parse tree. */
  readonly prepared: Map<string, unknown>;
  /** Foreign data wrappers by server. */
  readonly servers: Map<string, string>;
  /** What the open transaction has done to enums. A value that it added to an enum of before cannot be used until it commits. */
  readonly uncommitted: { readonly enums: Set<NamedType>; readonly values: Map<string, EnumValue> };
  /** Names of indexes that the set has dropped, whether they were there or not. */
  readonly droppedIndexes: Set<string>;
  searchPath: readonly string[];
  /** Whether the session's time zone is UTC, as far as anybody said otherwise. */
  utc: boolean;
  /** Setting check_function_bodies. */
  checksBodies: boolean;
  /** When the statements run, in ms since 1970; undefined where nobody said it. */
  now: number | undefined;
  /** What a session begins with, and RESET goes back to. */
  sessionStart: { readonly searchPath: readonly string[]; readonly utc: boolean };
  /** The part of the server's version behind its major, where it is known. */
  serverMinor: number | undefined;
  /** True when the whole history was replayed: what is not here does not exist. */
  complete: boolean;
  /** Where new objects come from now. */
  origin: Origin;
  /** Serial number of the statement being replayed. */
  serial: number;
}

export interface ObjectName {
  readonly schema: string | undefined;
  readonly name: string;
}

export function createCatalog(complete: boolean): Catalog {
  return {
    relations: new Map(),
    indexes: new Map(),
    types: new Map(),
    functions: new Map(),
    routines: new Map(),
    assumedRoutines: [],
    assumedRelations: [],
    assumedTypes: new Map(),
    schemas: new Map([['public', 'assumed']]),
    publications: new Map(),
    prepared: new Map(),
    servers: new Map(),
    uncommitted: { enums: new Set(), values: new Map() },
    droppedIndexes: new Set(),
    searchPath: ['public'],
    now: undefined,
    checksBodies: true,
    utc: true,
    sessionStart: { searchPath: ['public'], utc: true },
    serverMinor: undefined,
    complete,
    origin: complete ? 'history' : 'set',
    serial: 0,
  };
}

export function key(schema: string, name: string): string {
  return `${schema}\u0000${name}`;
}

function lookUp<T>(catalog: Catalog, objects: ReadonlyMap<string, T>, wanted: ObjectName): T | undefined {
  if (wanted.schema !== undefined) return objects.get(key(wanted.schema, wanted.name));
  for (const schema of ['pg_temp', ...catalog.searchPath, 'pg_catalog']) {
    const found = objects.get(key(schema, wanted.name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The schema that an unqualified new object goes to. */
export function creationSchema(catalog: Catalog): string {
  return catalog.searchPath.find((schema) => schema !== 'pg_catalog') ?? 'public';
}

export function findRelation(catalog: Catalog, wanted: ObjectName): Relation | undefined {
  return lookUp(catalog, catalog.relations, wanted);
}

export function findIndex(catalog: Catalog, wanted: ObjectName): Index | undefined {
  return lookUp(catalog, catalog.indexes, wanted);
}

export function findType(catalog: Catalog, wanted: ObjectName): NamedType | undefined {
  return lookUp(catalog, catalog.types, wanted);
}

export function addType(catalog: Catalog, wanted: ObjectName, type: NamedType): void {
  type.origin ??= catalog.origin;
  type.madeBy ??= catalog.serial;
  catalog.types.set(key(wanted.schema ?? creationSchema(catalog), wanted.name), type);
}

export function removeType(catalog: Catalog, wanted: ObjectName): void {
  for (const schema of wanted.schema === undefined ? catalog.searchPath : [wanted.schema]) {
    if (catalog.types.delete(key(schema, wanted.name))) return;
  }
}

/** Puts a new, empty relation into the catalog, in place of a namesake. */
export function addRelation(catalog: Catalog, wanted: ObjectName, kind: Relation['kind']): Relation {
  const schema = wanted.schema ?? creationSchema(catalog);
  const relation = newRelation({
    schema,
    name: wanted.name,
    kind,
    origin: catalog.origin,
    madeBy: catalog.serial,
    complete: true,
  });
  catalog.relations.set(key(schema, wanted.name), relation);
  return relation;
}

/** The relation, or one made up: a statement names it, so the database must have it. */
export function relationOrAssumed(catalog: Catalog, wanted: ObjectName, kind: Relation['kind'] = 'table'): Relation {
  const found = findRelation(catalog, wanted);
  if (found !== undefined) return found;
  // The server's own tables are found without a schema, and begin with pg_ (documentation, 5.9.5).
  const ownSchema = wanted.name.startsWith('pg_') ? 'pg_catalog' : creationSchema(catalog);
  const schema = wanted.schema ?? ownSchema;
  const relation = newRelation({ schema, name: wanted.name, kind, origin: 'assumed', madeBy: -1, complete: false });
  catalog.relations.set(key(schema, wanted.name), relation);
  if (catalog.origin === 'set') catalog.assumedRelations.push({ schema, name: wanted.name, relation });
  return relation;
}

export function addIndex(catalog: Catalog, index: Omit<Index, 'schema' | 'origin' | 'madeBy' | 'children'>): Index {
  const added: Index = {
    ...index,
    schema: index.table.schema,
    origin: catalog.origin,
    madeBy: catalog.serial,
    children: [],
  };
  index.table.indexes.add(added);
  catalog.indexes.set(key(added.schema, added.name), added);
  return added;
}

export function removeIndex(catalog: Catalog, index: Index): void {
  // A set that grows while it is gone through: no recursion, and an end even where SQL ties things in a circle.
  const gone = new Set([index]);
  for (const each of gone) {
    each.table.indexes.delete(each);
    catalog.indexes.delete(key(each.schema, each.name));
    for (const child of each.children) gone.add(child);
  }
}

export function addConstraint(constraint: Constraint): void {
  constraint.table.constraints.set(constraint.name, constraint);
  constraint.target?.table.referencedBy.add(constraint);
}

export function removeConstraint(catalog: Catalog, constraint: Constraint): void {
  constraint.table.constraints.delete(constraint.name);
  constraint.target?.table.referencedBy.delete(constraint);
  if (constraint.index !== undefined) removeIndex(catalog, constraint.index);
}

/** Takes a relation and all that hangs on it out of the catalog: partitions, indexes, keys at both ends, owned sequences. */
export function removeRelation(catalog: Catalog, relation: Relation): void {
  const gone = new Set([relation]);
  for (const each of gone) {
    const children = each.children.filter((child) => child.partition !== undefined);
    each.children = [];
    removeOne(catalog, each);
    for (const next of [...each.owns, ...children]) gone.add(next);
  }
}

function removeOne(catalog: Catalog, relation: Relation): void {
  catalog.relations.delete(key(relation.schema, relation.name));
  for (const index of [...relation.indexes]) removeIndex(catalog, index);
  for (const constraint of [...relation.constraints.values()]) removeConstraint(catalog, constraint);
  for (const foreignKey of [...relation.referencedBy]) removeConstraint(catalog, foreignKey);
  for (const parent of relation.parents) parent.children = parent.children.filter((child) => child !== relation);
  for (const { relation: read } of relation.reads) read.readBy.delete(relation);
  relation.ownedBy?.table.owns.delete(relation);
}

/** Gives a relation another name or schema; its indexes and owned sequences follow it to the schema. */
export function moveRelation(catalog: Catalog, relation: Relation, to: { schema?: string; name?: string }): void {
  const moved = new Set([relation]);
  for (const each of moved) {
    catalog.relations.delete(key(each.schema, each.name));
    if (each === relation) each.name = to.name ?? each.name;
    each.schema = to.schema ?? each.schema;
    catalog.relations.set(key(each.schema, each.name), each);
    if (to.schema === undefined) return;
    for (const index of each.indexes) moveIndex(catalog, index, { schema: to.schema });
    for (const sequence of each.owns) moved.add(sequence);
  }
}

export function moveIndex(catalog: Catalog, index: Index, to: { schema?: string; name?: string }): void {
  catalog.indexes.delete(key(index.schema, index.name));
  index.name = to.name ?? index.name;
  index.schema = to.schema ?? index.schema;
  catalog.indexes.set(key(index.schema, index.name), index);
}
