import type { Node, TypeName } from 'libpg-query';
import type { ObjectName } from '../catalog/catalog.ts';
import type { ColumnType } from '../catalog/column-type.ts';

/** The parse tree's nodes are objects of one key, the node's tag. */
export type NodeTag = Node extends infer Each ? (Each extends unknown ? keyof Each : never) : never;
export type NodeOf<Tag extends NodeTag> =
  Extract<Node, Record<Tag, unknown>> extends Record<Tag, infer Inner> ? Inner : never;

/** The node's content if it carries that tag. */
export function nodeAs<Tag extends NodeTag>(node: Node | undefined, tag: Tag): NodeOf<Tag> | undefined {
  // The one place where the tree's union is narrowed by tag; Node's own types guarantee what is under the key.
  return (node as Partial<Record<Tag, NodeOf<Tag>>> | undefined)?.[tag];
}

export function tagOf(node: Node): NodeTag {
  return Object.keys(node)[0] as NodeTag; // a node has exactly one key
}

export function stringOf(node: Node | undefined): string | undefined {
  return nodeAs(node, 'String')?.sval;
}

export function stringsOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map(stringOf).filter((text) => text !== undefined);
}

/** A List node, or a plain array, of Strings: the way in which DROP and COMMENT write names. */
export function nameParts(node: Node | undefined): string[] {
  const list = nodeAs(node, 'List');
  if (list !== undefined) return stringsOf(list.items);
  const typeName = nodeAs(node, 'TypeName');
  if (typeName !== undefined) return stringsOf(typeName.names);
  const single = stringOf(node);
  return single === undefined ? [] : [single];
}

/** `a` or `schema.a` or `database.schema.a` to a name. */
export function nameOf(parts: readonly string[]): ObjectName {
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}

export function integerOf(node: Node | undefined): number | undefined {
  const constant = nodeAs(node, 'A_Const');
  if (constant?.ival !== undefined) return constant.ival.ival ?? 0;
  const integer = nodeAs(node, 'Integer');
  return integer === undefined ? undefined : (integer.ival ?? 0);
}

/** Resolves a TypeName; `character` without a length is char(1) (PostgreSQL: gram.y, CharacterWithoutLength). */
export function columnTypeOf(typeName: TypeName | undefined): ColumnType | undefined {
  const parts = stringsOf(typeName?.names);
  const name = parts.at(-1);
  if (typeName === undefined || name === undefined) return undefined;
  const schema = parts.at(-2);
  const modifiers = (typeName.typmods ?? []).map(integerOf).filter((modifier) => modifier !== undefined);
  return {
    name,
    ...(schema !== undefined && schema !== 'pg_catalog' ? { schema } : {}),
    modifiers,
    dimensions: typeName.arrayBounds?.length ?? 0,
  };
}

/** The tree as text without positions: equal for expressions that are written alike. */
export function expressionKey(node: Node | undefined): string {
  return JSON.stringify(node, (key, value: unknown) => (key === 'location' ? undefined : value)) ?? '';
}

/**
 * Visits every node below (and at) `root`, parents first. The tree is JSON, so it has no cycles.
 * @param see gives `skip` for a node below which nothing is to be visited
 */
export function visit(root: unknown, see: (tag: string, content: Record<string, unknown>) => unknown): void {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) {
      for (let at = next.length - 1; at >= 0; at -= 1) pending.push(next[at]);
    } else if (typeof next === 'object' && next !== null) {
      const node = next as Record<string, unknown>;
      // for … in makes no pair an entry, as Object.entries does: this loop is the hottest of the analysis.
      for (const tag in node) {
        const content = node[tag];
        if (typeof content !== 'object' || content === null) continue;
        if (!Array.isArray(content) && see(tag, content as Record<string, unknown>) === 'skip') continue;
        pending.push(content);
      }
    }
  }
}
