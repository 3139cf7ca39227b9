import { createCatalog } from '../migrations/catalog/catalog.ts';
import type { PostgresEffects } from '../migrations/effects.ts';
import type { SqlFile, UnreadableFile } from '../migrations/input.ts';
import { settingOf } from '../migrations/postgres/lock-timeout.ts';
import { nodeAs, tagOf } from '../migrations/postgres/node.ts';
import { type ParsedStatement, parseMigration } from '../migrations/postgres/parse.ts';
import { loadPostgresParser } from '../migrations/postgres/parser.ts';
import { createSessions, type Session } from '../migrations/postgres/session.ts';
import type { Placement } from '../migrations/postgres/transactions.ts';
import type { SourceText } from '../migrations/source-text.ts';
import { type Comparison, compareEffects } from './compare.ts';
import { type Refusal, sessionSettings, type TraceDatabase } from './database.ts';
import { createObserver, type Observation, type Observed, type Observer } from './observe.ts';
import { passedOver } from './passed-over.ts';
import { holdsQueries, readsAsPlanned } from './planned.ts';
import { createFiller, type Filler } from './rows.ts';
import { tracedKind } from './traced-kind.ts';

export interface TracedStatement {
  readonly path: string;
  readonly line: number;
  /** The command tag; ALTER TABLE with its subcommand. */
  readonly kind: string;
  readonly text: string;
  readonly outcome:
    | { readonly status: 'passed over'; readonly reason: string }
    | { readonly status: 'refused'; readonly refusal: Refusal }
    | ({
        readonly status: 'compared';
        readonly claimed: PostgresEffects;
        readonly observed: Observation;
        /** Why the analysis says that it does not know all. */
        readonly opaqueReason?: string;
      } & Comparison);
}

/** What is run: text without byte order marks, in the order in which it runs. */
export interface Migrations {
  readonly files: readonly SqlFile[];
  readonly unreadable: readonly UnreadableFile[];
}

export interface Replay {
  readonly statements: readonly TracedStatement[];
  readonly unreadable: readonly UnreadableFile[];
}

/** Keeps what SET LOCAL says up to the end of the file's own transaction, though each statement has one to itself. */
function followLocalSettings(database: TraceDatabase) {
  const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  const before = new Map<string, string>();
  return {
    /** @returns what must run behind the statement, in its transaction */
    async keep(statement: ParsedStatement, placement: Placement): Promise<string> {
      const setting = settingOf(statement.node);
      if (setting?.local !== true || placement.scope === 'own') return '';
      const name = literal(setting.name);
      const [rows] = await database.run(`SELECT current_setting(${name}, true)`);
      if (!before.has(setting.name)) before.set(setting.name, String(rows?.[0]?.[0] ?? ''));
      return `SELECT set_config(${name}, current_setting(${name}), false)`;
    },
    async endTransaction(): Promise<void> {
      for (const [name, value] of before) {
        await database.run(`SELECT set_config(${literal(name)}, ${literal(value)}, false)`);
      }
      before.clear();
    },
  };
}

async function withoutRows(
  claimed: PostgresEffects,
  observed: Observation,
  observer: Observer,
  emptied: boolean,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { relation } of claimed.scans) {
    if (observed.scans?.includes(relation) !== false) continue;
    if (emptied || !(await observer.hasRows(relation))) found.add(relation);
  }
  return found;
}

interface Run {
  readonly database: TraceDatabase;
  readonly observer: Observer;
  readonly signal: AbortSignal | undefined;
  /** Present where tables are to have rows. */
  readonly filler: Filler | undefined;
  /** Relations that opaque statements have made so far. */
  readonly unknowable: Set<string>;
}

/** The statement's text; the rows of a COPY are not in the migration's statement but behind it, and are left out. */
export function runnable({ node, text }: ParsedStatement, { noRows }: TraceDatabase): string {
  const copy = nodeAs(node, 'CopyStmt');
  const readsInput = copy?.is_from === true && copy.filename === undefined;
  return readsInput ? text.replace(/\bfrom\s+stdin\b/i, () => `FROM ${noRows}`) : text;
}

/** Runs the statement; one that the filler's rows stand in the way of is run again without any. */
async function observe(
  statement: ParsedStatement,
  { database, observer, filler }: Run,
  then: string,
): Promise<{ readonly seen: Observed; readonly emptied: boolean }> {
  const sql = runnable(statement, database);
  const seen = await observer.observe(sql, { then });
  if (filler === undefined) return { seen, emptied: false };
  const blocked = 'refused' in seen && /^(22|23|P0001|55000)/.test(seen.refused.code);
  if (blocked) {
    await filler.empty();
    await observer.refresh();
  }
  const outcome = blocked ? await observer.observe(sql, { then }) : seen;
  if (blocked || ('made' in outcome && outcome.made.length > 0) || tagOf(statement.node) === 'TruncateStmt') {
    await filler.fill();
    await observer.refresh();
  }
  return { seen: outcome, emptied: blocked };
}

