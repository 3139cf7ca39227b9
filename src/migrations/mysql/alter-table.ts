import type { Work } from '../effects.ts';
import { alterationCost, type Cost, costSource, withWishes, worstCost } from './alteration-cost.ts';
import { type Alteration, listOf, type MysqlTree, quoteMysql, type TableName } from './ast.ts';
import type { MysqlScene } from './scene.ts';
import { columnFrom } from './tables.ts';

const swap = {
  reason: 'the new definition is put in place while nobody uses the table',
  source: 'MySQL 8.4: "Metadata Locking", 10.11.4',
};

/** Locks and work of a definition change that is done in a given way. */
export function applyCost(scene: MysqlScene, relation: string, cost: Cost): Work[] {
  const why = { reason: cost.reason, source: costSource };
  scene.cost(cost);
  scene.lock(relation, 'EXCLUSIVE', cost.concurrency === 'EXCLUSIVE' ? 'throughout' : 'briefly', swap);
  if (cost.algorithm === 'INSTANT') return [];
  if (cost.concurrency === 'SHARED') scene.lock(relation, 'SHARED_NO_WRITE', 'throughout', why);
  else if (cost.concurrency === 'NONE') scene.lock(relation, 'SHARED_UPGRADABLE', 'throughout', why);
  return cost.rebuilds ? [scene.work('rewrites', relation, why)] : [];
}

/** MySQL 8.0.29: "Online DDL Operations", INSTANT at any position and for DROP COLUMN. */
function instantAnywhere(scene: MysqlScene): boolean {
  return scene.version >= 8.0029;
}

function partCost(scene: MysqlScene, relation: string, part: Alteration): Cost {
  const column = (part.old_column ?? part.column)?.column ?? '';
  return alterationCost(part, {
    mariadb: scene.mariadb,
    instantAnywhere: instantAnywhere(scene),
    foreignKeyChecks: scene.catalog.foreignKeyChecks,
    before: scene.catalog.tables.get(relation)?.columns.get(column),
  });
}

function reportPart(scene: MysqlScene, relation: string, table: string, part: Alteration, work: Work[]): void {
  const base = { relation, table, work };
  const column = quoteMysql(part.column?.column ?? '');
  if (part.action === 'drop' && part.resource === 'column') scene.change({ type: 'column-dropped', ...base, column });
  if (part.action === 'rename' && part.resource === 'column') {
    scene.change({ type: 'column-renamed', ...base, column: quoteMysql(part.old_column?.column ?? ''), to: column });
  }
  if (part.action === 'change' && part.old_column?.column !== part.column?.column) {
    scene.change({ type: 'column-renamed', ...base, column: quoteMysql(part.old_column?.column ?? ''), to: column });
  }
  if (part.action === 'rename' && part.resource === 'table') {
    scene.change({ type: 'relation-renamed', ...base, what: 'table', to: quoteMysql(part.table ?? '') });
  }
}

/** Keeps the catalog's columns; only what later statements are judged by. */
function record(scene: MysqlScene, relation: string, part: Alteration): void {
  const table = scene.catalog.tables.get(relation);
  const name = part.column?.column;
  if (part.action === 'rename' && part.resource === 'table' && table !== undefined) {
    scene.catalog.tables.delete(relation);
    scene.catalog.tables.set(scene.name({ table: part.table ?? '' }), table);
  }
  if (table === undefined || name === undefined) return;
  if (part.action === 'drop') table.columns.delete(name);
  if (part.action === 'add' || part.action === 'modify' || part.action === 'change') {
    table.columns.delete(part.old_column?.column ?? '');
    table.columns.set(name, columnFrom(part));
  }
}

export function alterTable(tree: MysqlTree, scene: MysqlScene): void {
  const [target] = listOf<TableName>(tree.table);
  const parts = listOf<Alteration>(tree.expr);
  const relation = scene.name(target ?? {});
  const algorithm = parts.find((part) => part.resource === 'algorithm')?.algorithm;
  const lock = parts.find((part) => part.resource === 'lock')?.lock;
  const cost = withWishes(worstCost(parts.map((part) => partCost(scene, relation, part))), { algorithm, lock });
  const work = applyCost(scene, relation, cost);
  const table = quoteMysql(target?.table ?? '');
  for (const part of parts) {
    if (part.action === 'add' && (part.resource === 'index' || part.create_definitions?.index)) {
      work.push(scene.work('indexBuilds', relation, { reason: cost.reason, source: costSource }, part.index));
    }
    reportPart(scene, relation, table, part, []);
    record(scene, relation, part);
  }
  const waits = cost.concurrency !== 'NONE' && cost.algorithm !== 'INSTANT';
  const detail = scene.text.replace(/^\s*alter\s+(ignore\s+)?table\s+(`[^`]+`|[^\s.]+)(\.(`[^`]+`|\S+))?\s*/i, '');
  if (work.length > 0 || waits) {
    const slow = work.length > 0 ? work : [scene.work('scans', relation, { reason: cost.reason, source: costSource })];
    scene.change({ type: 'rewritten', by: 'ALTER TABLE', relation, table, detail, work: slow });
  }
}
