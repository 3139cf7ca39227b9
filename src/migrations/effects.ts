/**
 * What a SQL statement does to the database, as a union by engine: PostgreSQL's eight table-lock modes and MySQL's
 * algorithm with its metadata locks do not fit one list. Plain data; rules read it through `blockage` and the like, and
 * never name a mode.
 */

/** Weakest first. PostgreSQL: documentation, 13.3.1 "Table-Level Locks". */
export const postgresLockModes = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const;
export type PostgresLockMode = (typeof postgresLockModes)[number];

/** Weakest first. MySQL: performance_schema.metadata_locks, column LOCK_TYPE. */
export const mysqlLockModes = [
  'SHARED_READ',
  'SHARED_WRITE',
  'SHARED_UPGRADABLE',
  'SHARED_NO_WRITE',
  'EXCLUSIVE',
] as const;
export type MysqlLockMode = (typeof mysqlLockModes)[number];

export const relationKinds = [
  'table',
  'partitioned table',
  'index',
  'sequence',
  'view',
  'materialized view',
  'foreign table',
] as const;
export type RelationKind = (typeof relationKinds)[number];

/** One line of explanation, and where the fact comes from: a source function or a documentation section. */
export interface Why {
  readonly reason: string;
  readonly source: string;
  /**
   * Absent for what happens in any case. `rows`: only for rows that are there, as for a key that is checked. `branch`: only
   * if code inside takes a branch, which cannot be told from the statement.
   */
  readonly when?: 'rows' | 'branch';
}

export interface PostgresLock extends Why {
  /** Schema-qualified, as in `public.payments`. */
  readonly relation: string;
  readonly mode: PostgresLockMode;
  readonly kind: RelationKind;
}

export interface MysqlLock extends Why {
  readonly relation: string;
  readonly mode: MysqlLockMode;
  readonly kind: RelationKind;
  /** `briefly`: while the definition is swapped; `throughout`: as long as the statement works. */
  readonly held: 'briefly' | 'throughout';
}

/** Work whose time grows with the size of `relation`: a heap rewrite, a full scan, an index build. */
export interface Work extends Why {
  readonly relation: string;
  /** The index that is built, where there is one with a name. */
  readonly index?: string;
}

/** What is gone after the statement, and cannot be had back by running the reverse. */
export interface Loss extends Why {
  /** `data`: rows or values. `object`: a definition that others may use (an index, a constraint, a view, a privilege). */
  readonly what: 'data' | 'object';
  /** Schema-qualified; a column as `public.payments.note`. */
  readonly object: string;
}

interface Shared {
  readonly rewrites: readonly Work[];
  readonly scans: readonly Work[];
  readonly indexBuilds: readonly Work[];
  readonly losses: readonly Loss[];
  /** `forbidden`: the server refuses the statement inside a transaction block. */
  readonly transaction: 'allowed' | 'forbidden';
}

export interface PostgresEffects extends Shared {
  readonly engine: 'postgresql';
  readonly locks: readonly PostgresLock[];
}

export interface MysqlEffects extends Shared {
  readonly engine: 'mysql';
  readonly locks: readonly MysqlLock[];
  /** The cheapest ALGORITHM that the server accepts for the statement; absent for statements that take none. */
  readonly algorithm?: 'INSTANT' | 'NOCOPY' | 'INPLACE' | 'COPY';
  /** The weakest LOCK clause that the server accepts with that algorithm. */
  readonly concurrency?: 'NONE' | 'SHARED' | 'EXCLUSIVE';
}

export type Effects = PostgresEffects | MysqlEffects;
export type Lock = Effects['locks'][number];

/** What others can no longer do with a relation while a lock on it is held. Ordered: the first is the worst. */
export type Blockage = 'reads and writes' | 'writes' | 'nothing';

/** PostgreSQL: lock conflict table, 13.3.1. A SELECT takes AccessShare, a write RowExclusive. */
export function blockage(lock: Pick<Lock, 'mode'>): Blockage {
  switch (lock.mode) {
    case 'AccessExclusiveLock':
    case 'EXCLUSIVE':
      return 'reads and writes';
    case 'ShareLock':
    case 'ShareRowExclusiveLock':
    case 'ExclusiveLock':
    case 'SHARED_NO_WRITE':
      return 'writes';
    default:
      return 'nothing';
  }
}

/**
 * For each mode the weakest mode that it conflicts with; it conflicts with all that are stronger, too.
 * PostgreSQL: documentation, 13.3.1, table 13.2 "Conflicting Lock Modes". Share is the one mode that does not conflict with
 * itself but with a weaker one.
 */
const conflictsFrom: Readonly<Record<PostgresLockMode, PostgresLockMode>> = {
  AccessShareLock: 'AccessExclusiveLock',
  RowShareLock: 'ExclusiveLock',
  RowExclusiveLock: 'ShareLock',
  ShareUpdateExclusiveLock: 'ShareUpdateExclusiveLock',
  ShareLock: 'RowExclusiveLock',
  ShareRowExclusiveLock: 'RowExclusiveLock',
  ExclusiveLock: 'RowShareLock',
  AccessExclusiveLock: 'AccessShareLock',
};

/** Whether two transactions cannot hold these modes on one relation at the same time. */
export function conflicts(one: PostgresLockMode, other: PostgresLockMode): boolean {
  if (one === 'ShareLock' && other === 'ShareLock') return false;
  return postgresLockModes.indexOf(other) >= postgresLockModes.indexOf(conflictsFrom[one]);
}

/** What a transaction that writes rows holds on their table. PostgreSQL: documentation, 13.3.1. */
export const writersMode: PostgresLockMode = 'RowExclusiveLock';

/** The mode as LOCK TABLE … IN … MODE spells it. */
export function spellMode(mode: PostgresLockMode): string {
  return mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
}

/** True when the lock lasts as long as the statement (and, in PostgreSQL, to the end of its transaction). */
export function lasts(lock: Lock): boolean {
  return !('held' in lock) || lock.held === 'throughout';
}

/** The stronger of two modes of one engine. */
export function strongerMode(one: PostgresLockMode, other: PostgresLockMode): PostgresLockMode {
  return postgresLockModes.indexOf(one) >= postgresLockModes.indexOf(other) ? one : other;
}
