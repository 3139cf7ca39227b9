import type { A_Expr, BoolExpr, CaseExpr, FuncCall, Node, SubLink, TypeCast } from 'libpg-query';
import { nodeAs, stringsOf } from '../node.ts';
import { callBuiltin, isBuiltin } from './builtins.ts';
import { castTo } from './cast.ts';
import { currentMoment } from './moments.ts';
import { type Comparison, compareValues, operate } from './operators.ts';
import type { Surroundings } from './surroundings.ts';
import { isTagged, type Value } from './value.ts';

/** SQL's AND and OR over what is true, false, NULL or not known. */
function combine(values: readonly Value[], decides: boolean): Value {
  if (values.includes(decides)) return decides;
  if (values.includes(undefined)) return undefined;
  return values.includes(null) ? null : !decides;
}

function evaluateBoolean({ boolop, args = [] }: BoolExpr, around: Surroundings): Value {
  const values = args.map((each) => evaluate(each, around));
  if (boolop === 'AND_EXPR') return combine(values, false);
  if (boolop === 'OR_EXPR') return combine(values, true);
  const [value] = values;
  return typeof value === 'boolean' ? !value : value === null ? null : undefined;
}

/** `= ANY (list)` and `IN (…)`: true if one is, false if all are. */
function anyOf(value: Value, items: readonly Value[], operator: string): Value {
  return combine(
    items.map((item) => operate(operator, value, item)),
    true,
  );
}

function negate(value: Value): Value {
  return typeof value === 'boolean' ? !value : value;
}

function listItems(node: Node | undefined, around: Surroundings): readonly Value[] | undefined {
  const items = nodeAs(node, 'List')?.items;
  if (items !== undefined) return items.map((each) => evaluate(each, around));
  const value = node === undefined ? undefined : evaluate(node, around);
  return isTagged(value, 'list') ? value.items : undefined;
}

const comparisons: Readonly<Record<string, Comparison>> = {
  '<': 'less',
  '>': 'greater',
  '<=': 'not greater',
  '>=': 'not less',
};

function evaluateOperator(expression: A_Expr, around: Surroundings): Value {
  const operator = stringsOf(expression.name).at(-1) ?? '';
  const left = expression.lexpr === undefined ? undefined : evaluate(expression.lexpr, around);
  if (expression.kind === 'AEXPR_IN' || expression.kind === 'AEXPR_OP_ANY') {
    const items = listItems(expression.rexpr, around);
    if (items === undefined) return undefined;
    return operator === '<>' ? negate(anyOf(left, items, '=')) : anyOf(left, items, operator);
  }
  const right = expression.rexpr === undefined ? undefined : evaluate(expression.rexpr, around);
  switch (expression.kind) {
    case 'AEXPR_OP':
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE': {
      const compared = comparisons[operator];
      if (expression.lexpr === undefined) return operator === '-' && typeof right === 'number' ? -right : undefined;
      return compared === undefined ? operate(operator, left, right) : compareValues(compared, left, right);
    }
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT': {
      if (left === undefined || right === undefined) return undefined;
      const same = left === null || right === null ? left === right : operate('=', left, right);
      return expression.kind === 'AEXPR_DISTINCT' ? negate(same) : same;
    }
    default:
      return undefined;
  }
}

function evaluateCase({ arg, args = [], defresult }: CaseExpr, around: Surroundings): Value {
  const subject = arg === undefined ? true : evaluate(arg, around);
  for (const each of args) {
    const branch = nodeAs(each, 'CaseWhen');
    if (branch?.expr === undefined || branch.result === undefined) return undefined;
    const holds =
      arg === undefined ? evaluate(branch.expr, around) : operate('=', subject, evaluate(branch.expr, around));
    if (holds === undefined) return undefined;
    if (holds === true) return evaluate(branch.result, around);
  }
  return defresult === undefined ? null : evaluate(defresult, around);
}

function evaluateSubquery({ subLinkType, subselect, testexpr, operName }: SubLink, around: Surroundings): Value {
  const select = nodeAs(subselect, 'SelectStmt');
  if (select === undefined) return undefined;
  const { rows, open } = around.rows(select, around);
  const exact = !open && rows.every(({ sure }) => sure);
  switch (subLinkType) {
    case 'EXISTS_SUBLINK':
      if (rows.some(({ sure }) => sure)) return true;
      return rows.length === 0 && !open ? false : undefined;
    case 'EXPR_SUBLINK': {
      if (!exact || rows.length > 1) return undefined;
      const [first] = rows;
      return first === undefined ? null : [...first.values.values()][0];
    }
    case 'ANY_SUBLINK': {
      if (testexpr === undefined || !exact) return undefined;
      const operator = stringsOf(operName).at(-1) ?? '=';
      const items = rows.map(({ values }) => [...values.values()][0]);
      return anyOf(evaluate(testexpr, around), items, operator);
    }
    case 'ARRAY_SUBLINK':
      return exact ? { is: 'list', items: rows.map(({ values }) => [...values.values()][0]) } : undefined;
    default:
      return undefined;
  }
}

function evaluateCall(call: FuncCall, around: Surroundings): Value {
  const name = stringsOf(call.funcname).at(-1)?.toLowerCase() ?? '';
  const args = (call.args ?? []).map((each) => evaluate(nodeAs(each, 'NamedArgExpr')?.arg ?? each, around));
  const given = call.func_variadic === true ? [...args.slice(0, -1), ...spread(args.at(-1))] : args;
  return isBuiltin(name) ? callBuiltin(name, given, around) : around.call(call, given, around);
}

