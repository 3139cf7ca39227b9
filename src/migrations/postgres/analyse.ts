import { type Catalog, createCatalog, findRelation } from '../catalog/catalog.ts';
import type { AnalysisInput, SqlFile } from '../input.ts';
import type { AnalysedFile, StatementFacts } from '../statement.ts';
import { loadPostgresParser, parseMigration } from './parse.ts';
import { createSessions } from './session.ts';

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

/** Analyses the files in their order, on a catalog that the history before them has filled. */
export async function analysePostgres(input: AnalysisInput): Promise<readonly AnalysedFile[]> {
  await loadPostgresParser();
  const catalog = createCatalog(input.history.length > 0);
  const sessions = createSessions(catalog, Number.parseInt(input.serverVersion, 10));
  const analyseFile = (file: SqlFile): AnalysedFile => {
    const parsed = parseMigration(file);
    if (parsed.error !== undefined) return { path: file.path, error: parsed.error, statements: [] };
    const session = sessions.open(parsed, file.path);
    const statements = session.statements.map((_, index) => session.step(index));
    return {
      path: file.path,
      statements: statements.map((facts) => (facts.scope === 'file' ? markRemade(facts, catalog) : facts)),
    };
  };
  for (const file of input.history) analyseFile(file);
  catalog.origin = 'set';
  return input.files.map(analyseFile);
}
