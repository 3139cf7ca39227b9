import type { Node } from 'libpg-query';
import { stringsOf, visit } from './node.ts';

/** Functions that an expression or a query calls, by name. */
export function calledIn(node: unknown): string[] {
  const found: string[] = [];
  visit(node, (tag, content) => {
    if (tag !== 'FuncCall') return;
    const name = stringsOf(content.funcname as Node[] | undefined).at(-1); // FuncCall.funcname: list of String
    if (name !== undefined) found.push(name.toLowerCase());
  });
  return found;
}
