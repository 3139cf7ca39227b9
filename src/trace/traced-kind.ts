import type { Node } from 'libpg-query';
import { commandTag } from '../migrations/postgres/command-tag.ts';
import { nodeAs } from '../migrations/postgres/node.ts';

/** `AT_AddColumn` to `add column`. */
function subcommand(subtype: string | undefined): string {
  return (subtype ?? '')
    .replace(/^AT_/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
}

/** The command tag; for ALTER TABLE with what it alters, `several` where that is more than one thing. */
export function tracedKind(node: Node): string {
  const commands = nodeAs(node, 'AlterTableStmt')?.cmds ?? [];
  const names = new Set(commands.map((each) => subcommand(nodeAs(each, 'AlterTableCmd')?.subtype)));
  const rename = nodeAs(node, 'RenameStmt');
  const tag = commandTag(node);
  if (rename !== undefined) return `${tag} rename`;
  if (names.size === 0) return tag;
  return `${tag} ${names.size === 1 ? [...names][0] : 'several'}`;
}
