import type { InsertStmt, Node, RangeVar } from 'libpg-query';
import { findRelation } from '../catalog/catalog.ts';
import { qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Trigger } from '../catalog/table-part.ts';
import type { Why, Work } from '../effects.ts';
import { nodeAs } from './node.ts';
import { runDefinition } from './plpgsql/call-function.ts';
import type { Value } from './plpgsql/value.ts';
import { perhaps, rangeName, type Scene } from './scene.ts';
import { functionKey } from './volatility.ts';

/** Bits of pg_trigger.tgtype. PostgreSQL: trigger.h. */
const triggerEvents = { insert: 4, delete: 8, update: 16, truncate: 32 } as const;
export type TriggerEvent = keyof typeof triggerEvents;

const timings: Readonly<Record<number, string>> = { 0: 'AFTER', 2: 'BEFORE', 64: 'INSTEAD OF' };

/** Triggers that fire triggers are followed this far; a chain that is longer is a loop. */
const deepest = 3;

/** A trigger's reads depend on rows, and what it changes is no change of definition: only its locks count. */
function locksOnly(scene: Scene): Scene {
  const nothing = (relation: Relation, why: Why): Work => ({ relation: qualifiedName(relation), ...why });
  return { ...scene, scan: nothing, change: () => undefined };
}

/** The variables of a trigger function. PostgreSQL: documentation, 43.10.1. */
function variablesOf(name: string, trigger: Trigger, table: Relation, event: TriggerEvent): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ['tg_op', event.toUpperCase()],
    ['tg_name', name],
    ['tg_when', timings[trigger.timing ?? 0]],
    ['tg_level', trigger.row ? 'ROW' : 'STATEMENT'],
    ['tg_relid', { is: 'object', of: 'relation', schema: table.schema, name: table.name }],
    ['tg_relname', table.name],
    ['tg_table_name', table.name],
    ['tg_table_schema', table.schema],
    ['tg_nargs', trigger.args.length],
    ['tg_argv', { is: 'list', items: trigger.args, from: 0 }],
  ]);
}

/**
 * Locks that a table's triggers bring about. Those for each row fire only for rows that are there.
 * @param columns those that an UPDATE assigns; undefined for all
 */
export function fireTriggersOf(
  table: Relation,
  event: TriggerEvent,
  columns: readonly string[] | undefined,
  scene: Scene,
): void {
  if (scene.firing >= deepest || !scene.runsCalls) return;
  for (const [name, trigger] of table.triggers) {
    const definition = scene.catalog.functions.get(functionKey([trigger.calls]))?.plpgsql;
    if ((trigger.events & triggerEvents[event]) === 0 || definition === undefined || trigger.disabled === true)
      continue;
    const touched = columns === undefined || trigger.columns.length === 0;
    if (event === 'update' && !touched && !trigger.columns.some((column) => columns.includes(column))) continue;
    const inside: Scene = {
      ...locksOnly(trigger.row ? perhaps(scene, 'rows') : scene),
      firing: scene.firing + 1,
      opaque: (reason) => scene.opaque(`trigger function ${trigger.calls}: ${reason}`),
    };
    runDefinition(definition, [], inside, variablesOf(name, trigger, table, event));
  }
}

function assigned(list: readonly Node[] | undefined): string[] {
  return (list ?? []).map((each) => nodeAs(each, 'ResTarget')?.name).filter((name) => name !== undefined);
}

/** Triggers of the table that a statement writes to; with ON CONFLICT DO UPDATE those for updates as well. */
export function fireTriggers(
  statement: {
    readonly relation?: RangeVar;
    readonly targetList?: readonly Node[];
    readonly onConflictClause?: InsertStmt['onConflictClause'];
  },
  event: TriggerEvent,
  scene: Scene,
): void {
  const table = findRelation(scene.catalog, rangeName(statement.relation));
  if (table === undefined) return;
  fireTriggersOf(table, event, event === 'update' ? assigned(statement.targetList) : undefined, scene);
  const conflict = statement.onConflictClause;
  if (conflict?.action === 'ONCONFLICT_UPDATE') fireTriggersOf(table, 'update', assigned(conflict.targetList), scene);
}
