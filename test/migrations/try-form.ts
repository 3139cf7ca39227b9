import { createCatalog } from '../../src/migrations/catalog/catalog.ts';
import type { PostgresEffects } from '../../src/migrations/effects.ts';
import { tagOf } from '../../src/migrations/postgres/node.ts';
import { type ParsedMigration, type ParsedStatement, parseMigration } from '../../src/migrations/postgres/parse.ts';
import { loadPostgresParser } from '../../src/migrations/postgres/parser.ts';
import { createSessions } from '../../src/migrations/postgres/session.ts';
import { compareEffects, type Difference } from '../../src/trace/compare.ts';
import { sessionSettings, type TraceDatabase } from '../../src/trace/database.ts';
import { createObserver, type Observer } from '../../src/trace/observe.ts';
import { holdsQueries, readsAsPlanned } from '../../src/trace/planned.ts';
import { runnable } from '../../src/trace/replay.ts';
import { tracedKind } from '../../src/trace/traced-kind.ts';
import type { Form, FormGroup } from './forms.ts';

export type Tried =
  | { readonly status: 'refused'; readonly message: string }
  | {
      readonly status: 'compared';
      readonly kind: string;
      readonly differences: readonly Difference[];
      readonly claimed: PostgresEffects;
      /** Why the analysis says that it does not know all. */
      readonly opaqueReason: string | undefined;
      readonly transaction: 'allowed' | 'forbidden';
    };

/** What the database has beyond a new one, apart from what lies in schemas. */
export const emptyDatabase = `
DO $$
DECLARE found record;
BEGIN
  FOR found IN SELECT evtname FROM pg_event_trigger LOOP EXECUTE format('DROP EVENT TRIGGER %I', found.evtname); END LOOP;
  FOR found IN SELECT pubname FROM pg_publication LOOP EXECUTE format('DROP PUBLICATION %I', found.pubname); END LOOP;
  FOR found IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', found.nspname);
  END LOOP;
  FOR found IN SELECT fdwname FROM pg_foreign_data_wrapper LOOP
    EXECUTE format('DROP FOREIGN DATA WRAPPER %I CASCADE', found.fdwname);
  END LOOP;
  FOR found IN SELECT amname FROM pg_am WHERE oid >= 16384 LOOP EXECUTE format('DROP ACCESS METHOD %I CASCADE', found.amname); END LOOP;
END $$;
CREATE SCHEMA public`;

/** What they leave in the session is not rolled back. */
const leavesSession: ReadonlySet<string> = new Set(['PrepareStmt', 'DiscardStmt', 'LoadStmt', 'ListenStmt']);

type Readable = Extract<ParsedMigration, { error?: undefined }>;

function parsed(path: string, sql: string): Readable {
  const read = parseMigration({ path, sql });
  if (read.error !== undefined) throw new Error(`${path}: ${read.error.message}: ${sql.slice(0, 200)}`);
  return read;
}

const statementsOf = ({ parts }: Readable): readonly ParsedStatement[] => parts.flatMap(({ statements }) => statements);

/** The analysis of the last statement of the text, with all before it replayed. */
function claimOf(read: Readable, { major, minor }: TraceDatabase) {
  const catalog = createCatalog(true);
  catalog.serverMinor = minor;
  const session = createSessions(catalog, major).open(read);
  const last = session.statements.length - 1;
  for (let index = 0; index < last; index += 1) session.step(index);
  const { effects, opaqueReason } = session.step(last);
  if (effects.engine !== 'postgresql') throw new Error(`effects of ${effects.engine}`);
  return { claimed: effects, opaqueReason };
}

async function relationsWithoutRows(claimed: PostgresEffects, observer: Observer): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { relation } of claimed.scans) if (!(await observer.hasRows(relation))) found.add(relation);
  return found;
}

/** Tries forms on a database, each on its group's fixture as it was made. */
export interface FormTrial {
  prepare(group: FormGroup): Promise<void>;
  try(group: FormGroup, form: Form): Promise<Tried>;
}

export async function createFormTrial(database: TraceDatabase): Promise<FormTrial> {
  await loadPostgresParser();
  let standing: { group: FormGroup; observer: Observer } | undefined;

  async function fixture(group: FormGroup): Promise<Observer> {
    if (standing?.group === group) return standing.observer;
    standing = undefined;
    await database.run('ROLLBACK');
    await database.run('DISCARD ALL');
    await database.run(sessionSettings);
    await database.run(emptyDatabase);
    await database.run(group.setup);
    const observer = await createObserver(database);
    standing = { group, observer };
    return observer;
  }

  /** Rolls back where that is possible; else the fixture is made anew for the next. */
  async function run(group: FormGroup, preparations: readonly ParsedStatement[], last: ParsedStatement) {
    let observer = await fixture(group);
    if (preparations.length > 0) {
      standing = undefined;
      for (const { text } of preparations) await database.run(text);
      observer = await createObserver(database);
    }
    const seen = await observer.observe(runnable(last, database), { end: 'ROLLBACK' });
    if (leavesSession.has(tagOf(last.node))) standing = undefined;
    const outside = 'refused' in seen && (seen.refused.code === '25001' || seen.refused.code === '2D000');
    if (!outside) return { seen, observer };
    standing = undefined;
    return { seen: await observer.observe(runnable(last, database)), observer };
  }

  return {
    prepare: async (group) => {
      await fixture(group);
    },
    try: async (group, { sql, line }) => {
      const place = `${group.path}:${line}`;
      const statements = statementsOf(parsed(place, sql));
      const last = statements.at(-1);
      if (last === undefined) throw new Error(`${place}: no statement`);
      const { seen, observer } = await run(group, statements.slice(0, -1), last);
      if ('refused' in seen) return { status: 'refused', message: seen.refused.message };
      const { claimed, opaqueReason } = claimOf(parsed(place, `${group.setup};\n${sql}`), database);
      const tag = tagOf(last.node);
      const isQuery = readsAsPlanned(last.node);
      const observed = tag === 'TruncateStmt' ? { ...seen, indexBuilds: [] } : seen;
      const withoutRows = isQuery ? new Set<string>() : await relationsWithoutRows(claimed, observer);
      const { differences } = compareEffects({
        ...{ claimed, observed, isQuery, withoutRows },
        holdsQueries: holdsQueries(last.node),
        unknowable: new Set(),
      });
      return {
        status: 'compared',
        kind: tracedKind(last.node),
        differences,
        claimed,
        opaqueReason,
        transaction: observed.transaction,
      };
    },
  };
}
