import { type Catalog, createCatalog, findRelation } from '../catalog/catalog.ts';
import type { AnalysisInput, SqlFile } from '../input.ts';
import type { AnalysedFile, StatementFacts } from '../statement.ts';
import { loadPostgresParser, parsePostgres } from './parse.ts';
import { openSession } from './session.ts';

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

/** Replays one file on the catalog and notes what each statement does. */
function analyseFile(file: SqlFile, catalog: Catalog, version: number): AnalysedFile {
  const parsed = parsePostgres(file.sql);
  if (parsed.error !== undefined) return { path: file.path, error: parsed.error, statements: [] };
  const session = openSession(parsed, catalog, version);
  const statements = parsed.statements.map((_, index) => session.step(index));
  return {
    path: file.path,
    statements: statements.map((facts) => (facts.scope === 'file' ? markRemade(facts, catalog) : facts)),
  };
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
