import type { ClusterStmt, Node, RangeVar, ReindexStmt, TruncateStmt, VacuumStmt } from 'libpg-query';
import { findIndex, findRelation } from '../catalog/catalog.ts';
import { qualifiedName, type Relation, withDescendants } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import { withAttached } from './copy-indexes.ts';
import { corruptOn } from './create-index.ts';
import { fireTriggersOf } from './fire-triggers.ts';
import { keysTo, keyTables, withAncestors } from './foreign-key-ends.ts';
import { loseData } from './losses.ts';
import { nodeAs } from './node.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import { rewriteTable } from './rewrite.ts';
import { rangeName, relationOf, type Scene } from './scene.ts';

const truncateWhy: Why = { reason: 'the table gets a new, empty file', source: 'ExecuteTruncate, tablecmds.c' };
const truncateCascade: Why = {
  reason: 'a foreign key points at a table that is emptied',
  source: 'heap_truncate_find_FKs, heap.c',
};
const full: Why = {
  reason: 'the table is copied without its dead rows, and nobody can use it meanwhile',
  source: 'vacuum_rel, vacuum.c; VACUUM, FULL',
};
const sampled: Why = {
  reason: 'rows of what lies below it are sampled, too',
  source: 'acquire_inherited_sample_rows, analyze.c',
};
const plain: Why = { reason: 'the table is cleaned while reads and writes go on', source: 'vacuum_rel, vacuum.c' };
const clusterWhy: Why = {
  reason: 'the table is copied in the order of an index, and nobody can use it meanwhile',
  source: 'cluster_rel, cluster.c',
};
const reindexWhy: Why = {
  reason: 'the index is built anew: writers wait for the table, and readers for the index',
  source: 'ReindexIndex and ReindexTable, indexcmds.c; REINDEX, "Notes"',
};
const reindexConcurrently: Why = {
  reason: 'the index is built anew while reads and writes go on',
  source: 'ReindexRelationConcurrently, indexcmds.c',
};

/** TRUNCATE, with what CASCADE reaches through foreign keys. */
export function truncate(statement: TruncateStmt, scene: Scene): void {
  const cascade = statement.behavior === 'DROP_CASCADE';
  const named = (statement.relations ?? [])
    .map((each) => nodeAs(each, 'RangeVar'))
    .filter((each) => each !== undefined);
  const reached = new Set<Relation>();
  for (const range of named) {
    const table = relationOf(scene, range);
    for (const each of range.inh === true ? withDescendants(table) : [table]) reached.add(each);
    scene.change({ type: 'emptied', relation: qualifiedName(table), table: quoteRange(range), cascade, work: [] });
  }
  const direct = new Set(reached);
  if (cascade) {
    for (const each of reached) for (const key of keysTo(each)) for (const table of keyTables(key)) reached.add(table);
  }
  for (const relation of reached) {
    scene.lock(relation, 'AccessExclusiveLock', direct.has(relation) ? truncateWhy : truncateCascade);
    // Up to 13 the partition's bounds are looked up. PostgreSQL: InitResultRelInfo, execMain.c (13).
    const above = scene.version <= 13 ? withAncestors(relation) : [];
    for (const each of above) if (each !== relation) scene.lock(each, 'AccessShareLock', truncateWhy);
    if (relation.kind === 'table') scene.rewrite(relation, truncateWhy);
    loseData(scene, relation, direct.has(relation) ? 'all rows go' : truncateCascade.reason, truncateWhy.source);
    fireTriggersOf(relation, 'truncate', undefined, scene);
    const restarted = statement.restart_seqs === true ? relation.owns : [];
    for (const sequence of restarted) {
      scene.lock(sequence, 'AccessExclusiveLock', truncateWhy);
      loseData(scene, sequence, 'it begins at its start again', 'TRUNCATE, RESTART IDENTITY');
    }
    if (direct.has(relation)) continue;
    const table = qualifiedName(relation);
    scene.change({ type: 'emptied', relation: table, table, cascade, work: [] });
  }
}

