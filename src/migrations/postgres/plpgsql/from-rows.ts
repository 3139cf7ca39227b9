import type { A_Expr, FuncCall, JoinExpr, Node, RangeFunction, RangeVar, SelectStmt } from 'libpg-query';
import { nodeAs, stringsOf } from '../node.ts';
import { evaluate } from './evaluate.ts';
import { informationSchema } from './information-schema.ts';
import type { KnownRows, Surroundings } from './surroundings.ts';
import { systemCatalog } from './system-catalog.ts';
import { isTagged, textOf, type Value } from './value.ts';

/** One table of a FROM with one of its rows. */
export interface Bound {
  readonly alias: string;
  readonly values: ReadonlyMap<string, Value>;
}
export interface Combination {
  readonly bound: readonly Bound[];
  readonly sure: boolean;
}
export type Combinations = { readonly rows: readonly Combination[]; readonly open: boolean };
export type Named = ReadonlyMap<string, KnownRows>;

const unknownRows: Combinations = { rows: [], open: true };
/** More combinations than that are not looked through. */
const mostRows = 20_000;

/** The surroundings of a row: its columns first, then what is outside. */
export function within(around: Surroundings, bound: readonly Bound[]): Surroundings {
  return {
    ...around,
    variable: (path) => {
      const column = path.at(-1) ?? '';
      const table = path.at(-2);
      const holder = bound.find(({ alias, values }) => (table === undefined || table === alias) && values.has(column));
      if (holder !== undefined) return holder.values.get(column);
      const whole = table === undefined ? bound.find(({ alias }) => alias === column) : undefined;
      if (whole === undefined) return around.variable(path);
      // a function in FROM has one column by the alias's name; any other alias means the whole row
      return { is: 'row', fields: whole.values };
    },
  };
}

/** Conditions that must all hold. */
function conjuncts(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  const and = nodeAs(node, 'BoolExpr');
  return and?.boolop === 'AND_EXPR' ? (and.args ?? []).flatMap(conjuncts) : [node];
}

export function keep(rows: readonly Combination[], conditions: readonly Node[], around: Surroundings): Combination[] {
  return rows.flatMap(({ bound, sure }) => {
    const here = within(around, bound);
    let holds = sure;
    for (const condition of conditions) {
      const value = evaluate(condition, here);
      if (value === false || value === null) return [];
      if (value !== true) holds = false;
    }
    return [{ bound, sure: holds }];
  });
}

/** Column names of the alias, where it renames them: `AS t (a, b)`. */
function renamed(values: ReadonlyMap<string, Value>, columns: readonly string[]): ReadonlyMap<string, Value> {
  if (columns.length === 0) return values;
  return new Map([...values].map(([name, value], at) => [columns[at] ?? name, value]));
}

function bindRows({ rows, open }: KnownRows, alias: string, columns: readonly string[] = []): Combinations {
  return {
    open,
    rows: rows.map(({ values, sure }) => ({ bound: [{ alias, values: renamed(values, columns) }], sure })),
  };
}

function tableRows(range: RangeVar, around: Surroundings, named: Named): Combinations {
  const name = range.relname ?? '';
  const alias = range.alias?.aliasname ?? name;
  const columns = stringsOf(range.alias?.colnames);
  const common = range.schemaname === undefined ? named.get(name) : undefined;
  if (common !== undefined) return bindRows(common, alias, columns);
  const tables = range.schemaname === 'information_schema' ? informationSchema : systemCatalog;
  const system = range.schemaname === undefined || /^(pg_catalog|information_schema)$/.test(range.schemaname);
  const table = system && Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (table === undefined) return unknownRows;
  const { catalog, version } = around;
  const sure = table.rows(catalog, version).map((row) => ({ values: new Map(Object.entries(row)), sure: true }));
  const perhaps = (table.perhaps?.(catalog) ?? []).map((row) => ({
    values: new Map(Object.entries(row)),
    sure: false,
  }));
  return bindRows({ rows: [...sure, ...perhaps], open: !catalog.complete }, alias, columns);
}

