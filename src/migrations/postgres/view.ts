import type { CreateTableAsStmt, Node, RangeVar, RefreshMatViewStmt, SelectStmt, ViewStmt } from 'libpg-query';
import { addRelation, findRelation } from '../catalog/catalog.ts';
import { qualifiedName, type Relation, withDescendants } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import { calledIn } from './calls.ts';
import { loseObject } from './losses.ts';
import { nodeAs, stringsOf } from './node.ts';
import { preparedQuery } from './prepared.ts';
import { columnsRead, lockChildren, lockReads, relationsIn, runQuery, withViewSources } from './query.ts';
import { quoteRange } from './quote.ts';
import { rangeName, relationOf, type Scene } from './scene.ts';
import { viewShape } from './view-shape.ts';

const replace: Why = {
  reason: 'CREATE OR REPLACE changes the view for everybody',
  source: 'DefineVirtualRelation, view.c',
};
const refresh: Why = {
  reason: 'the view is filled anew while nobody can read it',
  source: 'ExecRefreshMatView, matview.c; REFRESH MATERIALIZED VIEW',
};
const refreshConcurrently: Why = {
  reason: 'the view is compared with its query; it can be read meanwhile',
  source: 'ExecRefreshMatView, matview.c; REFRESH MATERIALIZED VIEW, CONCURRENTLY',
};

/** Notes which relations and columns a view reads. */
function recordReads(view: Relation, query: Node | undefined, scene: Scene): void {
  for (const { relation } of view.reads) relation.readBy.delete(view);
  const columns = columnsRead(query);
  view.calls = calledIn(query);
  view.reads = relationsIn(query, scene).map((relation) => ({ relation, columns }));
  for (const { relation } of view.reads) relation.readBy.add(view);
  view.writesTo = view.kind === 'view' ? updatedThrough(query, scene) : undefined;
}

/** The one table or view that a simple view shows. PostgreSQL: view_query_is_auto_updatable, rewriteHandler.c. */
function updatedThrough(query: Node | undefined, scene: Scene): Relation | undefined {
  const select = nodeAs(query, 'SelectStmt');
  const [from, ...others] = select?.fromClause ?? [];
  const range = nodeAs(from, 'RangeVar');
  const { distinctClause, groupClause, havingClause, limitCount, withClause, larg } = select ?? {};
  const more = [distinctClause, groupClause, havingClause, limitCount, withClause, larg].some(
    (each) => each !== undefined,
  );
  const aggregates = JSON.stringify(select?.targetList ?? []).includes('"agg_star"');
  if (range === undefined || others.length > 0 || more || aggregates) return undefined;
  return findRelation(scene.catalog, rangeName(range));
}

export function createView(statement: ViewStmt, scene: Scene): void {
  lockReads(statement.query, scene, false);
  const name = rangeName(statement.view);
  const replaces = statement.replace === true;
  const known = replaces ? findRelation(scene.catalog, name) : undefined;
  // Where not all is known, there may be a view to replace.
  const existing =
    known ?? (replaces && !scene.catalog.complete ? relationOf(scene, statement.view, 'view') : undefined);
  if (known !== undefined) {
    scene.lock(known, 'AccessExclusiveLock', replace);
    loseObject(scene, known, 'its query is replaced', replace.source);
  }
  const view = existing ?? addRelation(scene.catalog, name, 'view');
  scene.touch(view);
  recordReads(view, statement.query, scene);
  view.view = viewShape(statement.query, scene, {
    names: stringsOf(statement.aliases),
    checkOption: statement.withCheckOption !== undefined && statement.withCheckOption !== 'NO_CHECK_OPTION',
    options: statement.options,
  });
}

/** The relations of the query's FROM, by the names that columns are qualified with. */
function sourcesOf(query: Node | undefined, scene: Scene): Map<string, Relation> {
  const found = new Map<string, Relation>();
  for (const from of nodeAs(query, 'SelectStmt')?.fromClause ?? []) {
    const range = nodeAs(from, 'RangeVar');
    const relation = range === undefined ? undefined : findRelation(scene.catalog, rangeName(range));
    if (relation !== undefined) found.set(range?.alias?.aliasname ?? relation.name, relation);
  }
  return found;
}

