import type { Catalog } from '../../catalog/catalog.ts';
import type { Constraint, Relation } from '../../catalog/relation.ts';
import type { Value } from './value.ts';

/** One row; a column that is left out is there, but its value is not known. */
export type CatalogRow = Readonly<Record<string, Value>>;

/** Rows of one of the server's own tables or views. `perhaps`: rows of which only that much is known, if they are there at all. */
export interface CatalogTable {
  readonly rows: (catalog: Catalog, version: number) => readonly CatalogRow[];
  readonly perhaps?: (catalog: Catalog) => readonly CatalogRow[];
}

export function relationsOf({ relations }: Catalog): readonly Relation[] {
  return [...relations.values()];
}

export function relationsOfKind(catalog: Catalog, ...kinds: readonly Relation['kind'][]): readonly Relation[] {
  return relationsOf(catalog).filter(({ kind }) => kinds.includes(kind));
}

/** Relations of which not all columns, constraints and indexes are known. */
export function incompleteRelations(catalog: Catalog): readonly Relation[] {
  return relationsOf(catalog).filter(({ complete }) => !complete);
}

export function constraintsOf(catalog: Catalog): readonly Constraint[] {
  return relationsOf(catalog).flatMap(({ constraints }) => [...constraints.values()]);
}

export function schemaNames(catalog: Catalog): readonly string[] {
  return [...new Set(['pg_catalog', 'information_schema', ...catalog.schemas.keys()])];
}
