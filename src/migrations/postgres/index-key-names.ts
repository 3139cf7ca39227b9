import type { IndexElem, Node } from 'libpg-query';
import { nodeAs, stringOf } from './node.ts';

/** What an expression is called after. PostgreSQL: FigureColnameInternal, parse_target.c. */
export function nameOfExpression(expression: Node | undefined): string | undefined {
  if (expression === undefined) return undefined;
  const reference = nodeAs(expression, 'ColumnRef');
  if (reference !== undefined) return stringOf(reference.fields?.at(-1));
  const call = nodeAs(expression, 'FuncCall');
  if (call !== undefined) return stringOf(call.funcname?.at(-1));
  const cast = nodeAs(expression, 'TypeCast');
  if (cast !== undefined) return nameOfExpression(cast.arg) ?? stringOf(cast.typeName?.names?.at(-1));
  const collated = nodeAs(expression, 'CollateClause');
  if (collated !== undefined) return nameOfExpression(collated.arg);
  if (nodeAs(expression, 'CoalesceExpr') !== undefined) return 'coalesce';
  const extreme = nodeAs(expression, 'MinMaxExpr');
  if (extreme !== undefined) return extreme.op === 'IS_GREATEST' ? 'greatest' : 'least';
  const choice = nodeAs(expression, 'CaseExpr');
  if (choice !== undefined) return nameOfExpression(choice.defresult) ?? 'case';
  const part = nodeAs(expression, 'A_Indirection');
  if (part !== undefined) return stringOf(part.indirection?.at(-1)) ?? nameOfExpression(part.arg);
  if (nodeAs(expression, 'A_ArrayExpr') !== undefined) return 'array';
  if (nodeAs(expression, 'RowExpr') !== undefined) return 'row';
  return nodeAs(expression, 'A_Expr')?.kind === 'AEXPR_NULLIF' ? 'nullif' : undefined;
}

/** The parts that an index's keys give to its name, each once. PostgreSQL: ChooseIndexColumnNames, indexcmds.c. */
export function keyNames(elements: readonly IndexElem[]): string[] {
  const names: string[] = [];
  for (const { name, expr } of elements) {
    const base = name ?? nameOfExpression(expr) ?? 'expr';
    let own = base;
    for (let number = 1; names.includes(own); number += 1) own = `${base}${number}`;
    names.push(own);
  }
  return names;
}
