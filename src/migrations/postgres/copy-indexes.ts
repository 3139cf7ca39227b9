import { addIndex, findIndex, findRelation } from '../catalog/catalog.ts';
import type { Constraint, Index, Relation } from '../catalog/relation.ts';
import { freeName } from './object-name.ts';
import type { Scene } from './scene.ts';

/** Tables, indexes, views and sequences share their names. */
export function isRelationName(scene: Scene, schema: string, name: string): boolean {
  const { catalog } = scene;
  return findIndex(catalog, { schema, name }) !== undefined || findRelation(catalog, { schema, name }) !== undefined;
}

/** PostgreSQL: ChooseIndexName, indexcmds.c. */
export function chooseIndexName(scene: Scene, table: Relation, labels: readonly string[], label: string): string {
  const columns = label === 'pkey' ? [] : labels;
  const taken = (name: string): boolean => isRelationName(scene, table.schema, name);
  return freeName(scene.catalog, { table: table.name, columns, label }, taken);
}

const suffixes: Partial<Record<Constraint['kind'], string>> = { 'primary key': 'pkey', unique: 'key', exclude: 'excl' };

/** The constraint that the index is there for. */
export function carriedBy(index: Index): Constraint | undefined {
  return [...index.table.constraints.values()].find((constraint) => constraint.index === index);
}

/** Whether it is a part of an index on the partitioned table above. */
export function isAttached(index: Index): boolean {
  return index.table.parents.some(({ indexes }) => [...indexes].some(({ children }) => children.includes(index)));
}

/** An index of the table that does what `wanted` does and belongs to no other. PostgreSQL: CompareIndexInfo, index.c. */
export function matchingIndex(table: Relation, wanted: Index, constrains: boolean): Index | undefined {
  const spell = ({ unique, columns, shape }: Index): string => JSON.stringify([unique, shape ?? columns]);
  return [...table.indexes].find(
    (each) =>
      spell(each) === spell(wanted) &&
      !isAttached(each) &&
      (!constrains || carriedBy(each)?.kind === carriedBy(wanted)?.kind),
  );
}

/** The name that a copy of the index gets on the table. */
export function copiedName(scene: Scene, index: Index, table: Relation): string {
  return chooseIndexName(scene, table, index.labels, suffixes[carriedBy(index)?.kind ?? 'check'] ?? 'idx');
}

function copyIndex(scene: Scene, index: Index, table: Relation): Index {
  const { columns, labels, unique, calls, expressionColumns, shape, nullsNotDistinct, fingerprint, mayFail } = index;
  const name = copiedName(scene, index, table);
  const plain = { name, table, unique, labels, calls, shape, nullsNotDistinct, fingerprint, mayFail };
  return addIndex(scene.catalog, { ...plain, columns: [...columns], expressionColumns: [...expressionColumns] });
}

function copyCarried(index: Index, copy: Index, parent: Constraint | undefined): void {
  const carried = carriedBy(index);
  if (carried === undefined) return;
  const { table, name } = copy;
  table.constraints.set(name, { ...carried, columns: [...carried.columns], name, table, index: copy, parent });
}

/** Indexes and the constraints that they carry, as LIKE INCLUDING INDEXES copies them. */
export function copyIndexes(source: Relation, table: Relation, scene: Scene): void {
  for (const index of source.indexes) copyCarried(index, copyIndex(scene, index, table), undefined);
}

/**
 * Gives a partition, and those below it, the indexes of its parent; one that matches is taken over.
 * @returns those that are built. PostgreSQL: AttachPartitionEnsureIndexes, tablecmds.c
 */
export function ensureIndexes(parent: Relation, partition: Relation, scene: Scene): Index[] {
  const made: Index[] = [];
  for (const index of parent.indexes) {
    const carried = carriedBy(index);
    const standing = matchingIndex(partition, index, carried !== undefined);
    const own = standing ?? copyIndex(scene, index, partition);
    index.children.push(own);
    if (standing === undefined) {
      copyCarried(index, own, carried);
      made.push(own);
    } else {
      const constraint = carriedBy(standing);
      if (constraint !== undefined) constraint.parent = carried;
    }
  }
  const below = partition.children.filter(({ partition: bound }) => bound !== undefined);
  const deeper = below.flatMap((child) => ensureIndexes({ ...partition, indexes: new Set(made) }, child, scene));
  return [...made, ...deeper].filter(({ table }) => table.kind !== 'partitioned table');
}

/** The index and those attached below it. */
export function withAttached(index: Index): Index[] {
  const found = new Set([index]);
  for (const each of found) for (const child of each.children) found.add(child);
  return [...found];
}
