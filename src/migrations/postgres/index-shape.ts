import type { IndexElem, IndexStmt, Node } from 'libpg-query';
import type { Index, IndexShape } from '../catalog/relation.ts';
import { nodeAs, stringsOf } from './node.ts';

/** A node without its places in the text, so that equal expressions are equal. */
function normalised(node: unknown): string {
  return node === undefined ? '' : JSON.stringify(node, (key, value) => (key === 'location' ? undefined : value));
}

/** A plain column is its name; all that makes a key differ (operator class, collation, order, expression) is kept. */
function keyOf(element: IndexElem): string {
  const { name, ordering, nulls_ordering, opclass, collation, expr } = element;
  const descending = ordering === 'SORTBY_DESC';
  const special = nulls_ordering !== undefined && nulls_ordering !== 'SORTBY_NULLS_DEFAULT';
  if (name !== undefined && !descending && !special && opclass === undefined && collation === undefined) return name;
  return normalised({ name, descending, special, opclass: stringsOf(opclass), collation: stringsOf(collation), expr });
}

function elementsOf(nodes: readonly Node[] | undefined): IndexElem[] {
  return (nodes ?? []).map((node) => nodeAs(node, 'IndexElem')).filter((each) => each !== undefined);
}

/** What an index can be used for, in a form that can be compared. */
export function shapeOf(statement: IndexStmt): IndexShape {
  return {
    method: statement.accessMethod ?? 'btree',
    keys: elementsOf(statement.indexParams).map(keyOf),
    include: elementsOf(statement.indexIncludingParams).map(keyOf),
    where: normalised(statement.whereClause),
    nullsNotDistinct: statement.nulls_not_distinct === true,
  };
}

/** The shape of an index behind a UNIQUE constraint or a primary key. */
export function plainShape(columns: readonly string[]): IndexShape {
  return { method: 'btree', keys: [...columns], include: [], where: '', nullsNotDistinct: false };
}

/**
 * Whether `standing` does all that the new index would do. A longer key serves where a shorter one would (documentation,
 * 11.3 "Multicolumn Indexes"), but does not make the shorter one unique.
 */
export function covers(standing: Index, wanted: IndexShape, unique: boolean): 'same' | 'longer' | undefined {
  const shape = standing.shape;
  if (shape === undefined || shape.method !== wanted.method || shape.where !== wanted.where) return undefined;
  if (!wanted.keys.every((key, at) => shape.keys[at] === key)) return undefined;
  if (!wanted.include.every((key) => shape.include.includes(key))) return undefined;
  const equal = shape.keys.length === wanted.keys.length;
  const stricter = standing.unique && shape.nullsNotDistinct === wanted.nullsNotDistinct;
  if (unique && !(equal && stricter)) return undefined;
  if (equal) return 'same';
  return shape.method === 'btree' ? 'longer' : undefined;
}
