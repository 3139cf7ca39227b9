import type { RangeVar } from 'libpg-query';
import { findRelation, type KnownFunction } from '../catalog/catalog.ts';
import { type NestedSql, parseNested, plannedOnly, type ReadStatement, readNested } from './do-block.ts';
import { readPlpgsql } from './plpgsql.ts';
import { rangeName, type Scene } from './scene.ts';
import { functionKey } from './volatility.ts';

/** Bits of pg_trigger.tgtype. PostgreSQL: trigger.h. */
export const triggerEvents = { insert: 4, delete: 8, update: 16, truncate: 32 } as const;

/** Triggers that fire triggers are followed this far; a chain that is longer is a loop. */
const deepest = 3;

interface TriggerBody {
  readonly statements: readonly NestedSql[];
  readonly opaque: readonly string[];
}

/** A function is parsed once, however often its trigger fires. CREATE OR REPLACE makes another object. */
const bodies = new WeakMap<KnownFunction, TriggerBody>();

function bodyOf(called: KnownFunction, text: string): TriggerBody {
  const known = bodies.get(called);
  if (known !== undefined) return known;
  const { statements, opaque } = readPlpgsql(text, 'trigger');
  const body = { statements: statements.map(parseNested), opaque };
  bodies.set(called, body);
  return body;
}

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
    const called = scene.catalog.functions.get(functionKey([calls]));
    if ((events & triggerEvents[event]) === 0 || called?.plpgsqlBody === undefined) continue;
    const { statements, opaque } = bodyOf(called, called.plpgsqlBody);
    for (const reason of opaque) scene.opaque(`trigger function ${calls}: ${reason}`);
    for (const statement of statements) readNested(statement, inside, read);
  }
}
