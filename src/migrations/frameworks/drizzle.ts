import type { SourceFile } from '../input.ts';
import type { ReportProblem } from '../report.ts';
import { byPath, folderOf, nameOf, whole } from './files.ts';
import type { Arrangement, Framework } from './framework.ts';

const breakpoint = /-->\s*statement-breakpoint/;

interface Entry {
  readonly tag: string;
  readonly when: number;
}

function isJournal({ path }: SourceFile): boolean {
  return nameOf(path) === '_journal.json';
}

/** Tags in the order in which they run; undefined for a journal that is none. */
function entriesOf(text: string): readonly Entry[] | undefined {
  try {
    const journal: unknown = JSON.parse(text);
    const entries =
      typeof journal === 'object' && journal !== null && 'entries' in journal ? journal.entries : undefined;
    if (!Array.isArray(entries)) return undefined;
    return entries.flatMap((entry: unknown): Entry[] => {
      if (typeof entry !== 'object' || entry === null || !('tag' in entry) || typeof entry.tag !== 'string') return [];
      return [{ tag: entry.tag, when: 'when' in entry && typeof entry.when === 'number' ? entry.when : 0 }];
    });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Drizzle compares each migration's time with that of the last one that ran, and skips what is older without a word. */
function skipped(folder: string, entries: readonly Entry[]): readonly ReportProblem[] {
  let latest: Entry | undefined;
  return entries.flatMap((entry): ReportProblem[] => {
    const before = latest;
    if (before === undefined || entry.when >= before.when) latest = entry;
    if (before === undefined || entry.when > before.when) return [];
    const message = `"when" in the journal is not later than that of ${before.tag}: where that one ran, Drizzle passes this one over without a word`;
    return [{ path: `${folder}${entry.tag}.sql`, message }];
  });
}

function fromJournal(files: readonly SourceFile[], journal: SourceFile): Arrangement {
  const parent = folderOf(folderOf(journal.path));
  const folder = parent === '' ? '' : `${parent}/`;
  const entries = entriesOf(journal.text);
  if (entries === undefined) {
    return {
      migrations: [],
      problems: [{ path: journal.path, message: 'is no journal of Drizzle: no list "entries" of tags' }],
    };
  }
  const byName = new Map(files.map((file) => [file.path, file]));
  const found = entries.flatMap(({ tag }) => byName.get(`${folder}${tag}.sql`) ?? []);
  const known = new Set(found);
  const others = files.filter(
    (file) => file.path.endsWith('.sql') && folderOf(file.path) === parent && !known.has(file),
  );
  return {
    migrations: found.map(({ path, text }) => ({ path, sql: text, parts: whole(text, 'shared') })),
    idle: others.map(({ path }) => path),
    problems: [
      ...skipped(folder, entries),
      ...others.map(({ path }) => ({
        path,
        message: 'is not in meta/_journal.json: Drizzle never runs it, and it is not judged',
      })),
    ],
  };
}

function isNumbered({ path }: SourceFile): boolean {
  return (
    /^\d+_.*\.sql$/.test(nameOf(path)) || (nameOf(path) === 'migration.sql' && /^\d+_/.test(nameOf(folderOf(path))))
  );
}

/** Drizzle: a journal says the order; since version 1 a folder a migration and no journal. */
export const drizzle: Framework = {
  id: 'drizzle',
  title: 'Drizzle',
  page: {
    files:
      '`0001_name.sql` and `meta/_journal.json`, or `20240131120000_name/migration.sql`; `--> statement-breakpoint` between statements',
    order: 'by the journal; without one by number',
    transaction: 'one for all pending migrations, without a marker against it',
    source: 'drizzle-orm: src/migrator.ts, src/pg-core/dialect.ts (migrate); documentation "Upgrade to v1"',
  },
  sideFiles: /^(_journal\.json|drizzle\.config\.[cm]?[jt]s)$/,
  claim: (files) => {
    const journals = files.filter(isJournal).map(({ path }) => folderOf(folderOf(path)));
    const listed = files.filter(({ path }) => path.endsWith('.sql') && journals.includes(folderOf(path)));
    const config = files.some(({ path }) => /^drizzle\.config\./.test(nameOf(path)));
    if (listed.length > 0) return listed.length;
    return config || files.some(({ text }) => breakpoint.test(text)) ? files.filter(isNumbered).length : 0;
  },
  arrange: (files) => {
    const journals = files.filter(isJournal).sort(byPath);
    if (journals.length > 0) {
      const all = journals.map((journal) => fromJournal(files, journal));
      return {
        migrations: all.flatMap(({ migrations }) => migrations),
        idle: all.flatMap(({ idle }) => idle ?? []),
        problems: all.flatMap(({ problems }) => problems ?? []),
      };
    }
    return {
      migrations: files
        .filter(isNumbered)
        .sort(byPath)
        .map(({ path, text }) => ({ path, sql: text, parts: whole(text, 'shared') })),
    };
  },
  write: ({ sql, transaction }) =>
    transaction === 'outside'
      ? `-- Drizzle runs all pending migrations in one transaction: run this by hand before it\n${sql}`
      : sql.replace(/;\n(?=\S)/g, ';\n--> statement-breakpoint\n'),
};
