import type { Node } from 'libpg-query';
import { nodeAs, stringsOf, visit } from '../node.ts';
import type { TemplateValue } from './value.ts';

/** Stands in names of which only a part is known; no keyboard types it by accident. */
export const nameHole = '…';

/**
 * SQL text in which what is known only at run time is replaced by something that parses in its place: a name with a mark
 * in it, a NULL. Undefined where the unknown part could be any piece of SQL.
 */
export function fillHoles({ parts }: TemplateValue): string | undefined {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else if (part.hole === 'literal') text += 'NULL';
    else if (part.hole === 'identifier') text += nameHole;
    else return undefined;
  }
  return text;
}

/** Whether the statement is about a relation of whose name nothing is known. */
export function namesUnknown(statement: Node): boolean {
  let found = false;
  visit(statement, (_, content) => {
    if (content.relname === nameHole) found = true;
  });
  const objects = nodeAs(statement, 'DropStmt')?.objects ?? [];
  return found || objects.some((each) => stringsOf(nodeAs(each, 'List')?.items).at(-1) === nameHole);
}
