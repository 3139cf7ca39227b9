import type { Node, PartitionBoundSpec } from 'libpg-query';
import type { Relation } from '../catalog/relation.ts';
import { expressionKey, nodeAs, stringOf } from './node.ts';
import { parseSql } from './parser.ts';
import { quoteIdentifier } from './quote.ts';

/** The constant as SQL; undefined for MINVALUE, MAXVALUE and for expressions, which are computed when the partition is made. */
function literal(node: Node): string | undefined {
  const value = nodeAs(node, 'A_Const');
  if (value?.ival !== undefined) return String(value.ival.ival ?? 0);
  if (value?.fval !== undefined) return value.fval.fval;
  if (value?.boolval !== undefined) return String(value.boolval.boolval === true);
  return value?.sval === undefined ? undefined : `'${(value.sval.sval ?? '').replaceAll("'", "''")}'`;
}

function isUnlimited(node: Node): boolean {
  const word = stringOf(nodeAs(node, 'ColumnRef')?.fields?.[0]);
  return word === 'minvalue' || word === 'maxvalue';
}

function listCondition(column: string, values: readonly Node[]): string | undefined {
  const literals = values.map(literal);
  if (literals.some((each) => each === undefined)) return undefined; // NULL among them, or an expression
  return `${column} IS NOT NULL AND ${column} IN (${literals.join(', ')})`;
}

function rangeCondition(column: string, lower: Node, upper: Node): string | undefined {
  const parts = [`${column} IS NOT NULL`];
  for (const [node, sign] of [
    [lower, '>='],
    [upper, '<'],
  ] as const) {
    if (isUnlimited(node)) continue;
    const value = literal(node);
    if (value === undefined) return undefined;
    parts.push(`${column} ${sign} ${value}`);
  }
  return parts.join(' AND ');
}

/**
 * What every row of the partition fulfils, as the condition of a CHECK that spares the reading (PostgreSQL: ALTER TABLE,
 * ATTACH PARTITION). Undefined for hash partitions, keys of several columns and keys that are not known.
 */
export function boundCondition(bound: PartitionBoundSpec | undefined, keys: readonly string[]): string | undefined {
  const [key] = keys;
  if (bound === undefined || key === undefined || keys.length > 1) return undefined;
  const column = quoteIdentifier(key);
  const [lower] = bound.lowerdatums ?? [];
  const [upper] = bound.upperdatums ?? [];
  if (bound.strategy === 'l') return listCondition(column, bound.listdatums ?? []);
  if (bound.strategy !== 'r' || lower === undefined || upper === undefined) return undefined;
  return rangeCondition(column, lower, upper);
}

function keyOf(condition: string): string {
  const select = nodeAs(parseSql(`SELECT ${condition}`).stmts?.[0]?.stmt, 'SelectStmt');
  return expressionKey(nodeAs(select?.targetList?.[0], 'ResTarget')?.val);
}

/**
 * Whether a valid CHECK of the default partition says, word for word, that none of its rows fulfils the condition. The server
 * proves more than that (ConstraintImpliedByRelConstraint, tablecmds.c); the form of the safer way was measured on 15.
 */
export function hasProvenOpposite(table: Relation, condition: string | undefined): boolean {
  if (condition === undefined) return false;
  const valid = [...table.constraints.values()].filter(
    (each) => each.kind === 'check' && each.validated && each.enforced,
  );
  if (valid.length === 0) return false;
  const key = keyOf(`NOT (${condition})`);
  return valid.some(({ expression }) => expression === key);
}