/** Columns that a query's list names one by one, with the types that they have in its tables. */
function addColumns(table: Relation, query: Node | undefined, scene: Scene): void {
  table.complete = false;
  const sources = sourcesOf(query, scene);
  const plain = { notNull: false, identity: false, generated: undefined } as const;
  for (const target of nodeAs(query, 'SelectStmt')?.targetList ?? []) {
    const result = nodeAs(target, 'ResTarget');
    const fields = nodeAs(result?.val, 'ColumnRef')?.fields;
    const [qualifier, own] = [stringsOf(fields).at(-2), nodeAs(fields?.at(-1), 'String')?.sval];
    const searched = [...sources]
      .filter(([name]) => qualifier === undefined || name === qualifier)
      .map(([, each]) => each);
    if (fields !== undefined && own === undefined) {
      for (const each of searched.flatMap(({ columns }) => [...columns.values()])) {
        table.columns.set(each.name, { ...plain, name: each.name, type: each.type, collation: each.collation });
      }
    }
    const name = result?.name ?? own;
    if (name === undefined) continue;
    const from = searched.map(({ columns }) => columns.get(own ?? '')).find((each) => each !== undefined);
    table.columns.set(name, { ...plain, name, type: from?.type, collation: from?.collation });
  }
}

/** CREATE TABLE AS, CREATE MATERIALIZED VIEW. */
export function createTableAs(statement: CreateTableAsStmt, scene: Scene): void {
  const name = rangeName(statement.into?.rel);
  if (statement.if_not_exists === true && findRelation(scene.catalog, name) !== undefined) {
    lockReads(statement.query, scene, false); // the query is analysed before the name is looked up
    return;
  }
  const execute = nodeAs(statement.query, 'ExecuteStmt');
  const query = execute === undefined ? statement.query : preparedQuery(execute, scene);
  if (query === undefined) scene.opaque(`what the prepared statement ${execute?.name} does is not known`);
  if (statement.into?.skipData === true) lockReads(statement.query, scene, false);
  else runQuery(query, scene);
  const isView = statement.objtype === 'OBJECT_MATVIEW';
  const made = addTable(name, statement.into?.rel, isView ? 'materialized view' : 'table', scene);
  addColumns(made, statement.query, scene);
  if (!isView) return;
  recordReads(made, statement.query, scene);
  made.view = viewShape(statement.query, scene, {
    names: stringsOf(statement.into?.colNames),
    checkOption: false,
    options: undefined,
  });
  made.populated = statement.into?.skipData !== true;
}

function addTable(
  name: { schema: string | undefined; name: string },
  range: RangeVar | undefined,
  kind: Relation['kind'],
  scene: Scene,
) {
  const temporary = range?.relpersistence === 't';
  const made = addRelation(scene.catalog, temporary ? { schema: 'pg_temp', name: name.name } : name, kind);
  if (temporary) made.persistence = 'temporary';
  return made;
}

/** SELECT, also with INTO, which makes a table. */
export function select(statement: SelectStmt, scene: Scene): void {
  const { intoClause, ...query } = statement;
  runQuery({ SelectStmt: query }, scene);
  if (intoClause?.rel === undefined) return;
  addColumns(addTable(rangeName(intoClause.rel), intoClause.rel, 'table', scene), { SelectStmt: query }, scene);
}

export function refreshView(statement: RefreshMatViewStmt, scene: Scene): void {
  const view = relationOf(scene, statement.relation, 'materialized view');
  const concurrently = statement.concurrent === true;
  const why = concurrently ? refreshConcurrently : refresh;
  scene.lock(view, concurrently ? 'ExclusiveLock' : 'AccessExclusiveLock', why);
  view.populated = statement.skipData !== true;
  const sources = view.populated ? withViewSources(view.reads.map(({ relation }) => relation)) : [];
  for (const relation of sources) {
    scene.lock(relation, 'AccessShareLock', why);
    lockChildren(relation, 'AccessShareLock', scene, why);
    for (const each of withDescendants(relation)) {
      if (each.kind === 'table' || each.kind === 'materialized view') scene.scan(each, why);
    }
  }
  // The new file replaces the old one, and its indexes are built. PostgreSQL: refresh_by_heap_swap, matview.c.
  const builds = concurrently ? [] : [...view.indexes].map((index) => scene.buildIndex(view, index.name, why));
  const work = concurrently ? [] : [scene.rewrite(view, why), ...builds];
  if (concurrently || (builds.length > 0 && view.populated)) scene.scan(view, why);
  scene.change({
    type: 'rewritten',
    by: 'REFRESH MATERIALIZED VIEW',
    relation: qualifiedName(view),
    table: quoteRange(statement.relation),
    detail: 'REFRESH MATERIALIZED VIEW',
    work,
  });
}
