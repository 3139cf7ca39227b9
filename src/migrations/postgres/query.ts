import type { Node, RangeVar, SelectStmt } from 'libpg-query';
import { findRelation, relationOrAssumed } from '../catalog/catalog.ts';
import { qualifiedName, type Relation, withDescendants } from '../catalog/relation.ts';
import type { PostgresLockMode, Why, Work } from '../effects.ts';
import { columnsIn } from './expression-facts.ts';
import { withAncestors } from './foreign-key-ends.ts';
import { nodeAs, stringOf, stringsOf, tagOf, visit } from './node.ts';
import { lockedNames, rowLockedItems } from './row-locks.ts';
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

interface Named {
  readonly relation: Relation;
  /** False where ONLY is said. */
  readonly below: boolean;
}

/** Relations that a query names, apart from its own WITH queries, and with or without what is below them. */
function namedIn(query: unknown, scene: Scene): Named[] {
  const withNames = new Set([...commonTablesIn(query), ...scene.commonTables]);
  const ranges: { schemaname?: string; relname?: string; inh?: boolean }[] = [];
  const notRead = lockedNames(query);
  visit(query, (tag, content) => {
    if ((tag === 'RangeVar' || tag === 'relation') && !notRead.has(content)) ranges.push(content);
  });
  return ranges
    .filter(({ relname }) => relname !== undefined)
    .filter(({ schemaname, relname }) => schemaname !== undefined || !withNames.has(relname ?? ''))
    .filter(({ schemaname, relname }) => !systemSchemas.has(schemaname ?? '') && !relname?.startsWith('pg_'))
    .map((range) => ({ relation: relationOrAssumed(scene.catalog, rangeName(range)), below: range.inh === true }));
}

/** Relations that a query names, apart from its own WITH queries. */
export function relationsIn(query: unknown, scene: Scene): Relation[] {
  return namedIn(query, scene).map(({ relation }) => relation);
}

/** A query that runs also opens what its views read. PostgreSQL: fireRIRrules, rewriteHandler.c. */
export function withViewSources(relations: readonly Relation[]): Relation[] {
  const all = new Set(relations);
  for (const each of all) if (each.kind === 'view') for (const { relation } of each.reads) all.add(relation);
  return [...all];
}

const bounds: Why = {
  reason: 'the bounds of a partition are those of the tables above it',
  source: 'set_relation_partition_info, plancat.c (13)',
};
const readsBelow: Why = { reason: 'the query reads its parent', source: 'expand_inherited_rtentry, inherit.c' };

/** Columns that the conditions of a query speak of. */
function conditionColumns(query: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  visit(query, (tag, content) => {
    if (tag !== 'whereClause' && tag !== 'quals' && tag !== 'joinCondition') return;
    for (const column of columnsIn(content)) found.add(column);
  });
  return found;
}

/** Locks what a query reads. @param runs false where it is only stored, as a view's is */
export function lockReads(query: unknown, scene: Scene, runs: boolean): void {
  const named = namedIn(query, scene);
  for (const { relation } of named) scene.lock(relation, 'AccessShareLock', reads);
  if (runs) {
    const only = new Set(named.filter(({ below }) => !below).map(({ relation }) => relation));
    for (const relation of withViewSources(named.map((each) => each.relation))) {
      scene.lock(relation, 'AccessShareLock', reads);
      for (const above of scene.version <= 13 && relation.kind === 'partitioned table' ? withAncestors(relation) : []) {
        if (above !== relation) scene.lock(above, 'AccessShareLock', { when: 'branch', ...bounds });
      }
      if (!only.has(relation)) lockChildren(relation, 'AccessShareLock', scene, readsBelow, query);
    }
  }
  lockRows(relationsIn(rowLockedItems(query), scene), scene, runs);
}

/** FOR UPDATE and its like: also on what is below the views that it names. */
function lockRows(named: readonly Relation[], scene: Scene, runs: boolean): void {
  for (const relation of runs ? withViewSources(named) : named) {
    const inView = relation.kind === 'view' || relation.kind === 'materialized view';
    if (!inView || named.includes(relation)) scene.lock(relation, 'RowShareLock', rowLocks);
  }
}