/** The server goes first; the analysis follows where it went. */
async function traceStatement(
  statement: ParsedStatement,
  { run, session, index, then }: { run: Run; session: Session; index: number; then: string },
): Promise<TracedStatement['outcome']> {
  const { seen, emptied } = await observe(statement, run, then);
  if ('refused' in seen) return { status: 'refused', refusal: seen.refused };
  const tag = tagOf(statement.node);
  // TRUNCATE gives indexes new, empty files: nothing is built.
  const observed = tag === 'TruncateStmt' ? { ...seen, indexBuilds: [] } : seen;
  const { effects: claimed, opaqueReason } = session.step(index);
  if (claimed.engine !== 'postgresql') throw new Error(`effects of ${claimed.engine} for a statement of PostgreSQL`);
  if (opaqueReason !== undefined) for (const relation of observed.made) run.unknowable.add(relation);
  const comparison = compareEffects({
    claimed,
    observed,
    isQuery: readsAsPlanned(statement.node),
    holdsQueries: holdsQueries(statement.node),
    unknowable: run.unknowable,
    withoutRows: readsAsPlanned(statement.node)
      ? new Set()
      : await withoutRows(claimed, observed, run.observer, emptied),
  });
  return {
    status: 'compared',
    claimed,
    observed,
    ...(opaqueReason === undefined ? {} : { opaqueReason }),
    ...comparison,
  };
}

async function traceFile(
  { path, source, session }: { path: string; source: SourceText; session: Session },
  run: Run,
): Promise<TracedStatement[]> {
  const { statements } = session;
  const reasons = passedOver(
    statements.map(({ statement }) => statement),
    run.database.disposable,
  );
  const locals = followLocalSettings(run.database);
  await run.database.run('DISCARD ALL');
  await run.database.run(sessionSettings);
  const traced: TracedStatement[] = [];
  for (const [index, { statement, placement }] of statements.entries()) {
    if (run.signal?.aborted) return traced;
    const at = {
      path,
      line: source.position(statement.start).line,
      kind: tracedKind(statement.node),
      text: statement.text,
    };
    const reason = reasons[index];
    const { control } = placement;
    if (control === 'end' || control === 'rollback') await locals.endTransaction();
    if (reason !== undefined) {
      traced.push({ ...at, outcome: { status: 'passed over', reason } });
      continue;
    }
    const then = await locals.keep(statement, placement);
    traced.push({ ...at, outcome: await traceStatement(statement, { run, session, index, then }) });
  }
  return traced;
}

export interface ReplayOptions {
  /** Major that the analysis takes; by default the server's own. */
  readonly version?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether tables that the history leaves empty are given rows. */
  readonly rows?: boolean | undefined;
}

/** The server's own clock, which code inside may make names of. */
async function currentMs(database: TraceDatabase): Promise<number> {
  const [rows] = await database.run('SELECT extract(epoch FROM now())');
  return Number(rows?.[0]?.[0]) * 1000;
}

/**
 * Runs the files, statement after statement, on the database and through the analysis, in step: a statement that the
 * server refuses is not applied to the analysis' catalog either, and the run goes on behind it. What a file rolls back is
 * run on neither side.
 */
export async function replay(
  { files, unreadable: unread }: Migrations,
  database: TraceDatabase,
  { version = database.major, signal, rows = false }: ReplayOptions = {},
): Promise<Replay> {
  await loadPostgresParser();
  const observer = await createObserver(database);
  const filler = rows ? createFiller(database) : undefined;
  const run: Run = { database, observer, signal, filler, unknowable: new Set() };
  const catalog = createCatalog(true);
  catalog.now = await currentMs(database);
  catalog.serverMinor = database.minor;
  const sessions = createSessions(catalog, version);
  const statements: TracedStatement[] = [];
  const unreadable = [...unread];
  for (const file of files) {
    if (signal?.aborted) break;
    const parsed = parseMigration(file);
    if (parsed.error !== undefined) {
      unreadable.push({ path: file.path, error: parsed.error });
      continue;
    }
    const opened = {
      path: file.path,
      source: parsed.source,
      session: sessions.open(parsed, file.path, file.sameSession),
    };
    for (const each of await traceFile(opened, run)) statements.push(each);
  }
  return { statements, unreadable };
}
