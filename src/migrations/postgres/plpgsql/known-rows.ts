import type { Node, SelectStmt } from 'libpg-query';
import { nodeAs, stringsOf } from '../node.ts';
import { aggregateOf, isAggregate } from './aggregates.ts';
import { evaluate } from './evaluate.ts';
import { type Combination, type Combinations, fromRows, itemsOf, type Named, textKey, within } from './from-rows.ts';
import type { KnownRows, Surroundings } from './surroundings.ts';
import type { Value } from './value.ts';

function nameOfTarget(node: Node | undefined): string {
  const call = nodeAs(node, 'FuncCall');
  const cast = nodeAs(node, 'TypeCast');
  if (call !== undefined) return stringsOf(call.funcname).at(-1) ?? '?column?';
  if (cast !== undefined) return nameOfTarget(cast.arg);
  return stringsOf(nodeAs(node, 'ColumnRef')?.fields).at(-1) ?? '?column?';
}

/** The columns of one row of the result. */
function project(select: SelectStmt, { bound }: Combination, around: Surroundings): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  const here = within(around, bound);
  for (const each of select.targetList ?? []) {
    const target = nodeAs(each, 'ResTarget');
    const fields = nodeAs(target?.val, 'ColumnRef')?.fields ?? [];
    if (fields.some((field) => nodeAs(field, 'A_Star') !== undefined)) {
      const [table] = stringsOf(fields);
      const starred = bound.filter(({ alias }) => table === undefined || alias === table);
      for (const { values: own } of starred) for (const [name, value] of own) values.set(name, value);
    } else if (target?.val !== undefined) {
      const name = target.name ?? nameOfTarget(target.val);
      values.set(values.has(name) ? `${name} ${values.size}` : name, evaluate(target.val, here));
    }
  }
  return values;
}

function limited({ rows, open }: KnownRows, select: SelectStmt, around: Surroundings): KnownRows {
  if (select.limitCount === undefined && select.limitOffset === undefined) return { rows, open };
  const count = select.limitCount === undefined ? undefined : evaluate(select.limitCount, around);
  const cut = select.limitOffset !== undefined || typeof count !== 'number' || rows.length > count;
  // Of one row that is surely there, one row is there, whichever it is.
  const some = typeof count === 'number' && count >= 1 && rows.some(({ sure }) => sure);
  return cut
    ? { rows: rows.map((row, at) => ({ ...row, sure: some && at === rows.findIndex(({ sure }) => sure) })), open }
    : { rows, open };
}

function aggregated(select: SelectStmt, { rows, open }: Combinations, around: Surroundings): KnownRows {
  if (select.groupClause !== undefined || select.havingClause !== undefined) return { rows: [], open: true };
  const exact = !open && rows.every(({ sure }) => sure);
  const here: Surroundings = {
    ...around,
    variable: (path) => around.variable(path),
    call: (node, args, at) =>
      isAggregate(node)
        ? exact
          ? aggregateOf(node, (arg) => rows.map(({ bound }) => evaluate(arg, within(around, bound))), rows.length)
          : undefined
        : around.call(node, args, at),
  };
  return { rows: [{ values: project(select, { bound: [], sure: true }, here), sure: true }], open: false };
}

function isAggregated(select: SelectStmt): boolean {
  const seen = JSON.stringify(select.targetList ?? []);
  return select.groupClause !== undefined || /"(count|string_agg|array_agg|bool_or|bool_and|max|min|sum)"/.test(seen);
}

function setOperation(select: SelectStmt, around: Surroundings, named: Named): KnownRows {
  const { larg, rarg } = select;
  if (select.op !== 'SETOP_UNION' || larg === undefined || rarg === undefined) return { rows: [], open: true };
  const left = selectRows(larg, around, named);
  const right = selectRows(rarg, around, named);
  return { rows: [...left.rows, ...right.rows], open: left.open || right.open };
}

function valuesRows(select: SelectStmt, around: Surroundings): KnownRows {
  const rows = (select.valuesLists ?? []).map((each) => {
    const items = nodeAs(each, 'List')?.items ?? [];
    return { values: new Map(items.map((item, at) => [`column${at + 1}`, evaluate(item, around)])), sure: true };
  });
  return { rows, open: false };
}

/** A function in the target list that makes a row of each item: `SELECT unnest(…)`. */
function spreadTarget(select: SelectStmt, around: Surroundings): KnownRows | undefined {
  const [only, ...others] = select.targetList ?? [];
  const target = nodeAs(only, 'ResTarget');
  const call = nodeAs(target?.val, 'FuncCall');
  if (call === undefined || others.length > 0 || select.fromClause !== undefined) return undefined;
  const items = itemsOf(call, around);
  const name = target?.name ?? nameOfTarget(target?.val);
  return items === undefined
    ? undefined
    : { rows: items.map((item) => ({ values: new Map([[name, item]]), sure: true })), open: false };
}

function distinct(rows: KnownRows['rows']): KnownRows['rows'] {
  const seen = new Map<string, KnownRows['rows'][number]>();
  for (const row of rows) {
    const key = [...row.values.values()]
      .map((value, at) => textKey(value) ?? `unknown ${at} ${seen.size}`)
      .join('\u0000');
    if (!seen.has(key) || row.sure) seen.set(key, row);
  }
  return [...seen.values()];
}

function selectRows(select: SelectStmt, around: Surroundings, outer: Named): KnownRows {
  const named = new Map(outer);
  for (const each of select.withClause?.ctes ?? []) {
    const common = nodeAs(each, 'CommonTableExpr');
    const query = select.withClause?.recursive === true ? undefined : nodeAs(common?.ctequery, 'SelectStmt');
    named.set(common?.ctename ?? '', query === undefined ? { rows: [], open: true } : selectRows(query, around, named));
  }
  if (select.op !== undefined && select.op !== 'SETOP_NONE') return setOperation(select, around, named);
  if (select.valuesLists !== undefined) return valuesRows(select, around);
  const spread = spreadTarget(select, around);
  if (spread !== undefined) return spread;
  const nested: Surroundings = { ...around, rows: (inner, here) => selectRows(inner, here, named) };
  // Conditions are looked at more often than the server does: what they call is not run here.
  const from = fromRows(select, { ...nested, call: () => undefined }, named);
  if (isAggregated(select)) return aggregated(select, from, nested);
  const perhaps: Surroundings = { ...nested, unsure: true };
  const rows = from.rows.map((row) => ({ values: project(select, row, row.sure ? nested : perhaps), sure: row.sure }));
  const once = select.distinctClause === undefined ? rows : distinct(rows);
  return limited({ rows: once, open: from.open }, select, nested);
}

/** Rows of a query over the server's own tables, lists and numbers; over other tables nothing is known. */
export function knownRows(select: SelectStmt, around: Surroundings): KnownRows {
  return selectRows(select, around, new Map());
}