/**
 * Children are locked with their parent; a partition that the conditions of the query may rule out only if they do not.
 * PostgreSQL: expand_partitioned_rtentry, inherit.c.
 */
export function lockChildren(
  relation: Relation,
  mode: PostgresLockMode,
  scene: Scene,
  why: Why,
  query?: unknown,
): void {
  const conditions = conditionColumns(query);
  const pruned = new Map([[relation, false]]);
  for (const [parent, parentPruned] of pruned) {
    const prunes = parentPruned || parent.partitionKey.some((key) => conditions.has(key));
    for (const child of parent.children) {
      if (pruned.has(child)) continue;
      pruned.set(child, prunes);
      scene.lock(child, mode, prunes ? { when: 'branch', ...why } : why);
    }
  }
}

/** The sequence that pg_get_serial_sequence('table', 'column') finds. */
function ownedSequence(node: Node | undefined, scene: Scene): Relation | undefined {
  const call = nodeAs(node, 'FuncCall') ?? nodeAs(nodeAs(node, 'TypeCast')?.arg, 'FuncCall');
  if (stringsOf(call?.funcname).at(-1) !== 'pg_get_serial_sequence') return undefined;
  const [table, column] = (call?.args ?? []).map((each) => nodeAs(each, 'A_Const')?.sval?.sval);
  const parts = (table ?? '').split('.').map((part) => part.replaceAll('"', ''));
  const found = findRelation(scene.catalog, { schema: parts.at(-2), name: parts.at(-1) ?? '' });
  return [...(found?.owns ?? [])].find(({ ownedBy }) => ownedBy?.column === column);
}

/** Sequences that nextval and setval name. */
export function sequencesIn(query: unknown, scene: Scene): Relation[] {
  const found: Relation[] = [];
  visit(query, (tag, content) => {
    if (tag !== 'FuncCall') return;
    const name = stringsOf(content.funcname as Node[] | undefined).at(-1); // FuncCall.funcname: list of String
    if (name !== 'nextval' && name !== 'setval') return;
    const first = (content.args as Node[] | undefined)?.[0]; // FuncCall.args: expressions
    const owned = ownedSequence(first, scene);
    if (owned !== undefined) found.push(owned);
    const literal = nodeAs(first, 'A_Const') ?? nodeAs(nodeAs(first, 'TypeCast')?.arg, 'A_Const');
    const parts = literal?.sval?.sval?.split('.').map((part) => part.replaceAll('"', ''));
    if (parts === undefined) return;
    found.push(relationOrAssumed(scene.catalog, { schema: parts.at(-2), name: parts.at(-1) ?? '' }, 'sequence'));
  });
  return found;
}

/** nextval and setval with the sequence's name spelled out. */
export function lockSequences(query: unknown, scene: Scene): void {
  for (const each of sequencesIn(query, scene)) scene.lock(each, 'RowExclusiveLock', sequence);
}

/** Reads that end with the whole table: no WHERE, no LIMIT of a few rows. */
function scansWhole(select: SelectStmt, scene: Scene): void {
  if (select.whereClause !== undefined) return;
  for (const from of select.fromClause ?? []) {
    const range = nodeAs(from, 'RangeVar');
    const relation = range === undefined ? undefined : findRelation(scene.catalog, rangeName(range));
    if (relation === undefined) continue;
    for (const each of range?.inh === true ? withDescendants(relation) : [relation]) {
      if (each.kind === 'table' || each.kind === 'materialized view') scene.scan(each, readsAll);
    }
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
export function columnsRead(query: unknown): Set<string> {
  const names = new Set<string>();
  visit(query, (tag, content) => {
    if (tag !== 'ColumnRef') return;
    const fields = (content.fields ?? []) as Node[]; // ColumnRef.fields: String or A_Star
    names.add(stringOf(fields.at(-1)) ?? '*');
  });
  return names;
}