function hasOption(options: readonly Node[] | undefined, name: string): boolean {
  return (options ?? []).some((each) => {
    const option = nodeAs(each, 'DefElem');
    const value = nodeAs(option?.arg, 'String')?.sval ?? 'true';
    return option?.defname === name && !['false', 'off', '0'].includes(value);
  });
}

const isStored = ({ kind }: Relation): boolean => kind === 'table' || kind === 'materialized view';

/** Partitions go with their table; children by inheritance from 18 on. PostgreSQL: expand_vacuum_rel, vacuum.c. */
function reachedByVacuum(table: Relation, range: RangeVar | undefined, version: number): Relation[] {
  if (range === undefined) return [table];
  const goesDown = version >= 18 ? range.inh === true : table.kind === 'partitioned table';
  return goesDown ? withDescendants(table) : [table];
}

/** VACUUM and ANALYZE. Without tables they go through the whole database. */
export function vacuum(statement: VacuumStmt, scene: Scene): void {
  const isFull = statement.is_vacuumcmd === true && hasOption(statement.options, 'full');
  if (statement.is_vacuumcmd === true) scene.forbidTransaction();
  const ranges = (statement.rels ?? []).map((each) => nodeAs(each, 'VacuumRelation')?.relation);
  const all = [...scene.catalog.relations.values()].filter(isStored);
  const named = ranges.map((range) => relationOf(scene, range));
  const tables = ranges.length > 0 ? named : all;
  if (ranges.length === 0) scene.opaque('it goes through all tables of the database, also those that no file made');
  const analyses = statement.is_vacuumcmd !== true || hasOption(statement.options, 'analyze');
  if (analyses)
    for (const table of named) for (const each of withDescendants(table)) scene.lock(each, 'AccessShareLock', sampled);
  tables.forEach((table, at) => {
    if (analyses) table.analysed = true;
    const reached = reachedByVacuum(table, ranges[at], scene.version);
    for (const each of reached) {
      scene.lock(each, isFull ? 'AccessExclusiveLock' : 'ShareUpdateExclusiveLock', isFull ? full : plain);
    }
    if (!isFull) return;
    const work = reached.filter(isStored).flatMap((each) => rewriteTable(scene, each, full));
    const sqlTable = ranges[at] === undefined ? qualifiedName(table) : quoteRange(ranges[at]);
    scene.change({
      type: 'rewritten',
      by: 'VACUUM FULL',
      relation: qualifiedName(table),
      table: sqlTable,
      detail: 'VACUUM FULL',
      work,
    });
  });
}

export function cluster(statement: ClusterStmt, scene: Scene): void {
  if (statement.relation === undefined) {
    scene.forbidTransaction();
    scene.opaque('it goes through all tables of the database that were clustered before');
    return;
  }
  const table = relationOf(scene, statement.relation);
  if (table.kind === 'partitioned table') scene.forbidTransaction();
  const reached = table.kind === 'partitioned table' ? withDescendants(table) : [table];
  const work = reached.flatMap((each) => {
    scene.lock(each, 'AccessExclusiveLock', clusterWhy);
    return each.kind === 'partitioned table' ? [] : rewriteTable(scene, each, clusterWhy);
  });
  const detail =
    statement.indexname === undefined ? 'CLUSTER' : `CLUSTER USING ${quoteIdentifier(statement.indexname)}`;
  scene.change({
    type: 'rewritten',
    by: 'CLUSTER',
    relation: qualifiedName(table),
    table: quoteRange(statement.relation),
    detail,
    work,
  });
}

/** Before, REINDEX passes a partitioned table over with a warning. PostgreSQL: release notes, 14. */
const partitionsSince = 14;

