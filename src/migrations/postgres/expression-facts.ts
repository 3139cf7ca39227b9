import type { A_Expr, Node } from 'libpg-query';
import type { Demand } from '../catalog/demand.ts';
import type { Standard } from '../catalog/relation.ts';
import { nodeAs, stringOf, stringsOf, visit } from './node.ts';
import { functionKey } from './volatility.ts';

const positions = /^(location|stmt_location|stmt_len|(rexpr_)?list_(start|end))$/;

/** The tree without positions: equal for expressions that are written alike. */
export function fingerprint(node: unknown): string {
  return JSON.stringify(node, (key, value) => (positions.test(key) ? undefined : value)) ?? '';
}

/** Column names that an expression mentions. */
export function columnsIn(node: unknown): string[] {
  const names = new Set<string>();
  visit(node, (tag, content) => {
    if (tag !== 'ColumnRef') return;
    const fields = (content.fields ?? []) as Node[]; // ColumnRef.fields: String or A_Star
    const last = nodeAs(fields.at(-1), 'String')?.sval;
    names.add(last ?? '*');
  });
  return [...names];
}

/** A constant's text, through casts: `'new'::status` is `new`, `-1` is `-1`; undefined for NULL and what is no constant. */
export function constantOf(node: Node | undefined): string | undefined {
  const cast = nodeAs(node, 'TypeCast');
  if (cast !== undefined) return constantOf(cast.arg);
  const constant = nodeAs(node, 'A_Const');
  if (constant === undefined || constant.isnull === true) return undefined;
  if (constant.ival !== undefined) return String(constant.ival.ival ?? 0);
  if (constant.boolval !== undefined) return String(constant.boolval.boolval ?? false);
  return constant.sval?.sval ?? constant.fval?.fval ?? (constant.sval === undefined ? undefined : '');
}

function isNull(node: Node | undefined): boolean {
  return nodeAs(nodeAs(node, 'TypeCast')?.arg ?? node, 'A_Const')?.isnull === true;
}

const distinctFunctions = new Set([
  'nextval',
  'gen_random_uuid',
  'uuid_generate_v1',
  'uuid_generate_v4',
  'uuidv4',
  'uuidv7',
]);

/** What a DEFAULT gives; undefined for none and for NULL. */
export function standardOf(node: Node | undefined): Standard | undefined {
  if (node === undefined || isNull(node)) return undefined;
  const constant = constantOf(node);
  if (constant !== undefined) return { kind: 'constant', constant };
  const call = nodeAs(node, 'FuncCall');
  const distinct = call !== undefined && distinctFunctions.has(functionKey(stringsOf(call.funcname)));
  return { kind: distinct ? 'distinct' : 'computed' };
}

/** Functions of one value that give null for null and fail for none. */
const harmless = new Set(
  (
    'lower upper initcap length char_length character_length octet_length btrim ltrim rtrim left right md5 reverse ' +
    'now clock_timestamp statement_timestamp transaction_timestamp jsonb_typeof json_typeof array_length cardinality jsonb_array_length to_tsvector starts_with strpos abs'
  ).split(' '),
);
const forgiving = new Set(['coalesce', 'concat', 'concat_ws', 'num_nonnulls', 'num_nulls', 'setweight', 'nullif']);
const safeOperators = new Set(['=', '<>', '!=', '<', '>', '<=', '>=', '||', '->', '->>', '#>', '#>>', '@>', '?', '@@']);

/** Whether computing the expression may fail for some values, so that writing a row fails that was fine before. */
export function mayFail(node: unknown): boolean {
  let risky = false;
  visit(node, (tag, content) => {
    if (tag === 'FuncCall') {
      const name = functionKey(stringsOf(content.funcname as Node[] | undefined)); // FuncCall.funcname: list of String
      if (!harmless.has(name) && !forgiving.has(name)) risky = true;
    }
    if (tag === 'A_Expr' && content.kind === 'AEXPR_OP') {
      if (!safeOperators.has(stringsOf(content.name as Node[] | undefined).join('.'))) risky = true; // A_Expr.name: list of String
    }
    if (tag === 'TypeCast') {
      const type = stringsOf((content.typeName as { names?: Node[] } | undefined)?.names).at(-1); // TypeCast.typeName: TypeName
      const fixed = constantOf(content.arg as Node | undefined) !== undefined; // TypeCast.arg: Node
      if (!fixed && type !== 'text' && type !== 'varchar') risky = true;
    }
  });
  return risky;
}