function spread(value: Value): readonly Value[] {
  return isTagged(value, 'list') ? value.items : [undefined];
}

function evaluateCast({ arg, typeName }: TypeCast, around: Surroundings): Value {
  return arg === undefined ? undefined : castTo(evaluate(arg, around), typeName, around.catalog);
}

function constantOf(node: Node): Value {
  const constant = nodeAs(node, 'A_Const');
  if (constant?.isnull === true) return null;
  if (constant?.sval !== undefined) return constant.sval.sval ?? '';
  if (constant?.boolval !== undefined) return constant.boolval.boolval === true;
  if (constant?.fval !== undefined) return Number(constant.fval.fval);
  return constant?.ival === undefined ? undefined : (constant.ival.ival ?? 0);
}

function element(node: Node, around: Surroundings): Value {
  const access = nodeAs(node, 'A_Indirection');
  const value = access?.arg === undefined ? undefined : evaluate(access.arg, around);
  const [step] = access?.indirection ?? [];
  if (access?.indirection?.length !== 1 || step === undefined) return undefined;
  const field = nodeAs(step, 'String')?.sval;
  if (field !== undefined) return isTagged(value, 'row') ? value.fields.get(field) : undefined;
  const index = nodeAs(step, 'A_Indices');
  const at = index?.uidx === undefined || index.is_slice === true ? undefined : evaluate(index.uidx, around);
  return isTagged(value, 'list') && typeof at === 'number' ? (value.items[at - (value.from ?? 1)] ?? null) : undefined;
}

function evaluateColumn(node: Node, around: Surroundings): Value {
  const fields = nodeAs(node, 'ColumnRef')?.fields ?? [];
  return fields.some((each) => nodeAs(each, 'A_Star') !== undefined) ? undefined : around.variable(stringsOf(fields));
}

/** The test IS [NOT] TRUE and so on. */
function evaluateBooleanTest(node: Node, around: Surroundings): Value {
  const test = nodeAs(node, 'BooleanTest');
  const value = test?.arg === undefined ? undefined : evaluate(test.arg, around);
  if (value === undefined) return undefined;
  const asked: Readonly<Record<string, boolean>> = {
    IS_TRUE: value === true,
    IS_NOT_TRUE: value !== true,
    IS_FALSE: value === false,
    IS_NOT_FALSE: value !== false,
    IS_UNKNOWN: value === null,
    IS_NOT_UNKNOWN: value !== null,
  };
  return asked[test?.booltesttype ?? ''];
}

function evaluateCoalesce(args: readonly Node[], around: Surroundings): Value {
  for (const each of args) {
    const value = evaluate(each, around);
    if (value !== null) return value;
  }
  return null;
}

type Evaluators = { readonly [tag: string]: ((node: Node, around: Surroundings) => Value) | undefined };

const evaluators: Evaluators = {
  A_Const: constantOf,
  ColumnRef: evaluateColumn,
  ParamRef: (node, around) => around.parameter(nodeAs(node, 'ParamRef')?.number ?? 0),
  TypeCast: (node, around) => evaluateCast(nodeAs(node, 'TypeCast') ?? {}, around),
  A_Expr: (node, around) => evaluateOperator(nodeAs(node, 'A_Expr') ?? {}, around),
  BoolExpr: (node, around) => evaluateBoolean(nodeAs(node, 'BoolExpr') ?? {}, around),
  SubLink: (node, around) => evaluateSubquery(nodeAs(node, 'SubLink') ?? {}, around),
  CaseExpr: (node, around) => evaluateCase(nodeAs(node, 'CaseExpr') ?? {}, around),
  FuncCall: (node, around) => evaluateCall(nodeAs(node, 'FuncCall') ?? {}, around),
  CoalesceExpr: (node, around) => evaluateCoalesce(nodeAs(node, 'CoalesceExpr')?.args ?? [], around),
  A_ArrayExpr: (node, around) => ({
    is: 'list',
    items: (nodeAs(node, 'A_ArrayExpr')?.elements ?? []).map((each) => evaluate(each, around)),
  }),
  NullTest: (node, around) => {
    const test = nodeAs(node, 'NullTest');
    const value = test?.arg === undefined ? undefined : evaluate(test.arg, around);
    return value === undefined ? undefined : (value === null) === (test?.nulltesttype === 'IS_NULL');
  },
  BooleanTest: evaluateBooleanTest,
  A_Indirection: element,
  CollateClause: (node, around) => {
    const arg = nodeAs(node, 'CollateClause')?.arg;
    return arg === undefined ? undefined : evaluate(arg, around);
  },
  SQLValueFunction: (node, { catalog }) => {
    const op = nodeAs(node, 'SQLValueFunction')?.op;
    if (op === 'SVFOP_CURRENT_SCHEMA') return catalog.searchPath[0] ?? null;
    if (op === 'SVFOP_CURRENT_DATE') return currentMoment('date', catalog.now);
    return op === 'SVFOP_CURRENT_TIMESTAMP' ? currentMoment('timestamp', catalog.now) : undefined;
  },
};

/** The value of an expression, as far as it can be told. Unknown parts make the whole unknown, unless the rest decides. */
export function evaluate(node: Node, around: Surroundings): Value {
  const tag = Object.keys(node)[0] ?? ''; // a node has exactly one key
  return evaluators[tag]?.(node, around);
}