function reindexTable(table: Relation, concurrently: boolean, scene: Scene) {
  const why = concurrently ? reindexConcurrently : reindexWhy;
  const goesDown = table.kind === 'partitioned table' && scene.version >= partitionsSince;
  const reached = goesDown ? withDescendants(table) : [table];
  return reached.flatMap((each) => {
    // The leaves of a partitioned table are asked for Share even with CONCURRENTLY (measured).
    const weak = concurrently && (each === table || table.kind !== 'partitioned table');
    scene.lock(each, weak ? 'ShareUpdateExclusiveLock' : 'ShareLock', why);
    if (each.kind === 'partitioned table') return [];
    const indexes = [...each.indexes];
    if (!concurrently) for (const index of indexes) scene.lockIndex(index, 'AccessExclusiveLock', why);
    const seen = each.origin !== 'assumed'; // then all its indexes are known, too
    const unknown = seen || indexes.length > 0 ? [] : [scene.buildIndex(each, 'every index', why)];
    const scans = indexes.length > 0 || !seen ? [scene.scan(each, why)] : [];
    return [...scans, ...indexes.map((index) => scene.buildIndex(each, index.name, why)), ...unknown];
  });
}

function reindexIndex(
  statement: ReindexStmt,
  concurrently: boolean,
  scene: Scene,
): { relation: string; work: ReturnType<typeof reindexTable> } {
  const index = findIndex(scene.catalog, rangeName(statement.relation));
  const why = concurrently ? reindexConcurrently : reindexWhy;
  if (index === undefined) {
    scene.opaque(`the table of index ${quoteRange(statement.relation)} is not known: none of the files made the index`);
    const table = relationOf(scene, { ...statement.relation, relname: `${statement.relation?.relname} (its table)` });
    const work = [scene.buildIndex(table, statement.relation?.relname ?? '', why)];
    scene.lock(table, concurrently ? 'ShareUpdateExclusiveLock' : 'ShareLock', why);
    return { relation: qualifiedName(table), work };
  }
  if (index.table.kind === 'partitioned table') scene.forbidTransaction();
  const work = withAttached(index).flatMap((each) => {
    scene.lock(each.table, concurrently ? 'ShareUpdateExclusiveLock' : 'ShareLock', why);
    scene.lockIndex(each, concurrently ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock', why);
    if (each.table.kind === 'partitioned table') return [];
    return [scene.scan(each.table, why), scene.buildIndex(each.table, each.name, why)];
  });
  return { relation: qualifiedName(index.table), work };
}

/** REINDEX in all its scopes. */
export function reindex(statement: ReindexStmt, scene: Scene): void {
  const concurrently = hasOption(statement.params, 'concurrently');
  const scope = statement.kind?.replace('REINDEX_OBJECT_', '') ?? 'TABLE';
  const named = findRelation(scene.catalog, rangeName(statement.relation));
  const partitioned = named?.kind === 'partitioned table' && scene.version >= partitionsSince;
  if (concurrently || partitioned || !['INDEX', 'TABLE'].includes(scope)) scene.forbidTransaction();
  if (scope === 'INDEX') {
    const { relation, work } = reindexIndex(statement, concurrently, scene);
    const target = quoteRange(statement.relation);
    const broken = corruptOn(scene, concurrently);
    scene.change({ type: 'index-rebuilt', relation, table: relation, concurrently, target, scope, ...broken, work });
    return;
  }
  const inSchema = [...scene.catalog.relations.values()].filter(
    (each) => isStored(each) && (scope !== 'SCHEMA' || each.schema === statement.name),
  );
  const tables = scope === 'TABLE' ? [relationOf(scene, statement.relation)] : inSchema;
  if (scope !== 'TABLE')
    scene.opaque(`it goes through every table of the ${scope.toLowerCase()}, also those that no file made`);
  const target = scope === 'TABLE' ? quoteRange(statement.relation) : quoteIdentifier(statement.name ?? '');
  for (const table of tables) {
    const work = reindexTable(table, concurrently, scene);
    scene.change({
      type: 'index-rebuilt',
      relation: qualifiedName(table),
      table: qualifiedName(table),
      concurrently,
      target,
      scope,
      ...corruptOn(scene, concurrently),
      work,
    });
  }
}
