import type { Node } from 'libpg-query';
import { isOutOfStack, parseSql } from './parser.ts';

/** SQL that stands inside another statement, parsed. */
export type NestedSql = { readonly nodes: readonly Node[] } | { readonly problem: string };

/** As many texts are remembered: code inside runs again and again, in loops and triggers. */
const mostRemembered = 2000;
/** Longer texts are not: they are rarely met twice. */
const longestRemembered = 20_000;

const remembered = new Map<string, NestedSql>();

function parse(sql: string): NestedSql {
  try {
    return { nodes: (parseSql(sql).stmts ?? []).map(({ stmt }) => stmt).filter((stmt) => stmt !== undefined) };
  } catch (error) {
    if (isOutOfStack(error)) throw error;
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Statements of a text. What was parsed lately is given again: the tree is never changed. */
export function parseNested(sql: string): NestedSql {
  const known = remembered.get(sql);
  if (known !== undefined) return known;
  const parsed = parse(sql);
  if (sql.length > longestRemembered) return parsed;
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(sql, parsed);
  return parsed;
}