/** generate_series of numbers, and unnest of a list: each item a row. */
export function itemsOf(call: FuncCall, around: Surroundings): readonly Value[] | undefined {
  const args = (call.args ?? []).map((each) => evaluate(each, around));
  const [first, last, step = 1] = args;
  switch (stringsOf(call.funcname).at(-1)) {
    case 'unnest':
      return isTagged(first, 'list') && args.length === 1 ? first.items : undefined;
    case 'generate_series': {
      if (typeof first !== 'number' || typeof last !== 'number' || typeof step !== 'number' || step === 0)
        return undefined;
      const count = Math.floor((last - first) / step) + 1;
      if (count > mostRows) return undefined;
      return Array.from({ length: Math.max(0, count) }, (_, at) => first + at * step);
    }
    case 'string_to_table':
    case 'regexp_split_to_table': {
      const text = textOf(first);
      return typeof text === 'string' && typeof last === 'string' && /^[^\\^$.*+?()[\]{}|]+$/.test(last)
        ? text.split(last)
        : undefined;
    }
    default:
      return undefined;
  }
}

function functionRows(range: RangeFunction, around: Surroundings): Combinations {
  const call = nodeAs(nodeAs(range.functions?.[0], 'List')?.items?.[0], 'FuncCall');
  const items = call === undefined || range.functions?.length !== 1 ? undefined : itemsOf(call, around);
  if (call === undefined || items === undefined) return unknownRows;
  const alias = range.alias?.aliasname ?? stringsOf(call.funcname).at(-1) ?? '';
  const column = stringsOf(range.alias?.colnames)[0] ?? alias;
  const rows = items.map((item, at) => {
    const values = new Map<string, Value>([[column, item]]);
    if (range.ordinality === true) values.set(stringsOf(range.alias?.colnames)[1] ?? 'ordinality', at + 1);
    return { bound: [{ alias, values }], sure: true };
  });
  return { rows, open: false };
}

/** Column of an equation that the rows at hand have, for a join by looking up. */
function keyOf(node: Node | undefined, bound: readonly Bound[]): readonly string[] | undefined {
  const path = stringsOf(nodeAs(node, 'ColumnRef')?.fields);
  const table = path.at(-2);
  if (path.length === 0) return undefined;
  const own = bound.some(
    ({ alias, values }) => (table === undefined || table === alias) && values.has(path.at(-1) ?? ''),
  );
  return own ? path : undefined;
}

function equationOf(condition: Node): A_Expr | undefined {
  const equation = nodeAs(condition, 'A_Expr');
  return equation?.kind === 'AEXPR_OP' && stringsOf(equation.name).at(-1) === '=' ? equation : undefined;
}

export const textKey = (value: Value): string | undefined =>
  value === undefined ? undefined : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** Pairs of rows that can match: by an equation between the two sides, where there is one. */
function pairs(
  left: Combinations,
  right: Combinations,
  conditions: readonly Node[],
  around: Surroundings,
): Combination[] {
  const [one] = left.rows;
  const [other] = right.rows;
  const all = (rows: readonly Combination[], { bound, sure }: Combination): Combination[] =>
    rows.map((each) => ({ bound: [...bound, ...each.bound], sure: sure && each.sure }));
  for (const condition of conditions) {
    const { lexpr, rexpr } = equationOf(condition) ?? {};
    if (one === undefined || other === undefined) break;
    const straight = keyOf(lexpr, one.bound) !== undefined && keyOf(rexpr, other.bound) !== undefined;
    const [ofLeft, ofRight] = straight ? [lexpr, rexpr] : [rexpr, lexpr];
    if (ofLeft === undefined || ofRight === undefined) continue;
    if (keyOf(ofLeft, one.bound) === undefined || keyOf(ofRight, other.bound) === undefined) continue;
    const byKey = Map.groupBy(right.rows, ({ bound }) => textKey(evaluate(ofRight, within(around, bound))));
    const wild = byKey.get(undefined) ?? [];
    return left.rows.flatMap((row) => {
      const key = textKey(evaluate(ofLeft, within(around, row.bound)));
      return key === undefined ? all(right.rows, row) : all([...(byKey.get(key) ?? []), ...wild], row);
    });
  }
  return left.rows.flatMap((row) => all(right.rows, row));
}