function columnOf(node: Node | undefined): string | undefined {
  const cast = nodeAs(node, 'TypeCast');
  return stringOf(nodeAs(cast?.arg ?? node, 'ColumnRef')?.fields?.at(-1));
}

/** The constants of a list; undefined if one is none. */
function constantsOf(nodes: readonly Node[] | undefined): readonly string[] | undefined {
  const all = (nodes ?? []).map(constantOf);
  const known = all.filter((each) => each !== undefined);
  return known.length === all.length && all.length > 0 ? known : undefined;
}

/** True for an expression that is null as soon as one of its columns is, so that a CHECK of it passes then. */
function isStrict(node: unknown): boolean {
  let strict = true;
  visit(node, (tag, content) => {
    if (/^(NullTest|BooleanTest|CoalesceExpr|CaseExpr|BoolExpr|SubLink|MinMaxExpr|RowExpr|A_ArrayExpr)$/.test(tag))
      strict = false;
    if (tag === 'A_Expr' && !['AEXPR_OP', 'AEXPR_LIKE', 'AEXPR_ILIKE', 'AEXPR_IN'].includes(String(content.kind)))
      strict = false;
    const names = tag === 'FuncCall' ? stringsOf(content.funcname as Node[] | undefined) : []; // FuncCall.funcname: list of String
    if (names.length > 0 && !harmless.has(functionKey(names))) strict = false;
  });
  return strict;
}

const flipped: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=', '=': '=', '<>': '<>' };

function compared(expression: A_Expr): Demand | undefined {
  const operator = stringsOf(expression.name).at(-1) ?? '';
  const { kind, lexpr, rexpr } = expression;
  const column = columnOf(lexpr);
  if (kind === 'AEXPR_IN' && operator === '=' && column !== undefined) {
    const values = constantsOf(nodeAs(rexpr, 'List')?.items);
    return values === undefined ? undefined : { type: 'one of', column, values };
  }
  if (kind === 'AEXPR_OP_ANY' && operator === '=' && column !== undefined) {
    const array = nodeAs(nodeAs(rexpr, 'TypeCast')?.arg ?? rexpr, 'A_ArrayExpr');
    const values = constantsOf(array?.elements);
    return values === undefined ? undefined : { type: 'one of', column, values };
  }
  if (kind === 'AEXPR_BETWEEN' && column !== undefined) {
    const [low, high] = constantsOf(nodeAs(rexpr, 'List')?.items) ?? [];
    if (low === undefined || high === undefined) return undefined;
    const bounds = [
      { type: 'compare', column, operator: '>=', value: low },
      { type: 'compare', column, operator: '<=', value: high },
    ] as const;
    return { type: 'all', of: bounds };
  }
  if (kind !== 'AEXPR_OP') return undefined;
  const right = constantOf(rexpr);
  const left = constantOf(lexpr);
  if (column !== undefined && right !== undefined && operator in flipped)
    return { type: 'compare', column, operator, value: right };
  const other = columnOf(rexpr);
  const turned = flipped[operator];
  if (other === undefined || left === undefined || turned === undefined) return undefined;
  return { type: 'compare', column: other, operator: turned, value: left };
}

/** What a CHECK asks for, as far as it compares columns with constants. */
export function demandOf(node: Node | undefined): Demand {
  const both = nodeAs(node, 'BoolExpr');
  if (both?.boolop === 'AND_EXPR') return { type: 'all', of: (both.args ?? []).map(demandOf) };
  if (both?.boolop === 'OR_EXPR') return { type: 'any', of: (both.args ?? []).map(demandOf) };
  const test = nodeAs(node, 'NullTest');
  const tested = columnOf(test?.arg);
  if (test?.nulltesttype === 'IS_NOT_NULL' && tested !== undefined) return { type: 'not null', column: tested };
  const expression = nodeAs(node, 'A_Expr');
  const known = expression === undefined ? undefined : compared(expression);
  if (known !== undefined) return known;
  const allows = test?.nulltesttype === 'IS_NULL' && tested !== undefined;
  return { type: 'other', columns: columnsIn(node), strict: allows || isStrict(node) };
}
