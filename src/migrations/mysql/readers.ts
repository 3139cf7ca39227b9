import type { RelationDropped } from '../changes.ts';
import { alterTable, applyCost } from './alter-table.ts';
import { costSource, withWishes } from './alteration-cost.ts';
import { listOf, type MysqlTree, quoteMysql, type TableName } from './ast.ts';
import type { MysqlScene } from './scene.ts';
import { columnFrom, type MysqlTable } from './tables.ts';

const metadata = 'MySQL 8.4: "Metadata Locking", 10.11.4';
const dropped = { reason: 'it is dropped', source: metadata };
const renamed = { reason: 'its name changes for everybody', source: metadata };
const written = { reason: 'the statement writes rows of it', source: metadata };
const read = { reason: 'the statement reads it', source: metadata };
const everyRow = {
  reason: 'without WHERE every row is visited',
  source: 'MySQL 8.4: "InnoDB Locks Set by Different SQL Statements"',
};

function tablesOf(list: MysqlTree['table']): readonly TableName[] {
  return listOf<TableName | readonly TableName[]>(list).flatMap((each) => listOf<TableName>(each));
}

function createTable(tree: MysqlTree, scene: MysqlScene): void {
  const table: MysqlTable = { createdInSet: !scene.catalog.inHistory, columns: new Map() };
  for (const spec of tree.create_definitions ?? []) {
    if (spec.resource === 'column' && spec.column?.column !== undefined)
      table.columns.set(spec.column.column, columnFrom(spec));
  }
  for (const name of tablesOf(tree.table)) {
    const report = scene.name(name);
    if (!scene.catalog.tables.has(report)) scene.catalog.tables.set(report, table);
  }
}

