import type { Change } from '../changes.ts';
import type { MysqlEffects, MysqlLock, RelationKind, Why, Work } from '../effects.ts';
import type { Cost } from './alteration-cost.ts';
import type { TableName } from './ast.ts';
import { type MysqlCatalog, reportName } from './tables.ts';

/** What a statement reader works with, as in postgres/scene.ts, in MySQL's terms. */
export interface MysqlScene {
  readonly catalog: MysqlCatalog;
  readonly text: string;
  readonly mariadb: boolean;
  readonly version: number;
  /** Notes the table and gives its report name. */
  name(table: TableName): string;
  lock(relation: string, mode: MysqlLock['mode'], held: MysqlLock['held'], why: Why, kind?: RelationKind): void;
  work(list: 'rewrites' | 'scans' | 'indexBuilds', relation: string, why: Why, index?: string): Work;
  cost(cost: Cost): void;
  change(change: Change): void;
  opaque(reason: string): void;
}

export interface MysqlResult {
  readonly effects: MysqlEffects;
  readonly changes: readonly Change[];
  readonly createdInSet: ReadonlySet<string>;
  readonly opaqueReason: string | undefined;
}

export function createMysqlScene(
  catalog: MysqlCatalog,
  statement: { text: string; mariadb: boolean; version: number },
): { scene: MysqlScene; result: () => MysqlResult } {
  const locks: MysqlLock[] = [];
  const lists = { rewrites: [] as Work[], scans: [] as Work[], indexBuilds: [] as Work[] };
  const changes: Change[] = [];
  const createdInSet = new Set<string>();
  let way: Cost | undefined;
  let opaqueReason: string | undefined;
  const scene: MysqlScene = {
    catalog,
    ...statement,
    name: (table) => {
      const name = reportName(catalog, table);
      if (catalog.tables.get(name)?.createdInSet === true) createdInSet.add(name);
      return name;
    },
    lock: (relation, mode, held, why, kind = 'table') => locks.push({ relation, mode, held, kind, ...why }),
    work: (list, relation, why, index) => {
      const entry = { relation, ...(index === undefined ? {} : { index }), ...why };
      lists[list].push(entry);
      return entry;
    },
    cost: (cost) => {
      way = cost;
    },
    change: (change) => changes.push(change),
    opaque: (reason) => {
      opaqueReason = reason;
    },
  };
  const result = (): MysqlResult => ({
    effects: {
      engine: 'mysql',
      locks,
      ...lists,
      losses: [],
      transaction: 'allowed',
      ...(way === undefined ? {} : { algorithm: way.algorithm, concurrency: way.concurrency }),
    },
    changes,
    createdInSet,
    opaqueReason,
  });
  return { scene, result };
}
