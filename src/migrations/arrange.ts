import { isCode } from './frameworks/files.ts';
import type { Framework, Migration } from './frameworks/framework.ts';
import { adviceFor, isSideFile } from './frameworks/frameworks.ts';
import { plain } from './frameworks/plain.ts';
import { followIncludes } from './includes.ts';
import type { DownMigration, SourceFile, SqlFile, UnreadableFile } from './input.ts';
import type { Dialect, ReportProblem } from './report.ts';
import type { FileError } from './statement.ts';
import { versionProblems } from './versions.ts';

/** What is to be judged and what ran before it, both in the order in which they run. */
export interface ArrangedRequest {
  readonly files: readonly SqlFile[];
  readonly history: readonly SqlFile[];
  readonly problems: readonly ReportProblem[];
  /** New migrations of which nothing can be judged. */
  readonly unreadable: readonly UnreadableFile[];
  /** Includes of psql that could not be followed, by path. */
  readonly includeErrors: ReadonlyMap<string, FileError>;
}

export interface GivenFiles {
  readonly framework: Framework;
  readonly dialect: Dialect;
  /** New or changed. */
  readonly files: readonly SourceFile[];
  /** As it was when it ran. */
  readonly history: readonly SourceFile[];
  readonly removed: ReadonlySet<string>;
}

function asMigration({ path, sql, parts }: DownMigration): SqlFile {
  return { path, sql, parts };
}

/** Without the parts that ran before: a changelog grows at its end, and what stands above is history. */
function onlyNewParts(migration: Migration, ran: Migration | undefined): Migration {
  const known = new Set(ran?.parts?.flatMap(({ id }) => id ?? []));
  if (known.size === 0) return migration;
  return { ...migration, parts: migration.parts?.filter(({ id }) => id === undefined || !known.has(id)) };
}

/** Down migrations among the new files that are judged as what they are, because their up is not. */
function downsToJudge(all: readonly Migration[], lone: readonly DownMigration[], isNew: (path: string) => boolean) {
  const ofOld = all.flatMap(({ path, down }) =>
    down !== undefined && down.path !== path && !isNew(path) && isNew(down.path) ? [down] : [],
  );
  return [...ofOld, ...lone.filter(({ path }) => isNew(path))];
}

function strayProblem({ title }: Framework, path: string, judged: boolean): ReportProblem {
  const what = judged ? 'judged as plain SQL' : 'not judged';
  return { path, message: `by its name and place this is none of the migrations that ${title} runs: ${what}` };
}

/** The part of `files` that the arrangement has no place for. */
function straysOf(files: readonly SourceFile[], placed: ReadonlySet<string>): readonly SourceFile[] {
  return files.filter(({ path }) => !placed.has(path) && !isSideFile(path));
}

function noSql(file: SourceFile): string {
  return `no SQL, so not judged: ${adviceFor(file)}`;
}

const dumpProblem =
  'a dump of the schema does not say by which statements it came about: give the SQL of the new migrations along with it';

/** What the files are that no migration was made of, and what is said of them. */
function sayOfStrays(strays: readonly SourceFile[], framework: Framework, alone: boolean, empty: boolean) {
  const code = strays.filter(({ path }) => isCode(path));
  const sql = strays.filter(({ path }) => !isCode(path));
  return {
    judged: alone ? sql : [],
    problems: [
      ...sql.map(({ path }) => strayProblem(framework, path, alone)),
      ...(empty ? [] : code.map((file) => ({ path: file.path, message: noSql(file) }))),
    ],
    // a run that read nothing must not look like a pass
    unreadable: empty ? code.map((file) => unreadable(file.path, noSql(file))) : [],
  };
}

function unreadable(path: string, message: string): UnreadableFile {
  return { path, error: { message, line: 1, column: 1 } };
}

/** Down migrations whose up is not judged: as what they are where nothing else is to be judged, else only named. */
function sayOfDowns(downs: readonly DownMigration[], alone: boolean) {
  const message = alone
    ? 'a down migration: judged as what it is, not as a part of a release'
    : 'a down migration whose up is not among the new ones: not judged';
  return { judged: alone ? downs.map(asMigration) : [], problems: downs.map(({ path }) => ({ path, message })) };
}

/** Puts files in the order of their framework, tells what ran from what is new, and says what is left over. */
export function arrangeFiles({ framework, dialect, files, history, removed }: GivenFiles): ArrangedRequest {
  const given = new Set(files.map(({ path }) => path));
  const isNew = (path: string): boolean => given.has(path);
  const before = framework.arrange(history, dialect);
  const kept = history.filter(({ path }) => !isNew(path) && !removed.has(path));
  const now = framework.arrange([...kept, ...files], dialect);
  const snapshots = now.snapshots ?? [];
  const downs = downsToJudge(now.migrations, now.lone ?? [], isNew);
  const old = new Map(before.migrations.map((migration) => [migration.path, migration]));
  const fresh = now.migrations
    .filter(({ path }) => isNew(path))
    .map((migration) => onlyNewParts(migration, old.get(migration.path)));
  const closed = now.unreadable ?? [];
  const placed = new Set([
    ...now.migrations.flatMap(({ path, down }) => [path, down?.path ?? path]),
    ...[...(now.lone ?? []), ...snapshots, ...closed].map(({ path }) => path),
    ...(now.idle ?? []),
  ]);
  const back = sayOfDowns(downs, fresh.length === 0);
  const own = [...fresh, ...back.judged];
  const strays = straysOf(files, placed);
  const sqlStrays = strays.some(({ path }) => !isCode(path));
  const nothing = own.length === 0 && !sqlStrays && history.length === 0 && snapshots.length === 0;
  const said = sayOfStrays(strays, framework, own.length === 0, nothing);
  const judged = [...own, ...plain.arrange(said.judged, dialect).migrations];
  const dumps = snapshots.filter(({ path }) => isNew(path));
  const dumpsOnly = judged.length === 0 && history.length === 0;
  const run = followIncludes(dumpsOnly ? dumps : judged, [...kept, ...files]);
  const ran = [
    ...(before.snapshots ?? []),
    ...(dumpsOnly || history.length > 0 ? [] : dumps),
    ...before.migrations.filter((migration) => !isNew(migration.path) || runsAgain(migration)),
  ];
  return {
    files: run.files,
    history: followIncludes(ran, history).files,
    includeErrors: run.errors,
    problems: [
      ...(now.problems ?? []).filter(({ path }) => isNew(path)),
      ...versionProblems(now.migrations, before.migrations, isNew),
      ...back.problems,
      ...said.problems.filter(({ path }) => !run.paths.has(path)),
      ...(dumpsOnly ? dumps.map(({ path }) => ({ path, message: dumpProblem })) : []),
    ],
    unreadable: [
      ...closed.filter(({ path }) => isNew(path)),
      ...said.unreadable,
      ...(judged.length === 0 && !dumpsOnly ? dumps.map(({ path }) => unreadable(path, dumpProblem)) : []),
    ],
  };
}

/** Its older text did run, before the new one. Of other changed files it did, too, but the new one then never will. */
function runsAgain({ repeatable, parts }: Migration): boolean {
  return repeatable === true || parts?.some(({ id }) => id !== undefined) === true;
}
