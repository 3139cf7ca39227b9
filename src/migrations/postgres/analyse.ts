import { type Catalog, createCatalog } from '../catalog/catalog.ts';
import type { AnalysisInput, SqlFile, Within } from '../input.ts';
import { mostEffects, mostFileUnits, mostStatements } from '../limits.ts';
import type { AnalysedFile, FileError, FileFacts, StatementFacts } from '../statement.ts';
import { asCommitted, asLeft, droppedColumns } from './afterwards.ts';
import { type NeedsParser, type ParsedMigration, parseMigration } from './parse.ts';
import { isOutOfStack, isParserReady, loadPostgresParser } from './parser.ts';
import { followRollback } from './rollback.ts';
import { createSessions, type Observe, type Session, type Sessions } from './session.ts';
import { settle } from './settle.ts';

/** `14.2` to 2; undefined where only the major is given. */
function minorOf(serverVersion: string): number | undefined {
  const minor = /^\d+\.(\d+)/.exec(serverVersion)?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** Counts what is kept for the report; says no when it is more than a run may hold. */
function createBudget() {
  let statements = 0;
  let effects = 0;
  return (facts: StatementFacts): string | undefined => {
    const { locks, rewrites, scans, indexBuilds } = facts.effects;
    statements += 1;
    effects += locks.length + rewrites.length + scans.length + indexBuilds.length;
    if (statements > mostStatements) {
      return `more than ${mostStatements} statements in one run: judge fewer files at once, or split the file`;
    }
    if (effects > mostEffects) {
      return `more than ${mostEffects} locks and other effects in one run: judge fewer files at once, or split the file`;
    }
    return undefined;
  };
}

type Budget = ReturnType<typeof createBudget>;

/** One statement, or why the file cannot be gone on with. */
function stepSafely(session: Session, index: number, budget: Budget): StatementFacts | string {
  try {
    const facts = session.step(index);
    return budget(facts) ?? facts;
  } catch (error) {
    if (isOutOfStack(error)) return 'nested too deeply to be analysed';
    throw error;
  }
}

function* parseSafely(file: SqlFile): NeedsParser<ParsedMigration | { error: FileError }> {
  if (file.sql.length > mostFileUnits) {
    const megabytes = mostFileUnits / 1024 / 1024;
    return { error: { message: `larger than ${megabytes} million characters: split the file`, line: 1, column: 1 } };
  }
  if (!isParserReady()) yield; // the file before may have stopped it
  const parsed = parseMigration(file);
  if (parsed.error === undefined || parsed.tooDeep === undefined) return parsed;
  return { error: yield* parsed.tooDeep() };
}

interface Run {
  readonly catalog: Catalog;
  readonly sessions: Sessions;
  readonly budget: Budget;
}

function* analyseFile(file: SqlFile, { catalog, sessions, budget }: Run): NeedsParser<FileFacts> {
  const { path } = file;
  const parsed = yield* parseSafely(file);
  if (parsed.error !== undefined) return { path, error: parsed.error, statements: [] };
  const session = sessions.open(parsed, path, file.sameSession);
  const statements: StatementFacts[] = [];
  let committed = 0;
  for (const [index, { statement, placement }] of session.statements.entries()) {
    if (!isParserReady()) yield;
    const facts = stepSafely(session, index, budget);
    if (typeof facts === 'string') {
      return { path, error: { message: facts, ...parsed.source.position(statement.start) }, statements: [] };
    }
    statements.push(facts);
    if (session.statements[index + 1]?.placement.transaction === placement.transaction) continue;
    for (; committed < statements.length; committed += 1) {
      statements[committed] = asCommitted(statements[committed] ?? facts, catalog);
    }
  }
  const dropped = droppedColumns(statements);
  return { path, statements: statements.map((facts) => asLeft(facts, catalog, dropped)) };
}

function* analyseFiles(input: AnalysisInput): NeedsParser<readonly AnalysedFile[]> {
  const catalog = createCatalog(input.history.length > 0);
  catalog.serverMinor = minorOf(input.serverVersion);
  let observer: Observe | undefined;
  const observe: Observe = (facts, touched) => observer?.(facts, touched);
  const sessions = createSessions(catalog, Number.parseInt(input.serverVersion, 10), input.session, observe);
  for (const file of input.history) yield* analyseFile(file, { catalog, sessions, budget: () => undefined });
  catalog.origin = 'set';
  const budget = createBudget();
  const rollback = followRollback(catalog, function* play(file, seen) {
    observer = seen;
    return yield* analyseFile(file, { catalog, sessions, budget });
  });
  const analysed: FileFacts[] = [];
  for (const file of input.files) analysed.push(yield* rollback.file(file));
  return yield* rollback.judge(settle(analysed, catalog));
}

/** Analyses the files in their order, on a catalog that the history before them has filled. */
export async function analysePostgres(input: AnalysisInput, within: Within): Promise<readonly AnalysedFile[]> {
  const work = analyseFiles(input);
  for (;;) {
    await loadPostgresParser();
    const step = within(() => work.next());
    if (step.done) return step.value;
  }
}
