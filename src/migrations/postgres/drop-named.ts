import type { DropStmt, Node } from 'libpg-query';
import { findType, type ObjectName, removeType } from '../catalog/catalog.ts';
import type { FunctionDropped } from '../changes/guarantees.ts';
import type { Why } from '../effects.ts';
import { dropColumnsOf, dropUsersOfFunction, withDomainsOver } from './drop-type.ts';
import { loseObject } from './losses.ts';
import { dropNamedType } from './named-type.ts';
import { nodeAs, stringsOf } from './node.ts';
import { dropOther } from './other-object.ts';
import { quoteIdentifier } from './quote.ts';
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
  dropUsersOfFunction(scene, name);
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

/** DROP TYPE and DROP DOMAIN; CASCADE takes columns along, and domains over a domain with theirs. */
export function dropType(scene: Scene, name: ObjectName, statement: DropStmt): void {
  const { catalog } = scene;
  const cascade = statement.behavior === 'DROP_CASCADE';
  const gone =
    cascade && findType(catalog, name) !== undefined ? withDomainsOver(catalog, name.name) : new Set([name.name]);
  for (const each of gone) {
    const dropped = each === name.name ? name : { schema: undefined, name: each };
    dropNamedType(dropped, scene, statement.missing_ok === true);
    removeType(catalog, dropped);
  }
  if (cascade) dropColumnsOf(scene, gone);
}
