import type { DeleteStmt, Node, RangeVar, UpdateStmt } from 'libpg-query';
import { primaryKey, qualifiedName, type Relation } from '../catalog/relation.ts';
import type { RowsChanged } from '../changes.ts';
import type { Work } from '../effects.ts';
import { columnsIn } from './expression-facts.ts';
import { nodeAs, stringOf } from './node.ts';
import { relationsIn } from './query.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import type { Scene } from './scene.ts';
import { afterWord, splitAtCommas, untilWord } from './sql-text.ts';
import { isVolatile } from './volatility.ts';

/** The table's primary key, ready for SQL, unless one of its columns is assigned to. */
export function keyOf(table: Relation, assigned?: ReadonlySet<string>): { readonly key?: readonly string[] } {
  const columns = primaryKey(table)?.columns ?? [];
  if (columns.length === 0 || columns.some((column) => assigned?.has(column) === true)) return {};
  return { key: columns.map(quoteIdentifier) };
}

function assignedColumns(written: Written): ReadonlySet<string> {
  const targets = written.verb === 'UPDATE' ? (written.statement.targetList ?? []) : [];
  return new Set(targets.map((each) => nodeAs(each, 'ResTarget')?.name ?? ''));
}

/** Columns that a condition ties to constants, or to one value of a subquery: `a = 1 AND b IN (2, 3)`. */
function pinnedColumns(where: Node | undefined): string[] {
  const both = nodeAs(where, 'BoolExpr');
  if (both?.boolop === 'AND_EXPR') return (both.args ?? []).flatMap(pinnedColumns);
  const comparison = nodeAs(where, 'A_Expr');
  const isEqual = comparison?.kind === 'AEXPR_OP' && stringOf(comparison.name?.at(-1)) === '=';
  if (comparison === undefined || (!isEqual && comparison.kind !== 'AEXPR_IN')) return [];
  const sides = [comparison.lexpr, comparison.rexpr];
  const column = sides.map((side) => stringOf(nodeAs(side, 'ColumnRef')?.fields?.at(-1))).find((name) => name);
  const other = sides.find((side) => nodeAs(side, 'ColumnRef') === undefined);
  return column === undefined || other === undefined || columnsOutsideQueries(other) ? [] : [column];
}

function columnsOutsideQueries(value: Node): boolean {
  return nodeAs(value, 'SubLink') === undefined && columnsIn(value).length > 0;
}

/** `WHERE true`, `WHERE 1 = 1`. */
function isAlwaysTrue(where: Node | undefined): boolean {
  if (nodeAs(where, 'A_Const')?.boolval?.boolval === true) return true;
  const comparison = nodeAs(where, 'A_Expr');
  const [one, other] = [comparison?.lexpr, comparison?.rexpr].map((side) => nodeAs(side, 'A_Const')?.ival?.ival);
  return one !== undefined && one === other && stringOf(comparison?.name?.at(-1)) === '=';
}

/** How many rows a condition lets through, as far as the keys tell. A table that nobody has seen made has a key `id`. */
export function reachOf(where: Node | undefined, table: Relation): RowsChanged['reach'] {
  if (where === undefined || isAlwaysTrue(where)) return 'every row';
  const pinned = new Set(pinnedColumns(where));
  const unique = [...table.indexes].filter((index) => index.unique && (index.shape?.where ?? '') === '');
  const keys = unique.map((index) => index.columns).filter((columns) => columns.length > 0);
  if (!table.complete && keys.length === 0) keys.push(['id']);
  return keys.some((columns) => columns.every((column) => pinned.has(column))) ? 'by key' : 'some rows';
}

const afterAssignments = ['from', 'where', 'returning'];

/** What stands behind SET, and the rows for which it has yet to be done. */
function assignmentsOf(statement: UpdateStmt, scene: Scene): Pick<RowsChanged, 'assignments' | 'unsettled'> {
  const targets = (statement.targetList ?? []).map((each) => nodeAs(each, 'ResTarget'));
  const first = targets[0];
  const whole = afterWord(scene.text, ['set']);
  if (first === undefined || whole === undefined) return {};
  const assignments = untilWord(whole, afterAssignments).trim();
  const texts = splitAtCommas(assignments).map((each) => each.slice(each.indexOf('=') + 1).trim());
  const assigned = new Set(targets.map((target) => target?.name));
  const again = targets.some(
    (target) =>
      target?.indirection !== undefined ||
      nodeAs(target?.val, 'MultiAssignRef') !== undefined ||
      nodeAs(target?.val, 'SetToDefault') !== undefined ||
      columnsIn(target?.val).some((column) => assigned.has(column)) ||
      isVolatile(target?.val, scene.catalog, scene.version),
  );
  if (again || texts.length !== targets.length || statement.fromClause !== undefined) return { assignments };
  const unsettled = targets.map(
    (target, at) => `${quoteIdentifier(target?.name ?? '')} IS DISTINCT FROM (${texts[at]})`,
  );
  return { assignments, unsettled: unsettled.join(' OR ') };
}

function conditionOf(scene: Scene, reach: RowsChanged['reach']): Pick<RowsChanged, 'condition'> {
  const behind = reach === 'every row' ? undefined : afterWord(scene.text, ['where']);
  return behind === undefined ? {} : { condition: untilWord(behind, ['returning']).trim() };
}

type Written = { readonly reach: RowsChanged['reach']; readonly work: readonly Work[] } & (
  | { readonly verb: 'UPDATE'; readonly statement: UpdateStmt }
  | { readonly verb: 'DELETE'; readonly statement: DeleteStmt }
);

/** Reports an UPDATE or DELETE of the table. */
export function changeRows(scene: Scene, table: Relation, written: Written): void {
  const { verb, reach, work } = written;
  scene.change({
    type: 'rows-changed',
    relation: qualifiedName(table),
    table: quoteRange(written.statement.relation),
    verb,
    reach,
    ...(written.verb === 'UPDATE' ? assignmentsOf(written.statement, scene) : {}),
    ...conditionOf(scene, reach),
    ...keyOf(table, assignedColumns(written)),
    work,
  });
}

/** Reports that the table is filled by a query over tables that were there before the set. */
export function insertFromQuery(
  scene: Scene,
  table: Relation,
  range: RangeVar | undefined,
  verb: 'INSERT' | 'MERGE',
  query: unknown,
): void {
  const sources = relationsIn(query, scene);
  if (!sources.some(({ origin }) => origin !== 'set')) return;
  scene.change({
    type: 'rows-changed',
    relation: qualifiedName(table),
    table: quoteRange(range),
    verb,
    reach: 'some rows',
    work: [],
  });
}
