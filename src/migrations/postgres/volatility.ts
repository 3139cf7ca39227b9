import type { Node } from 'libpg-query';
import type { Catalog, KnownFunction } from '../catalog/catalog.ts';
import { notVolatileBuiltins } from './builtin-functions.ts';
import { nodeAs, stringsOf, visit } from './node.ts';
import { isOutOfStack, parseSql } from './parser.ts';

/** PostgreSQL 12 and newer look at the default after inlining SQL functions; 11 did not. */
const inlinesSince = 12;
const maxDepth = 20;

/** A function is known by its name alone: overloads share their worst volatility. */
export function functionKey(parts: readonly string[]): string {
  return (parts.at(-1) ?? '').toLowerCase();
}

/** What a search has found out so far: functions that call each other in many ways are read once each. */
interface Search {
  readonly catalog: Catalog;
  readonly version: number;
  readonly known: Map<KnownFunction, boolean>;
}

function isVolatileCall(search: Search, parts: readonly string[], depth: number): boolean {
  const { catalog, version } = search;
  const known: KnownFunction | undefined = catalog.functions.get(functionKey(parts));
  if (known === undefined) return !notVolatileBuiltins.has(functionKey(parts)); // CREATE FUNCTION: VOLATILE is the default
  if (!known.volatile) return false;
  if (known.inlineBody === undefined || version < inlinesSince || depth >= maxDepth) return true;
  const before = search.known.get(known);
  if (before !== undefined) return before;
  search.known.set(known, true); // one that calls itself is not put in place of the call for ever
  const found = callsVolatile(bodyOf(known.inlineBody), search, depth + 1);
  search.known.set(known, found);
  return found;
}

function bodyOf(sql: string): Node | undefined {
  return parseSql(sql).stmts?.[0]?.stmt;
}

/**
 * Whether an expression calls a volatile function, so that ADD COLUMN … DEFAULT has to compute it row by row.
 * PostgreSQL: contain_volatile_functions_after_planning in ATExecAddColumn, tablecmds.c. Functions that nobody declared
 * are taken as volatile, which is what CREATE FUNCTION makes them.
 */
export function isVolatile(expression: Node | undefined, catalog: Catalog, version: number): boolean {
  return callsVolatile(expression, { catalog, version, known: new Map() }, 0);
}

function callsVolatile(expression: Node | undefined, search: Search, depth: number): boolean {
  let found = false;
  visit(expression, (tag, content) => {
    if (found || tag !== 'FuncCall') return;
    const names = (content.funcname ?? []) as Node[]; // FuncCall.funcname: list of String
    found = isVolatileCall(search, stringsOf(names), depth);
  });
  return found;
}

/** The body, if it is one SELECT of one expression: what PostgreSQL's inline_function (clauses.c) can put in place of a call. */
export function inlinableBody(sql: string): string | undefined {
  try {
    const statements = parseSql(sql).stmts ?? [];
    const select = nodeAs(statements[0]?.stmt, 'SelectStmt');
    const simple =
      statements.length === 1 &&
      select?.targetList?.length === 1 &&
      select.fromClause === undefined &&
      select.whereClause === undefined &&
      select.withClause === undefined;
    return simple ? sql : undefined;
  } catch (error) {
    if (isOutOfStack(error)) throw error;
    return undefined; // a body that does not parse is not inlined; CREATE FUNCTION itself would fail on it
  }
}
