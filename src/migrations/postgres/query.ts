import type { Node, RangeVar, SelectStmt } from 'libpg-query';
import { findRelation, relationOrAssumed } from '../catalog/catalog.ts';
import { qualifiedName, type Relation, withDescendants } from '../catalog/relation.ts';
import type { PostgresLockMode, Why, Work } from '../effects.ts';
import { nodeAs, stringOf, stringsOf, tagOf, visit } from './node.ts';
import { rangeName, type Scene } from './scene.ts';

const reads: Why = { reason: 'the query reads it', source: 'addRangeTableEntry, parse_relation.c' };
const rowLocks: Why = { reason: 'the query locks rows of it', source: 'transformLockingClause, analyze.c' };
const sequence: Why = {
  when: 'rows',
  reason: 'a number is drawn from the sequence',
  source: 'nextval_internal, sequence.c',
};
const readsAll: Why = { reason: 'the query reads the whole table', source: 'documentation, 14.1 "Using EXPLAIN"' };

/** Schemas of the server itself; nobody waits for their tables. */
const systemSchemas = new Set(['pg_catalog', 'information_schema']);

/** Names that the WITH clauses of a query give to queries. */
function commonTablesIn(query: unknown): Set<string> {
  const names = new Set<string>();
  visit(query, (tag, content) => {
    if (tag === 'CommonTableExpr') names.add(String(content.ctename));
  });
  return names;
}

/** Relations that a query names, apart from its own WITH queries. */
export function relationsIn(query: unknown, scene: Scene): Relation[] {
  const withNames = new Set([...commonTablesIn(query), ...scene.commonTables]);
  const ranges: { schemaname?: string; relname?: string }[] = [];
  visit(query, (tag, content) => {
    if (tag === 'RangeVar' || tag === 'relation') ranges.push(content);
  });
  return ranges
    .filter(({ relname }) => relname !== undefined)
    .filter(({ schemaname, relname }) => schemaname !== undefined || !withNames.has(relname ?? ''))
    .filter(({ schemaname, relname }) => !systemSchemas.has(schemaname ?? '') && !relname?.startsWith('pg_'))
    .map((range) => relationOrAssumed(scene.catalog, rangeName(range)));
}

/** A query that runs also opens what its views read. PostgreSQL: fireRIRrules, rewriteHandler.c. */
export function withViewSources(relations: readonly Relation[]): Relation[] {
  const all = new Set(relations);
  for (const each of all) if (each.kind === 'view') for (const { relation } of each.reads) all.add(relation);
  return [...all];
}

const readsBelow: Why = { reason: 'the query reads its parent', source: 'expand_inherited_rtentry, inherit.c' };

/** Locks what a query reads. @param runs false where it is only stored, as a view's is */
export function lockReads(query: unknown, scene: Scene, runs: boolean): void {
  const named = relationsIn(query, scene);
  if (!runs) {
    for (const relation of named) scene.lock(relation, 'AccessShareLock', reads);
    return;
  }
  for (const relation of withViewSources(named)) {
    scene.lock(relation, 'AccessShareLock', reads);
    lockChildren(relation, 'AccessShareLock', scene, readsBelow);
  }
}

/** Children are locked with their parent; partitions that the conditions of the query rule out are not. */
export function lockChildren(relation: Relation, mode: PostgresLockMode, scene: Scene, why: Why): void {
  const partitioned = relation.kind === 'partitioned table';
  for (const child of withDescendants(relation)) {
    if (child !== relation) scene.lock(child, mode, partitioned ? { when: 'branch', ...why } : why);
  }
}

/** nextval and setval with the sequence's name spelled out. */
export function lockSequences(query: unknown, scene: Scene): void {
  visit(query, (tag, content) => {
    if (tag !== 'FuncCall') return;
    const name = stringsOf(content.funcname as Node[] | undefined).at(-1); // FuncCall.funcname: list of String
    if (name !== 'nextval' && name !== 'setval') return;
    const first = (content.args as Node[] | undefined)?.[0]; // FuncCall.args: expressions
    const literal = nodeAs(first, 'A_Const') ?? nodeAs(nodeAs(first, 'TypeCast')?.arg, 'A_Const');
    const parts = literal?.sval?.sval?.split('.').map((part) => part.replaceAll('"', ''));
    if (parts === undefined) return;
    const found = relationOrAssumed(scene.catalog, { schema: parts.at(-2), name: parts.at(-1) ?? '' }, 'sequence');
    scene.lock(found, 'RowExclusiveLock', sequence);
  });
}

