import type { Node, SelectStmt } from 'libpg-query';
import { findRelation } from '../catalog/catalog.ts';
import type { ColumnType } from '../catalog/column-type.ts';
import type { Relation, ViewColumn, ViewShape } from '../catalog/relation.ts';
import { fingerprint } from './expression-facts.ts';
import { nameOfExpression } from './index-key-names.ts';
import { columnTypeOf, nodeAs, stringOf, stringsOf, visit } from './node.ts';
import { rangeName, type Scene } from './scene.ts';

/** A relation in FROM, by the name that the query gives it. */
interface Source {
  readonly alias: string;
  readonly relation: Relation | undefined;
}

function sourcesIn(from: readonly Node[] | undefined, scene: Scene): Source[] | undefined {
  const sources: Source[] = [];
  for (const item of from ?? []) {
    const range = nodeAs(item, 'RangeVar');
    const join = nodeAs(item, 'JoinExpr');
    if (range !== undefined) {
      const relation = findRelation(scene.catalog, rangeName(range));
      sources.push({ alias: range.alias?.aliasname ?? range.relname ?? '', relation });
    } else if (join?.larg !== undefined && join.rarg !== undefined) {
      const both = sourcesIn([join.larg, join.rarg], scene);
      if (both === undefined) return undefined;
      sources.push(...both);
    } else return undefined;
  }
  return sources;
}

/** Columns of a relation in order; undefined where not all are known. */
function shownColumns(relation: Relation | undefined): readonly ViewColumn[] | undefined {
  if (relation === undefined) return undefined;
  if (relation.kind === 'view' || relation.kind === 'materialized view') return relation.view?.columns;
  if (!relation.complete) return undefined;
  return [...relation.columns.values()].map(({ name, type }) => ({ name, type, fingerprint: '', shows: name }));
}

function starOf(sources: readonly Source[], alias: string | undefined): readonly ViewColumn[] | undefined {
  const columns: ViewColumn[] = [];
  for (const source of sources.filter((each) => alias === undefined || each.alias === alias)) {
    const shown = shownColumns(source.relation);
    if (shown === undefined) return undefined;
    columns.push(...shown.map((each) => ({ ...each, fingerprint: `${source.alias}.${each.name}`, shows: each.name })));
  }
  return columns;
}

/** The type of a plain column or of a cast; others would need the server's own resolution. */
function typeOf(value: Node | undefined, sources: readonly Source[]): ColumnType | undefined {
  const cast = nodeAs(value, 'TypeCast');
  if (cast !== undefined) return columnTypeOf(cast.typeName);
  const parts = stringsOf(nodeAs(value, 'ColumnRef')?.fields);
  const [alias, name] = parts.length > 1 ? [parts.at(-2), parts.at(-1)] : [undefined, parts[0]];
  const found = sources
    .filter((each) => alias === undefined || each.alias === alias)
    .flatMap(({ relation }) => {
      const shown = relation?.view?.columns?.find((column) => column.name === name)?.type;
      return shown ?? relation?.columns.get(name ?? '')?.type ?? [];
    });
  return found.length === 1 ? found[0] : undefined;
}

/** More than this in a target list the server refuses. PostgreSQL: MaxTupleAttributeNumber, htup_details.h. */
const mostColumns = 1664;

function columnsOf(select: SelectStmt, scene: Scene): readonly ViewColumn[] | undefined {
  if (select.op !== 'SETOP_NONE' && select.larg !== undefined) return columnsOf(select.larg, scene);
  const sources = sourcesIn(select.fromClause, scene);
  const columns: ViewColumn[] = [];
  for (const node of select.targetList ?? []) {
    const target = nodeAs(node, 'ResTarget');
    const fields = nodeAs(target?.val, 'ColumnRef')?.fields;
    if (target === undefined) return undefined;
    if (nodeAs(fields?.at(-1), 'A_Star') !== undefined) {
      const all = sources === undefined ? undefined : starOf(sources, stringOf(fields?.at(-2)));
      if (all === undefined || columns.length + all.length > mostColumns) return undefined;
      columns.push(...all);
      continue;
    }
    const shows = stringOf(fields?.at(-1));
    const type = sources === undefined ? undefined : typeOf(target.val, sources);
    columns.push({
      name: target.name ?? nameOfExpression(target.val) ?? '?column?',
      type,
      fingerprint: fingerprint(target.val),
      ...(shows === undefined ? {} : { shows }),
    });
  }
  return columns;
}

/** CREATE VIEW, "Updatable Views": one table, no grouping, no limit, no WITH, no sets, no aggregates. */
function isUpdatable(select: SelectStmt): boolean {
  const plain =
    select.fromClause?.length === 1 &&
    nodeAs(select.fromClause[0], 'RangeVar') !== undefined &&
    select.op === 'SETOP_NONE' &&
    [select.groupClause, select.havingClause, select.distinctClause, select.limitCount, select.limitOffset].every(
      (each) => each === undefined,
    ) &&
    select.withClause === undefined &&
    select.windowClause === undefined;
  if (!plain) return false;
  const aggregates =
    /^(count|sum|min|max|avg|array_agg|string_agg|jsonb?_agg|jsonb?_object_agg|bool_and|bool_or|every)$/;
  let groups = false;
  visit(select.targetList, (tag, content) => {
    if (tag !== 'FuncCall') return;
    const name = stringsOf(content.funcname as Node[] | undefined).at(-1) ?? ''; // FuncCall.funcname: list of String
    if (aggregates.test(name) || content.over !== undefined) groups = true;
  });
  return !groups;
}

/** The one relation that the query reads, and whether it shows all of it. */
function baseOf(
  select: SelectStmt | undefined,
  scene: Scene,
  names: readonly string[],
): Pick<ViewShape, 'base' | 'whole'> {
  const range = select?.fromClause?.length === 1 ? nodeAs(select.fromClause[0], 'RangeVar') : undefined;
  const base = range === undefined ? undefined : findRelation(scene.catalog, rangeName(range));
  const [only, ...more] = select?.targetList ?? [];
  const star = nodeAs(nodeAs(nodeAs(only, 'ResTarget')?.val, 'ColumnRef')?.fields?.at(-1), 'A_Star') !== undefined;
  return { base, whole: star && more.length === 0 && names.length === 0 ? base : undefined };
}

/** What a view gives, as far as its query tells. @param names the list behind the view's name */
export function viewShape(
  query: Node | undefined,
  scene: Scene,
  view: {
    readonly names: readonly string[];
    readonly checkOption: boolean;
    readonly options: readonly Node[] | undefined;
  },
): ViewShape {
  const select = nodeAs(query, 'SelectStmt');
  const own = select === undefined ? undefined : columnsOf(select, scene);
  const columns = own?.map((column, at) => ({ ...column, name: view.names[at] ?? column.name }));
  return {
    columns,
    updatable: select !== undefined && isUpdatable(select),
    checkOption: view.checkOption,
    options: view.options === undefined ? '' : fingerprint(view.options),
    ...baseOf(select, scene, view.names),
  };
}
