import type { RangeVar } from 'libpg-query';
import { findRelation } from '../catalog/catalog.ts';
import { plannedOnly, type ReadStatement, readNested } from './do-block.ts';
import { readPlpgsql } from './plpgsql.ts';
import { rangeName, type Scene } from './scene.ts';
import { functionKey } from './volatility.ts';

/** Bits of pg_trigger.tgtype. PostgreSQL: trigger.h. */
export const triggerEvents = { insert: 4, delete: 8, update: 16, truncate: 32 } as const;

/** Triggers that fire triggers are followed this far; a chain that is longer is a loop. */
const deepest = 3;

/**
 * Locks that the table's triggers bring about when rows are written: static SQL in the bodies of their PL/pgSQL
 * functions is read as if every branch ran. Only its locks count; what it reads depends on the rows.
 */
export function fireTriggers(
  range: RangeVar | undefined,
  event: keyof typeof triggerEvents,
  scene: Scene,
  read: ReadStatement,
): void {
  const table = findRelation(scene.catalog, rangeName(range));
  if (table === undefined || scene.firing >= deepest) return;
  const inside: Scene = {
    ...plannedOnly(scene),
    // What a statement-level trigger does without rows is not told apart.
    lock: (relation, mode, why) => scene.lock(relation, mode, { ...why, when: 'rows' }),
    firing: scene.firing + 1,
    opaque: () => undefined,
  };
  for (const { calls, events } of table.triggers.values()) {
    const body = scene.catalog.functions.get(functionKey([calls]))?.plpgsqlBody;
    if ((events & triggerEvents[event]) === 0 || body === undefined) continue;
    const { statements, opaque } = readPlpgsql(body, 'trigger');
    for (const reason of opaque) scene.opaque(`trigger function ${calls}: ${reason}`);
    for (const statement of statements) readNested(statement, inside, read);
  }
}
