import { qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Loss } from '../effects.ts';
import type { Scene } from './scene.ts';

/** Rows or values of a relation (of one column of it) are gone for good; what is temporary was nobody's. */
export function loseData(scene: Scene, relation: Relation, reason: string, source: string, column?: string): void {
  lose(scene, relation, { what: 'data', reason, source }, column);
}

/** A definition is gone: to have it back somebody has to know it. @param part the column, constraint, trigger … of the relation */
export function loseObject(scene: Scene, relation: Relation, reason: string, source: string, part?: string): void {
  lose(scene, relation, { what: 'object', reason, source }, part);
}

function lose(scene: Scene, relation: Relation, loss: Omit<Loss, 'object'>, part: string | undefined): void {
  if (relation.persistence === 'temporary' || relation.madeBy === scene.catalog.serial) return;
  const name = qualifiedName(relation);
  const made = relation.origin === 'set' || relation.columns.get(part ?? '')?.origin === 'set';
  scene.lose({ ...loss, object: part === undefined ? name : `${name}.${part}` }, made);
}
