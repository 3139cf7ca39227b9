import type { IndexElem, Node } from 'libpg-query';
import { nodeAs, stringOf } from './node.ts';

interface Figured {
  readonly name: string;
  /** A function's or a column's name goes before that of the type around it. */
  readonly strong: boolean;
}

function strong(name: string | undefined): Figured | undefined {
  return name === undefined ? undefined : { name, strong: true };
}

/** Expressions that are called after what they are. */
function figureKeyword(expression: Node): Figured | undefined {
  if (nodeAs(expression, 'CoalesceExpr') !== undefined) return strong('coalesce');
  if (nodeAs(expression, 'A_ArrayExpr') !== undefined) return strong('array');
  if (nodeAs(expression, 'RowExpr') !== undefined) return strong('row');
  const extreme = nodeAs(expression, 'MinMaxExpr');
  if (extreme !== undefined) return strong(extreme.op === 'IS_LEAST' ? 'least' : 'greatest');
  return nodeAs(expression, 'A_Expr')?.kind === 'AEXPR_NULLIF' ? strong('nullif') : undefined;
}

function figure(expression: Node | undefined): Figured | undefined {
  if (expression === undefined) return undefined;
  const reference = nodeAs(expression, 'ColumnRef');
  if (reference !== undefined) return strong(stringOf(reference.fields?.at(-1)));
  const call = nodeAs(expression, 'FuncCall');
  if (call !== undefined) return strong(stringOf(call.funcname?.at(-1)));
  const cast = nodeAs(expression, 'TypeCast');
  if (cast !== undefined) {
    const type = stringOf(cast.typeName?.names?.at(-1));
    return figure(cast.arg) ?? (type === undefined ? undefined : { name: type, strong: false });
  }
  const collated = nodeAs(expression, 'CollateClause');
  if (collated !== undefined) return figure(collated.arg);
  const field = nodeAs(expression, 'A_Indirection');
  if (field !== undefined) return strong(stringOf(field.indirection?.at(-1))) ?? figure(field.arg);
  const chosen = nodeAs(expression, 'CaseExpr');
  if (chosen === undefined) return figureKeyword(expression);
  const inner = figure(chosen.defresult);
  return inner?.strong === true ? inner : { name: 'case', strong: false };
}

/** What an expression is called after. PostgreSQL: FigureColnameInternal, parse_target.c. */
export function nameOfExpression(expression: Node | undefined): string | undefined {
  return figure(expression)?.name;
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
