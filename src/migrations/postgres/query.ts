import type { Node, SelectStmt } from 'libpg-query';
import { findRelation, relationOrAssumed } from '../catalog/catalog.ts';
import { type Relation, withDescendants } from '../catalog/relation.ts';
import type { PostgresLockMode, Why, WhyLocked } from '../effects.ts';
import { nodeAs, stringOf, stringsOf, visit } from './node.ts';
import { rangeName, type Scene } from './scene.ts';

const reads: Why = { reason: 'the query reads it', source: 'addRangeTableEntry, parse_relation.c' };
const writes: Why = { reason: 'the query writes to it', source: 'setTargetTable, parse_clause.c' };
const rowLocks: Why = { reason: 'the query locks rows of it', source: 'transformLockingClause, analyze.c' };
const sequence: WhyLocked = {
  when: 'rows',
  reason: 'a number is drawn from the sequence',
  source: 'nextval_internal, sequence.c',
};
const readsAll: Why = { reason: 'the query reads the whole table', source: 'documentation, 14.1 "Using EXPLAIN"' };

/** Schemas of the server itself; nobody waits for their tables. */
const systemSchemas = new Set(['pg_catalog', 'information_schema']);

/** Relations that a query names, apart from its own WITH queries. */
export function relationsIn(query: unknown, scene: Scene): Relation[] {
  const withNames = new Set<string>();
  const ranges: { schemaname?: string; relname?: string }[] = [];
  visit(query, (tag, content) => {
    if (tag === 'CommonTableExpr') withNames.add(String(content.ctename));
    if (tag === 'RangeVar' || tag === 'relation') ranges.push(content);
  });
  return ranges
    .filter(({ relname }) => relname !== undefined)
    .filter(({ schemaname, relname }) => schemaname !== undefined || !withNames.has(relname ?? ''))
    .filter(({ schemaname, relname }) => !systemSchemas.has(schemaname ?? '') && !relname?.startsWith('pg_'))
    .map((range) => relationOrAssumed(scene.catalog, rangeName(range)));
}

/** A query that runs also opens what its views read. PostgreSQL: fireRIRrules, rewriteHandler.c. */
function withViewSources(relations: readonly Relation[]): Relation[] {
  const all = new Set(relations);
  for (const each of all) if (each.kind === 'view') for (const { relation } of each.reads) all.add(relation);
  return [...all];
}

/** Locks what a query reads. @param runs false where it is only stored, as a view's is */
export function lockReads(query: unknown, scene: Scene, runs: boolean): void {
  const named = relationsIn(query, scene);
  for (const relation of runs ? withViewSources(named) : named) scene.lock(relation, 'AccessShareLock', reads);
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

/** Writes in the WITH of a query. */
export function lockNestedWrites(query: unknown, scene: Scene): void {
  visit(query, (tag, content) => {
    if (tag === 'InsertStmt' || tag === 'UpdateStmt' || tag === 'DeleteStmt' || tag === 'MergeStmt') {
      const range = content.relation as { relname?: string; schemaname?: string } | undefined; // a RangeVar in all four
      if (range?.relname !== undefined) lockWrites(relationOrAssumed(scene.catalog, rangeName(range)), scene);
    }
  });
}

const drawn: WhyLocked = {
  when: 'rows',
  reason: 'a column that is left out draws its number from the sequence',
  source: 'nextval_internal, sequence.c',
};

/**
 * RowExclusive on a table that gets rows, and on the sequences of columns that the statement leaves out. Which partition
 * a row goes to is known only when it is there, so none is named.
 * @param columns those that the statement gives; undefined for all
 */
export function lockInserts(relation: Relation, columns: readonly string[] | undefined, scene: Scene): void {
  scene.lock(relation, 'RowExclusiveLock', writes);
  if (columns === undefined) return;
  for (const sequence of relation.owns) {
    if (!columns.includes(sequence.ownedBy?.column ?? '')) scene.lock(sequence, 'RowExclusiveLock', drawn);
  }
}

/** RowExclusive on what is written, its partitions or children included. */
export function lockWrites(relation: Relation, scene: Scene): void {
  const mode: PostgresLockMode = 'RowExclusiveLock';
  for (const each of withDescendants(relation)) scene.lock(each, mode, writes);
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
