import type { Node } from 'libpg-query';
import { createIndex } from './create-index.ts';
import { type NodeOf, type NodeTag, tagOf } from './node.ts';
import type { Scene } from './scene.ts';

type Readers = { readonly [Tag in NodeTag]?: (statement: NodeOf<Tag>, scene: Scene) => void };

/** One reader a statement; each belongs to the file of its family. */
const readers: Readers = {
  IndexStmt: createIndex,
};

/** Reads one statement into the scene; what no reader knows is opaque, never silently empty. */
export function readStatement(node: Node, scene: Scene): void {
  const tag = tagOf(node);
  // The reader under a tag takes that tag's content: the mapped type above says so, a lookup by a union cannot.
  const read = readers[tag] as ((content: unknown, scene: Scene) => void) | undefined;
  if (read === undefined) scene.opaque(`no reader for ${tag}: its effects are not known`);
  else read((node as Record<string, unknown>)[tag], scene);
}
