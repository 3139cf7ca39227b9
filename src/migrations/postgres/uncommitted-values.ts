import type { Node } from 'libpg-query';
import { findRelation } from '../catalog/catalog.ts';
import { columnTypeOf, nodeAs, visit } from './node.ts';
import type { Scene } from './scene.ts';

/** Names of the types that the statement speaks of: those it writes, and those of the columns of its tables. */
function typesIn(statement: Node, scene: Scene): ReadonlySet<string> {
  const names = new Set<string>();
  visit(statement, (_, content) => {
    if (Array.isArray(content.names)) {
      const type = columnTypeOf(content); // a TypeName, under whichever key
      if (type !== undefined) names.add(type.name);
    }
    if (typeof content.relname !== 'string') return;
    const schema = typeof content.schemaname === 'string' ? content.schemaname : undefined;
    const relation = findRelation(scene.catalog, { schema, name: content.relname });
    for (const { type } of relation?.columns.values() ?? []) if (type !== undefined) names.add(type.name);
  });
  return names;
}

/**
 * Names the statements of a transaction that use an enum value which it has itself added: the server refuses them.
 * PostgreSQL: check_safe_enum_use, enum.c.
 */
export function noteUncommittedValues(statement: Node, scene: Scene): void {
  const { values } = scene.catalog.uncommitted;
  if (values.size === 0 || nodeAs(statement, 'AlterEnumStmt') !== undefined) return;
  const types = typesIn(statement, scene);
  const used = new Set<string>();
  visit(statement, (tag, content) => {
    if (tag !== 'A_Const') return;
    const written = (content.sval as { sval?: string } | undefined)?.sval; // A_Const.sval: String
    const added = written === undefined ? undefined : values.get(written);
    if (added === undefined || used.has(added.value) || !types.has(added.typeName)) return;
    used.add(added.value);
    const { value, typeName } = added;
    scene.change({ type: 'enum-value-used', relation: typeName, table: typeName, value, work: [] });
  });
}
