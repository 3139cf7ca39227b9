import { type Catalog, createCatalog, findRelation } from '../catalog/catalog.ts';
import { followHeldLocks } from '../held-locks.ts';
import type { AnalysisInput, SqlFile } from '../input.ts';
import type { AnalysedFile, StatementFacts } from '../statement.ts';
import { commandTag } from './command-tag.ts';
import { followLockTimeout, settingOf } from './lock-timeout.ts';
import { loadPostgresParser, type ParsedFile, parsePostgres } from './parse.ts';
import { readStatement } from './readers.ts';
import { createScene } from './scene.ts';
import { type Placement, placeStatements } from './transactions.ts';

type Parsed = Extract<ParsedFile, { error?: undefined }>;

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

/** Replays one parsed file on the catalog and notes what each statement does. */
function analyseStatements(parsed: Parsed, catalog: Catalog, version: number): StatementFacts[] {
  const placements = placeStatements(parsed.statements);
  const timeout = followLockTimeout();
  const held = followHeldLocks();
  let previous: Placement | undefined;
  const all = parsed.statements.flatMap((statement, index): StatementFacts[] => {
    const placement = placements[index];
    if (placement === undefined) return [];
    if (previous?.transaction !== placement.transaction) held.endTransaction();
    previous = placement;
    catalog.serial += 1;
    const { scene, result } = createScene(catalog, { text: statement.text, at: statement.at, version });
    readStatement(statement.node, scene);
    const { effects, changes, createdInSet, opaqueReason } = result();
    const facts: StatementFacts = {
      index,
      ...parsed.source.position(statement.start),
      endLine: parsed.source.position(statement.start + statement.text.length).line,
      kind: commandTag(statement.node),
      ...(opaqueReason === undefined ? {} : { opaqueReason }),
      effects,
      changes,
      createdInSet,
      scope: placement.scope,
      ...held.before(),
      lockTimeoutMs: timeout.current(),
      serverVersion: version,
    };
    const setting = settingOf(statement.node);
    if (setting !== undefined) timeout.apply(setting, placement.scope !== 'own');
    if (placement.control === 'end' || placement.control === 'rollback') timeout.endTransaction();
    held.take(facts);
    return [facts];
  });
  return all.map((facts) => (facts.scope === 'file' ? markRemade(facts, catalog) : facts));
}

function analyseFile(file: SqlFile, catalog: Catalog, version: number): AnalysedFile {
  const parsed = parsePostgres(file.sql);
  catalog.searchPath = ['public']; // each file is a session of its own
  catalog.utc = true;
  if (parsed.error !== undefined) return { path: file.path, error: parsed.error, statements: [] };
  return { path: file.path, statements: analyseStatements(parsed, catalog, version) };
}

/** Analyses the files in their order, on a catalog that the history before them has filled. */
export async function analysePostgres(input: AnalysisInput): Promise<readonly AnalysedFile[]> {
  await loadPostgresParser();
  const version = Number.parseInt(input.serverVersion, 10);
  const catalog = createCatalog(input.history.length > 0);
  for (const file of input.history) analyseFile(file, catalog, version);
  catalog.origin = 'set';
  return input.files.map((file) => analyseFile(file, catalog, version));
}