function rowLockTargets(select: SelectStmt, scene: Scene): Relation[] {
  const clauses = (select.lockingClause ?? []).map((each) => nodeAs(each, 'LockingClause'));
  if (clauses.length === 0) return [];
  const everything = clauses.some((clause) => clause?.lockedRels === undefined);
  const aliases = new Set(
    clauses.flatMap((clause) => (clause?.lockedRels ?? []).map((each) => nodeAs(each, 'RangeVar')?.relname)),
  );
  const chosen = (select.fromClause ?? []).filter((from) => {
    const range = nodeAs(from, 'RangeVar');
    return everything || range === undefined || aliases.has(range.alias?.aliasname ?? range.relname);
  });
  return relationsIn(chosen, scene);
}

/** Reads that end with the whole table: no WHERE, no LIMIT of a few rows. */
function scansWhole(select: SelectStmt, scene: Scene): void {
  if (select.whereClause !== undefined) return;
  for (const from of select.fromClause ?? []) {
    const range = nodeAs(from, 'RangeVar');
    const relation = range === undefined ? undefined : findRelation(scene.catalog, rangeName(range));
    if (relation?.kind === 'table' || relation?.kind === 'materialized view') scene.scan(relation, readsAll);
  }
}

/**
 * What a statement of an SQL function locks while it is only analysed and rewritten: what it reads, with the sources of
 * views, and what it writes. Utility statements are looked at when they run.
 */
export function lockChecked(statement: Node, scene: Scene): void {
  const tag = tagOf(statement);
  if (tag !== 'SelectStmt' && !writing.has(tag) && tag !== 'List' && tag !== 'ReturnStmt') return;
  for (const relation of withViewSources(relationsIn(statement, scene))) scene.lock(relation, 'AccessShareLock', reads);
  visit(statement, (inner, content) => {
    if (!writing.has(inner)) return;
    const range = content.relation as RangeVar | undefined; // the target in all four
    if (range !== undefined)
      scene.lock(relationOrAssumed(scene.catalog, rangeName(range)), 'RowExclusiveLock', checkedWrite);
  });
}

const checkedWrite: Why = {
  reason: 'the function is checked to be able to write to it',
  source: 'fmgr_sql_validator, pg_proc.c',
};

/** Everything that running a query takes: reads, row locks, sequences, and writes in its WITH. */
export function runQuery(query: Node | undefined, scene: Scene): void {
  if (query === undefined) return;
  lockReads(query, scene, true);
  lockSequences(query, scene);
  const select = nodeAs(query, 'SelectStmt');
  if (select !== undefined) {
    for (const relation of rowLockTargets(select, scene)) scene.lock(relation, 'RowShareLock', rowLocks);
    scansWhole(select, scene);
  }
  lockNestedWrites(query, scene);
}

const writing: ReadonlySet<string> = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** Writes in the WITH of a query: each takes what it would take alone. */
export function lockNestedWrites(query: unknown, scene: Scene): void {
  let inside: Scene | undefined;
  visit(query, (tag, content) => {
    if (!writing.has(tag)) return undefined;
    const nothing = (relation: Relation, why: Why): Work => ({ relation: qualifiedName(relation), ...why });
    const named = inside?.commonTables ?? commonTablesIn(query);
    inside ??= {
      ...scene,
      commonTables: new Set([...named, ...scene.commonTables]),
      scan: nothing,
      change: () => undefined,
    };
    scene.read({ [tag]: content } as unknown as Node, inside); // one of the four statements
    return 'skip';
  });
}

/** Column names that a view's query mentions; `*` for all. */
export function columnsRead(query: Node | undefined): Set<string> {
  const names = new Set<string>();
  visit(query, (tag, content) => {
    if (tag !== 'ColumnRef') return;
    const fields = (content.fields ?? []) as Node[]; // ColumnRef.fields: String or A_Star
    names.add(stringOf(fields.at(-1)) ?? '*');
  });
  return names;
}
