import { createCatalog } from '../catalog/catalog.ts';
import type { AnalysisInput, SqlFile } from '../input.ts';
import type { AnalysedFile, StatementFacts } from '../statement.ts';
import { asCommitted, asLeft, droppedColumns } from './afterwards.ts';
import { parseMigration } from './parse.ts';
import { loadPostgresParser } from './parser.ts';
import { createSessions } from './session.ts';
import { settle } from './settle.ts';

/** `14.2` to 2; undefined where only the major is given. */
function minorOf(serverVersion: string): number | undefined {
  const minor = /^\d+\.(\d+)/.exec(serverVersion)?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** Analyses the files in their order, on a catalog that the history before them has filled. */
export async function analysePostgres(input: AnalysisInput): Promise<readonly AnalysedFile[]> {
  await loadPostgresParser();
  const catalog = createCatalog(input.history.length > 0);
  catalog.serverMinor = minorOf(input.serverVersion);
  const sessions = createSessions(catalog, Number.parseInt(input.serverVersion, 10), input.session);
  const analyseFile = (file: SqlFile): AnalysedFile => {
    const parsed = parseMigration(file);
    if (parsed.error !== undefined) return { path: file.path, error: parsed.error, statements: [] };
    const session = sessions.open(parsed, file.path);
    const statements: StatementFacts[] = [];
    let committed = 0;
    session.statements.forEach(({ placement }, index) => {
      statements.push(session.step(index));
      if (session.statements[index + 1]?.placement.transaction === placement.transaction) return;
      const whole = statements.splice(committed).map((facts) => asCommitted(facts, catalog));
      committed += whole.length;
      statements.push(...whole);
    });
    const dropped = droppedColumns(statements);
    return { path: file.path, statements: statements.map((facts) => asLeft(facts, catalog, dropped)) };
  };
  for (const file of input.history) analyseFile(file);
  catalog.origin = 'set';
  return settle(input.files.map(analyseFile), catalog);
}