function join(
  left: Combinations,
  right: Combinations,
  conditions: readonly Node[],
  around: Surroundings,
): Combinations {
  const open = left.open || right.open;
  if (left.rows.length * right.rows.length > mostRows * 500) return unknownRows;
  const rows = pairs(left, right, conditions, around);
  return rows.length > mostRows ? unknownRows : { rows, open };
}

function joinRows(expression: JoinExpr, outer: readonly Node[], around: Surroundings, named: Named): Combinations {
  if (expression.isNatural === true || expression.usingClause !== undefined) return unknownRows;
  const conditions = conjuncts(expression.quals);
  const { larg, rarg } = expression;
  if (larg === undefined || rarg === undefined) return unknownRows;
  const left = fromItem(larg, outer, around, named);
  const right = fromItem(rarg, expression.jointype === 'JOIN_INNER' ? outer : [], around, named);
  const joined = join(left, right, conditions, around);
  const matched = keep(joined.rows, conditions, around);
  if (expression.jointype === 'JOIN_INNER') return { rows: matched, open: joined.open };
  if (expression.jointype !== 'JOIN_LEFT') return unknownRows;
  return { rows: [...matched, ...unmatched(left.rows, right.rows, matched)], open: joined.open };
}

/** Rows of the left that have no partner, with nulls on the right. */
function unmatched(
  left: readonly Combination[],
  right: readonly Combination[],
  matched: readonly Combination[],
): Combination[] {
  const nulls = (right[0]?.bound ?? []).map(({ alias, values }) => ({
    alias,
    values: new Map([...values.keys()].map((name) => [name, null])),
  }));
  const sure = new Set(matched.filter((each) => each.sure).map(({ bound }) => bound[0]));
  const perhaps = new Set(matched.map(({ bound }) => bound[0]));
  return left
    .filter(({ bound }) => !sure.has(bound[0]))
    .map((row) => ({ bound: [...row.bound, ...nulls], sure: row.sure && !perhaps.has(row.bound[0]) }));
}

function fromItem(node: Node, conditions: readonly Node[], around: Surroundings, named: Named): Combinations {
  const range = nodeAs(node, 'RangeVar');
  const expression = nodeAs(node, 'JoinExpr');
  if (expression !== undefined) return joinRows(expression, conditions, around, named);
  const made = ((): Combinations => {
    if (range !== undefined) return tableRows(range, around, named);
    const subselect = nodeAs(node, 'RangeSubselect');
    const inner = nodeAs(subselect?.subquery, 'SelectStmt');
    const columns = stringsOf(subselect?.alias?.colnames);
    if (inner !== undefined) return bindRows(around.rows(inner, around), subselect?.alias?.aliasname ?? '', columns);
    const call = nodeAs(node, 'RangeFunction');
    return call === undefined ? unknownRows : functionRows(call, around);
  })();
  // What is false with this table alone is false with the others as well: their columns count as not known.
  const possible = keep(made.rows, conditions, around).map(({ bound }) => bound);
  const kept = new Set(possible);
  return { open: made.open, rows: made.rows.filter(({ bound }) => kept.has(bound)) };
}

export function fromRows(select: SelectStmt, around: Surroundings, named: Named): Combinations {
  const conditions = conjuncts(select.whereClause);
  let all: Combinations = { rows: [{ bound: [], sure: true }], open: false };
  for (const item of select.fromClause ?? [])
    all = join(all, fromItem(item, conditions, around, named), conditions, around);
  return { rows: keep(all.rows, conditions, around), open: all.open };
}
