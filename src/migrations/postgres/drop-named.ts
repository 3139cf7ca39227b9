import type { DropStmt, Node } from 'libpg-query';
import { type Catalog, type ObjectName, removeType } from '../catalog/catalog.ts';
import { qualifiedName } from '../catalog/relation.ts';
import type { FunctionDropped } from '../changes/guarantees.ts';
import type { Why } from '../effects.ts';
import { loseData, loseObject } from './losses.ts';
import { dropNamedType } from './named-type.ts';
import { nodeAs, stringsOf } from './node.ts';
import { dropOther } from './other-object.ts';
import { quoteIdentifier, quoteRelation } from './quote.ts';
import { dropRoutine } from './routine.ts';
import type { Scene } from './scene.ts';
import { functionKey } from './volatility.ts';

const onTable: Why = { reason: 'what is dropped belongs to the table', source: 'get_object_address, objectaddress.c' };

const functionWords: Readonly<Record<string, FunctionDropped['what']>> = {
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_AGGREGATE: 'aggregate',
};

/** DROP FUNCTION … CASCADE takes the triggers along that call it. */
export function dropFunction(scene: Scene, node: Node, statement: DropStmt): void {
  const parts = stringsOf(nodeAs(node, 'ObjectWithArgs')?.objname);
  const name = parts.at(-1) ?? '';
  const known = scene.catalog.functions.get(functionKey(parts));
  scene.catalog.functions.delete(functionKey(parts));
  if (known?.origin !== 'set' && (known !== undefined || statement.missing_ok !== true || !scene.catalog.complete)) {
    scene.change({
      type: 'function-dropped',
      relation: parts.join('.'),
      table: parts.map(quoteIdentifier).join('.'),
      what: functionWords[statement.removeType ?? ''] ?? 'function',
      cascade: statement.behavior === 'DROP_CASCADE',
      forTrigger: known?.returnsTrigger,
      work: [],
    });
  }
  dropRoutine(nodeAs(node, 'ObjectWithArgs'), scene, statement.missing_ok === true);
  if (statement.behavior !== 'DROP_CASCADE') return;
  for (const relation of scene.catalog.relations.values()) {
    const calls = [...relation.triggers].filter(([, { calls: called }]) => called === name);
    if (calls.length > 0) scene.lock(relation, 'AccessExclusiveLock', onTable);
    for (const [trigger] of calls) {
      loseObject(scene, relation, 'the trigger goes with its function', 'performDeletion, dependency.c', trigger);
      relation.triggers.delete(trigger);
    }
  }
}

export function dropExtension(scene: Scene, name: string, statement: DropStmt): void {
  const extension = quoteIdentifier(name);
  const cascade = statement.behavior === 'DROP_CASCADE';
  scene.change({ type: 'extension-dropped', relation: name, table: extension, extension, cascade, work: [] });
  dropOther(scene, 'OBJECT_EXTENSION', { String: { sval: name } }, statement.missing_ok === true);
}

/** DROP STATISTICS locks the table that they are about. */
export function dropStatistics(scene: Scene, name: ObjectName): void {
  for (const relation of scene.catalog.relations.values()) {
    if (relation.statistics.delete(name.name)) scene.lock(relation, 'ShareUpdateExclusiveLock', onTable);
  }
}

export function dropType(catalog: Catalog, name: ObjectName, scene: Scene, statement: DropStmt): void {
  dropNamedType(name, scene, statement.missing_ok === true);
  removeType(catalog, name);
  if (statement.behavior !== 'DROP_CASCADE') return;
  for (const relation of catalog.relations.values()) {
    if (relation.ofType === name.name) scene.lock(relation, 'AccessExclusiveLock', onTable);
    const columns = [...relation.columns.values()].filter((column) => column.type?.name === name.name);
    if (columns.length === 0) continue;
    scene.lock(relation, 'AccessExclusiveLock', onTable);
    for (const { name: column } of columns) {
      loseData(scene, relation, 'the column goes with its type', 'performDeletion, dependency.c', column);
      relation.columns.delete(column);
      const [table, dropped] = [quoteRelation(relation), quoteIdentifier(column)];
      scene.change({ type: 'column-dropped', relation: qualifiedName(relation), table, column: dropped, work: [] });
    }
  }
}