function createIndex(tree: MysqlTree, scene: MysqlScene): void {
  const [target] = tablesOf(tree.table);
  const relation = scene.name(target ?? {});
  const slow = /fulltext|spatial/i.test(tree.index_type ?? '');
  const cost = withWishes(
    {
      algorithm: scene.mariadb && !slow ? 'NOCOPY' : 'INPLACE',
      concurrency: slow ? 'SHARED' : 'NONE',
      rebuilds: false,
      reason: slow
        ? 'a FULLTEXT or SPATIAL index is built while writers wait'
        : 'the index is built while rows are read and written',
    },
    { algorithm: tree.algorithm_option?.algorithm, lock: tree.lock_option?.lock },
  );
  applyCost(scene, relation, cost);
  const work = [scene.work('indexBuilds', relation, { reason: cost.reason, source: costSource }, tree.index)];
  const detail = scene.text.replace(/^\s*create\s+/i, 'ADD ').replace(/\s+on\s+\S+?\s*(?=\()/i, ' ');
  scene.change({
    type: 'rewritten',
    by: 'ALTER TABLE',
    relation,
    table: quoteMysql(target?.table ?? ''),
    detail,
    work,
  });
}

function create(tree: MysqlTree, scene: MysqlScene): void {
  if (tree.keyword === 'table') createTable(tree, scene);
  else if (tree.keyword === 'index') createIndex(tree, scene);
  else if (tree.keyword === 'view') {
    const relation = scene.name(tree.view ?? {});
    scene.catalog.tables.set(relation, { createdInSet: !scene.catalog.inHistory, columns: new Map() });
  }
}

function dropRelations(names: readonly TableName[], what: RelationDropped['what'], scene: MysqlScene): void {
  for (const name of names) {
    const relation = scene.name(name);
    scene.lock(relation, 'EXCLUSIVE', 'throughout', dropped, what === 'view' ? 'view' : 'table');
    scene.change({
      type: 'relation-dropped',
      relation,
      table: quoteMysql(name.table ?? ''),
      what,
      cascade: false,
      work: [],
    });
    scene.catalog.tables.delete(relation);
  }
}

function drop(tree: MysqlTree, scene: MysqlScene): void {
  if (tree.keyword === 'index') {
    const relation = scene.name(tablesOf(tree.table)[0] ?? {});
    applyCost(scene, relation, {
      algorithm: scene.mariadb ? 'NOCOPY' : 'INPLACE',
      concurrency: 'NONE',
      rebuilds: false,
      reason: 'only the definition of the table changes',
    });
  } else if (tree.keyword === 'table' || tree.keyword === 'view') {
    dropRelations(listOf<TableName>(tree.name), tree.keyword, scene);
  } else if (tree.keyword === 'database' || tree.keyword === 'schema') {
    const name = String(tree.name);
    scene.change({
      type: 'relation-dropped',
      relation: name,
      table: quoteMysql(name),
      what: 'database',
      cascade: true,
      work: [],
    });
  }
}

function rename(tree: MysqlTree, scene: MysqlScene): void {
  for (const pair of listOf<readonly TableName[]>(tree.table)) {
    const [from, to] = pair;
    if (from === undefined || to === undefined) continue;
    const relation = scene.name(from);
    scene.lock(relation, 'EXCLUSIVE', 'throughout', renamed);
    const names = { table: quoteMysql(from.table ?? ''), to: quoteMysql(to.table ?? '') };
    scene.change({ type: 'relation-renamed', relation, what: 'table', ...names, work: [] });
    const known = scene.catalog.tables.get(relation);
    scene.catalog.tables.delete(relation);
    if (known !== undefined) scene.catalog.tables.set(scene.name(to), known);
  }
}

function truncate(tree: MysqlTree, scene: MysqlScene): void {
  for (const name of listOf<TableName>(tree.name)) {
    const relation = scene.name(name);
    scene.lock(relation, 'EXCLUSIVE', 'throughout', {
      reason: 'the table is dropped and made again',
      source: metadata,
    });
    scene.change({ type: 'emptied', relation, table: quoteMysql(name.table ?? ''), cascade: false, work: [] });
  }
}

/** What stands behind SET, for a fix. */
function assignments(text: string): string {
  return (/\bset\s+([\s\S]*)$/i.exec(text)?.[1] ?? '').replace(/\s(where|order|limit)\s[\s\S]*$/i, '').trim();
}

function changeRows(tree: MysqlTree, scene: MysqlScene): void {
  const verb = tree.type === 'update' ? 'UPDATE' : 'DELETE';
  const names = tree.type === 'update' ? tablesOf(tree.table) : (tree.from ?? tablesOf(tree.table));
  for (const name of names) {
    const relation = scene.name(name);
    scene.lock(relation, 'SHARED_WRITE', 'throughout', written);
    if (tree.where || tree.limit || names.length > 1) continue;
    const work = [scene.work('scans', relation, everyRow)];
    const table = quoteMysql(name.table ?? '');
    const extra = verb === 'UPDATE' ? { assignments: assignments(scene.text) } : {};
    scene.change({ type: 'rows-changed', relation, table, verb, reach: 'every row', work, ...extra });
  }
}

function setVariables(scene: MysqlScene): void {
  const checks = /\bforeign_key_checks\s*=\s*(\w+)/i.exec(scene.text)?.[1]?.toLowerCase();
  if (checks !== undefined) scene.catalog.foreignKeyChecks = !['0', 'off', 'false'].includes(checks);
}

const readers: Readonly<Record<string, (tree: MysqlTree, scene: MysqlScene) => void>> = {
  alter: alterTable,
  create,
  drop,
  rename,
  truncate,
  update: changeRows,
  delete: changeRows,
  insert: (tree, scene) => {
    for (const name of tablesOf(tree.table)) scene.lock(scene.name(name), 'SHARED_WRITE', 'throughout', written);
  },
  select: (tree, scene) => {
    for (const name of tree.from ?? []) if (name.table) scene.lock(scene.name(name), 'SHARED_READ', 'throughout', read);
  },
  use: (tree, scene) => {
    scene.catalog.database = tree.db;
  },
  set: (_, scene) => setVariables(scene),
  lock: (_, scene) => scene.opaque('LOCK TABLES holds its locks until UNLOCK TABLES'),
  transaction: () => undefined,
};

/** Reads one statement; what no reader knows is opaque, never silently empty. */
export function readMysqlStatement(tree: MysqlTree, scene: MysqlScene): void {
  const type = tree.type === 'replace' ? 'insert' : (tree.type ?? '');
  const reader = readers[type];
  if (reader === undefined) scene.opaque(`no reader for ${type || 'this statement'}: its effects are not known`);
  else reader(tree, scene);
}
