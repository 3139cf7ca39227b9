import type { Node, RangeVar } from 'libpg-query';
import { type Catalog, relationOrAssumed } from '../catalog/catalog.ts';
import { type Index, qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Change } from '../changes.ts';
import {
  type Loss,
  type PostgresEffects,
  type PostgresLock,
  type PostgresLockMode,
  strongerMode,
  type Why,
  type Work,
} from '../effects.ts';

/** What a statement reader works with: the catalog before the statement, and where it reports what the statement does. */
export interface Scene {
  readonly catalog: Catalog;
  /** Server major version. */
  readonly version: number;
  readonly text: string;
  /** The parser's location to an offset within `text`. */
  readonly at: (location: number) => number;
  /** How many triggers deep the statement is: 0 for one of the file's own. */
  readonly firing: number;
  /** How many calls deep. */
  readonly depth: number;
  /** Statements of code inside that may still be followed. */
  readonly budget: { left: number };
  /** False where functions that the statement calls are not run, or are run by whoever reads the statement. */
  readonly runsCalls: boolean;
  /** Names of WITH queries around the statement. */
  readonly commonTables: ReadonlySet<string>;
  /** Reads a statement that this one runs. */
  read(node: Node, scene: Scene): void;
  lock(relation: Relation, mode: PostgresLockMode, why: Why): void;
  lockIndex(index: Index, mode: PostgresLockMode, why: Why): void;
  rewrite(relation: Relation, why: Why): Work;
  scan(relation: Relation, why: Why): Work;
  buildIndex(relation: Relation, index: string, why: Why): Work;
  /** @param madeInSet true where the lost thing was made by this very set */
  lose(loss: Loss, madeInSet?: boolean): void;
  /** The statement changes something of the relation, whether it locks it or not. */
  touch(relation: Relation): void;
  change(change: Change): void;
  forbidTransaction(): void;
  opaque(reason: string): void;
}

export interface SceneResult {
  readonly effects: PostgresEffects;
  readonly changes: readonly Change[];
  readonly createdInSet: ReadonlySet<string>;
  readonly touched: ReadonlySet<Relation>;
  readonly opaqueReason: string | undefined;
}

/** True when the lock says more than the one that is known: a stronger mode, or the same without needing rows. */
function outdoes(lock: PostgresLock, known: PostgresLock | undefined): boolean {
  if (known === undefined) return true;
  if (lock.mode === known.mode) return known.when !== undefined && lock.when === undefined;
  return strongerMode(known.mode, lock.mode) !== known.mode;
}

/** One lock a relation, the strongest; the explanation is that of the first that was as strong. */
function lockRecorder(catalog: Catalog) {
  const locks = new Map<string, PostgresLock>();
  const createdInSet = new Set<string>();
  const note = (name: string, origin: string): void => {
    if (origin === 'set') createdInSet.add(name);
  };
  return {
    locks,
    createdInSet,
    note,
    record(lock: PostgresLock, thing: { origin: string; madeBy: number }): void {
      if (thing.madeBy === catalog.serial) {
        // Made by this very statement, so that nobody else can see it; unless it takes the place of one that was there.
        if (!locks.has(lock.relation)) note(lock.relation, thing.origin);
        return;
      }
      if (outdoes(lock, locks.get(lock.relation))) locks.set(lock.relation, lock);
      note(lock.relation, thing.origin);
    },
  };
}

/** Statements of code inside one statement of a migration that are followed. */
const mostSteps = 50_000;

/** The same scene for what happens only for rows that are there, or only if a branch is taken. */
export function perhaps(scene: Scene, when: 'rows' | 'branch'): Scene {
  const vague = (why: Why): Why => ({ when, ...why });
  return {
    ...scene,
    lock: (relation, mode, why) => scene.lock(relation, mode, vague(why)),
    lockIndex: (index, mode, why) => scene.lockIndex(index, mode, vague(why)),
    rewrite: (relation, why) => scene.rewrite(relation, vague(why)),
    scan: (relation, why) => scene.scan(relation, vague(why)),
    buildIndex: (relation, index, why) => scene.buildIndex(relation, index, vague(why)),
    lose: (loss) => scene.lose({ when, ...loss }),
  };
}

export function createScene(
  catalog: Catalog,
  statement: Pick<Scene, 'text' | 'at' | 'version' | 'read'>,
): { scene: Scene; result: () => SceneResult } {
  const recorder = lockRecorder(catalog);
  const work = { rewrites: [] as Work[], scans: [] as Work[], indexBuilds: [] as Work[] };
  const losses: Loss[] = [];
  const touched = new Set<Relation>();
  const changes: Change[] = [];
  const reasons: string[] = [];
  let transaction: 'allowed' | 'forbidden' = 'allowed';
  const added = new Map<Work[], Map<string, number>>();
  const add = (list: Work[], relation: Relation, why: Why, index?: string): Work => {
    const name = qualifiedName(relation);
    const entry = { relation: name, ...(index === undefined ? {} : { index }), ...why };
    recorder.note(name, relation.origin);
    if (relation.madeBy === catalog.serial) return entry; // made by this very statement: there is nothing to work through
    const places = added.get(list) ?? new Map<string, number>();
    added.set(list, places);
    const key = `${name}\u0000${index ?? ''}`;
    const place = places.get(key);
    if (place === undefined) places.set(key, list.push(entry) - 1);
    else if (entry.when === undefined && list[place]?.when !== undefined) list[place] = entry;
    return entry;
  };
  const scene: Scene = {
    catalog,
    ...statement,
    firing: 0,
    depth: 0,
    budget: { left: mostSteps },
    runsCalls: true,
    commonTables: new Set(),
    lock: (relation, mode, why) => {
      // Reading and writing rows changes no definition.
      if (!['AccessShareLock', 'RowShareLock', 'RowExclusiveLock'].includes(mode)) touched.add(relation);
      recorder.record({ relation: qualifiedName(relation), mode, kind: relation.kind, ...why }, relation);
    },
    lockIndex: (index, mode, why) => {
      recorder.record({ relation: qualifiedName(index), mode, kind: 'index', ...why }, index);
    },
    rewrite: (relation, why) => add(work.rewrites, relation, why),
    scan: (relation, why) => add(work.scans, relation, why),
    buildIndex: (relation, index, why) => add(work.indexBuilds, relation, why, index),
    lose: (loss, madeInSet) => {
      if (losses.some(({ object, what }) => object === loss.object && what === loss.what)) return;
      if (madeInSet === true) recorder.note(loss.object, 'set');
      losses.push(loss);
    },
    touch: (relation) => touched.add(relation),
    change: (change) => changes.push(change),
    forbidTransaction: () => {
      transaction = 'forbidden';
    },
    opaque: (reason) => reasons.push(reason),
  };
  const result = (): SceneResult => ({
    effects: { engine: 'postgresql', locks: [...recorder.locks.values()], ...work, losses, transaction },
    changes,
    createdInSet: recorder.createdInSet,
    touched,
    opaqueReason: reasons.length > 0 ? [...new Set(reasons)].join('; ') : undefined,
  });
  return { scene, result };
}

/** The relation that a RangeVar names, made up if the catalog has not seen it. */
export function relationOf(scene: Scene, range: RangeVar | undefined, kind?: Relation['kind']): Relation {
  return relationOrAssumed(scene.catalog, rangeName(range), kind);
}

export function rangeName(range: RangeVar | undefined): { schema: string | undefined; name: string } {
  return { schema: range?.schemaname, name: range?.relname ?? '' };
}
