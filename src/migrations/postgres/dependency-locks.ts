import type { Relation } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import type { Scene } from './scene.ts';

/** The first minor versions that were seen to do it; 15.18 and 18.4 do not, others were not measured. */
const since: Readonly<Record<number, number>> = { 15: 20, 18: 6 };

const dependency: Why = {
  reason: 'what comes to depend on it keeps it from being dropped meanwhile',
  source: 'recordMultipleDependencies, pg_depend.c (measured on 15.20 and 18.6)',
};

/** Newer minor versions lock, lightly, a relation that a new default, view or the like depends on. */
export function lockDependency(relation: Relation | undefined, scene: Scene): void {
  const minor = scene.catalog.serverMinor;
  const first = since[scene.version];
  if (relation === undefined || minor === undefined || first === undefined || minor < first) return;
  scene.lock(relation, 'AccessShareLock', dependency);
}
