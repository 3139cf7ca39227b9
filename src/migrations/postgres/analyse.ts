import { type Catalog, createCatalog, findRelation } from '../catalog/catalog.ts';
import { followHeldLocks } from '../held-locks.ts';
import type { AnalysisInput, SqlFile } from '../input.ts';
import type { SourceText } from '../source-text.ts';
import type { AnalysedFile, StatementFacts } from '../statement.ts';
import { commandTag } from './command-tag.ts';
import { followLockTimeout, settingOf } from './lock-timeout.ts';
import { type ParsedPart, type ParsedStatement, parseMigration } from './parse.ts';
import { loadPostgresParser } from './parser.ts';
import { readStatement } from './readers.ts';
import { createScene } from './scene.ts';
import { type Placement, placeStatements } from './transactions.ts';

/** A view that is dropped and made anew in the transaction that the whole file is. */
function markRemade(facts: StatementFacts, catalog: Catalog): StatementFacts {
  if (!facts.changes.some(({ type }) => type === 'relation-dropped')) return facts;
  const changes = facts.changes.map((change) => {
    if (change.type !== 'relation-dropped') return change;
    const [schema, ...name] = change.relation.split('.');
    return { ...change, remade: findRelation(catalog, { schema, name: name.join('.') }) !== undefined };
  });
  return { ...facts, changes };
}

/** A statement and where it stands. */
export interface PlacedStatement {
  readonly statement: ParsedStatement;
  readonly placement: Placement;
  readonly source: SourceText;
  /** From 0, in file order. */
  readonly index: number;
}

/** Plays statements on a catalog, one after the other, and notes what each does. */
export interface Replay {
  /** A file is a session of its own: settings go back to their defaults. */
  beginFile(): void;
  step(placed: PlacedStatement): StatementFacts;
}

export function createReplay(catalog: Catalog, version: number): Replay {
  const held = followHeldLocks();
  let timeout = followLockTimeout();
  let transaction = 0;
  return {
    beginFile: () => {
      catalog.searchPath = ['public'];
      catalog.utc = true;
      timeout = followLockTimeout();
      held.beginFile();
    },
    step: ({ statement, placement, source, index }) => {
      if (transaction !== placement.transaction) held.endTransaction();
      transaction = placement.transaction;
      catalog.serial += 1;
      const { scene, result } = createScene(catalog, { text: statement.text, at: statement.at, version });
      readStatement(statement.node, scene);
      const { effects, changes, createdInSet, opaqueReason } = result();
      const facts: StatementFacts = {
        index,
        ...source.position(statement.start),
        endLine: source.position(statement.start + statement.text.length).line,
        kind: commandTag(statement.node),
        ...(opaqueReason === undefined ? {} : { opaqueReason }),
        effects,
        changes,
        createdInSet,
        scope: placement.scope,
        transaction,
        ...held.before(),
        lockTimeoutMs: timeout.current(),
        serverVersion: version,
      };
      const setting = settingOf(statement.node);
      if (setting !== undefined) timeout.apply(setting, placement.scope !== 'own');
      if (placement.control === 'end' || placement.control === 'rollback') timeout.endTransaction();
      held.take(facts);
      return facts;
    },
  };
}

/** Places the statements of a file in transactions, which are numbered through the run. */
export function createPlacing(): (parts: readonly ParsedPart[]) => readonly Omit<PlacedStatement, 'source'>[] {
  let last = { transaction: 0, shared: false };
  return (parts) => {
    let index = 0;
    return parts.flatMap((part) => {
      const placements = placeStatements(part, last);
      last = {
        transaction: placements.at(-1)?.transaction ?? last.transaction,
        shared: part.transaction === 'shared' && (placements.at(-1)?.scope ?? 'file') === 'file',
      };
      return part.statements.map((statement, at) => {
        const placement = placements[at];
        if (placement === undefined) throw new Error('a statement was not placed');
        return { statement, placement, index: index++ };
      });
    });
  };
}

/** Analyses the files in their order, on a catalog that the history before them has filled. */
export async function analysePostgres(input: AnalysisInput): Promise<readonly AnalysedFile[]> {
  await loadPostgresParser();
  const version = Number.parseInt(input.serverVersion, 10);
  const catalog = createCatalog(input.history.length > 0);
  const replay = createReplay(catalog, version);
  const place = createPlacing();
  const analyseFile = (file: SqlFile): AnalysedFile => {
    const parsed = parseMigration(file);
    replay.beginFile();
    if (parsed.error !== undefined) return { path: file.path, error: parsed.error, statements: [] };
    const { source } = parsed;
    const all = place(parsed.parts).map((placed) => replay.step({ ...placed, source }));
    return {
      path: file.path,
      statements: all.map((facts) => (facts.scope === 'file' ? markRemade(facts, catalog) : facts)),
    };
  };
  for (const file of input.history) analyseFile(file);
  catalog.origin = 'set';
  return input.files.map(analyseFile);
}
