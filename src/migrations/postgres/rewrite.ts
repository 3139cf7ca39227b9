import type { Relation } from '../catalog/relation.ts';
import type { Why, Work } from '../effects.ts';
import type { Scene } from './scene.ts';

/** A heap rewrite reads the whole table, writes it anew and builds all its indexes. PostgreSQL: ATRewriteTables, finish_heap_swap. */
export function rewriteTable(scene: Scene, relation: Relation, why: Why): Work[] {
  const builds = [...relation.indexes].map((index) => scene.buildIndex(relation, index.name, why));
  return [scene.rewrite(relation, why), scene.scan(relation, why), ...builds];
}
