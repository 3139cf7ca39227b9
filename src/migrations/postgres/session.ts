import type { Catalog } from '../catalog/catalog.ts';
import type { Relation } from '../catalog/relation.ts';
import { followHeldLocks, type HeldLocks } from '../held-locks.ts';
import { defaultSessionStart, ignoring, type SessionStart } from '../session-start.ts';
import type { SourceText } from '../source-text.ts';
import type { StatementFacts } from '../statement.ts';
import { commandTag } from './command-tag.ts';
import { followLockTimeout, settingOf } from './lock-timeout.ts';
import type { ParsedMigration, ParsedPart, ParsedStatement } from './parse.ts';
import { readStatement } from './readers.ts';
import { createScene, type SceneResult } from './scene.ts';
import { isUtc, resetSession } from './schema.ts';
import { followSettings } from './session-settings.ts';
import { type OpenTransaction, type Placement, placeStatements } from './transactions.ts';
import { noteUncommittedValues } from './uncommitted-values.ts';
import { noteWriting } from './writing.ts';

export type ReadableMigration = Extract<ParsedMigration, { error?: undefined }>;

/** A statement and the transaction that it runs in. */
export interface PlacedStatement {
  readonly statement: ParsedStatement;
  readonly placement: Placement;
}

/** One file at work on a catalog. */
export interface Session {
  /** The statements of the file's parts, in their order. */
  readonly statements: readonly PlacedStatement[];
  /**
   * Says what the file's statement of that index does, and does it to the catalog. Statements come in their order; one
   * that the server has refused is left out, and the catalog stays what it was.
   */
  step(index: number): StatementFacts;
}

/** Opens one file after the other on a catalog. A transaction that files share, and what it holds, goes on from one to the next. */
export interface Sessions {
  /**
   * Starts a file: each is a session of its own, with the settings of a new connection.
   * @param goesOn true for one that goes on in the session of the file before it
   */
  open(migration: ReadableMigration, path?: string, goesOn?: boolean): Session;
}

/** Does one statement to the catalog. */
function play({ statement, placement }: PlacedStatement, catalog: Catalog, version: number): SceneResult {
  catalog.serial += 1;
  const { scene, result } = createScene(catalog, {
    text: statement.text,
    at: statement.at,
    version,
    read: readStatement,
  });
  noteUncommittedValues(statement.node, scene);
  readStatement(statement.node, scene);
  noteWriting(statement.node, scene);
  const { oddity } = placement;
  if (oddity !== undefined) scene.change({ type: 'transaction-odd', relation: '', table: '', oddity, work: [] });
  return result();
}

/** Told after each statement of the relations of which it may have changed something. */
export type Observe = (facts: StatementFacts, touched: ReadonlySet<Relation>) => void;

/** What a run carries from file to file. */
interface Run {
  readonly catalog: Catalog;
  readonly version: number;
  readonly held: HeldLocks;
  readonly withIgnored: ReturnType<typeof ignoring>;
  readonly observe: Observe;
  /** The transaction of the last statement. */
  transaction: number;
}

/** What SET has set so far in a file. */
function followSession({ lockTimeoutMs }: SessionStart) {
  const timeout = followLockTimeout(lockTimeoutMs);
  const settings = followSettings();
  return {
    current: () => ({ lockTimeoutMs: timeout.current(), settings: settings.current() }),
    follow({ statement, placement }: PlacedStatement): void {
      const setting = settingOf(statement.node);
      const inTransaction = placement.scope !== 'own';
      if (setting !== undefined) {
        timeout.apply(setting, inTransaction);
        settings.apply(setting, inTransaction);
      }
      if (placement.control !== 'end' && placement.control !== 'rollback') return;
      timeout.endTransaction();
      settings.endTransaction();
    },
  };
}

function enterTransaction(run: Run, transaction: number): void {
  if (run.transaction !== transaction) {
    run.held.endTransaction();
    run.catalog.uncommitted.enums.clear();
    run.catalog.uncommitted.values.clear();
  }
  run.transaction = transaction;
}

function openSession(
  run: Run,
  { source, statements }: { source: SourceText; statements: readonly PlacedStatement[] },
  session: ReturnType<typeof followSession>,
): Session {
  function factsOf(placed: PlacedStatement, index: number): { facts: StatementFacts; touched: ReadonlySet<Relation> } {
    const { statement, placement } = placed;
    const { effects, changes, createdInSet, opaqueReason, touched } = play(placed, run.catalog, run.version);
    const end = statement.start + statement.text.length;
    const facts: StatementFacts = {
      index,
      ...source.position(statement.start),
      endLine: source.position(end).line,
      start: statement.start,
      end,
      kind: commandTag(statement.node),
      ...(opaqueReason === undefined ? {} : { opaqueReason }),
      effects,
      changes,
      createdInSet: run.withIgnored(effects.locks, createdInSet),
      scope: placement.scope,
      transaction: placement.transaction,
      ...run.held.before(),
      ...session.current(),
      serverVersion: run.version,
    };
    return { facts, touched };
  }

  return {
    statements,
    step: (index) => {
      const placed = statements[index];
      if (placed === undefined) throw new RangeError(`no statement ${index} in the file`);
      enterTransaction(run, placed.placement.transaction);
      const { facts, touched } = factsOf(placed, index);
      session.follow(placed);
      run.held.take(facts);
      run.observe(facts, touched);
      return facts;
    },
  };
}

/** @param start what a new connection begins with */
export function createSessions(
  catalog: Catalog,
  version: number,
  start: SessionStart = defaultSessionStart,
  observe: Observe = () => undefined,
): Sessions {
  const held = followHeldLocks();
  const run: Run = { catalog, version, held, withIgnored: ignoring(start.ignoreTables), observe, transaction: 0 };
  const place = createPlacing();
  let session = followSession(start);
  return {
    open: ({ source, parts }, path = '', goesOn = false) => {
      if (!goesOn) {
        resetSettings(catalog, start);
        session = followSession(start);
      }
      held.beginFile(path);
      return openSession(run, { source, statements: place(parts) }, session);
    },
  };
}

function resetSettings(catalog: Catalog, { searchPath, timeZone }: SessionStart): void {
  catalog.sessionStart = { searchPath, utc: isUtc(timeZone) };
  resetSession(catalog);
  catalog.prepared.clear();
}

/** What a part leaves open for the next one. */
function leftBy(part: ParsedPart, end: Placement | undefined, last: OpenTransaction): OpenTransaction {
  if (end === undefined) {
    const openTo = part.goesOn === true ? last.openTo : part.transaction === 'shared' ? 'shared' : 'none';
    return { ...last, openTo };
  }
  const { transaction, scope, control } = end;
  const open = scope !== 'own' && control !== 'end' && control !== 'rollback';
  if (open && part.goesOn === true) return { transaction, openTo: 'next', scope };
  return { transaction, openTo: open && scope === 'file' && part.transaction === 'shared' ? 'shared' : 'none' };
}

/** Places the statements of parts in transactions, which are numbered through the run. */
function createPlacing(): (parts: readonly ParsedPart[]) => readonly PlacedStatement[] {
  let last: OpenTransaction = { transaction: 0, openTo: 'none' };
  return (parts) =>
    parts.flatMap((part) => {
      const placements = placeStatements(part, last);
      last = leftBy(part, placements.at(-1), last);
      return part.statements.flatMap((statement, at) => {
        const placement = placements[at];
        return placement === undefined ? [] : [{ statement, placement }];
      });
    });
}
