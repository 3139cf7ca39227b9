import type { SourceFile, TransactionMode } from '../input.ts';
import type { ReportProblem } from '../report.ts';
import { byPath, lookBeside, nameOf, whole } from './files.ts';
import { compareVersions, readVersioned, versioned } from './flyway-names.ts';
import type { Arrangement, Framework, Migration } from './framework.ts';
import { refusesTransaction, statementsOf } from './statements.ts';

const repeatable = /^R__.*\.sql$/;
const callback = /^(before|after)[A-Z]\w*(?:__.*)?\.sql$/;

function isMixed(files: readonly SourceFile[]): boolean {
  return files.some(
    ({ path, text }) =>
      /^flyway\.(conf|toml)$/.test(nameOf(path)) && /^[ \t]*(flyway\.)?mixed\s*=\s*"?true\b/m.test(text),
  );
}

interface Settings {
  readonly beside: ReturnType<typeof lookBeside>;
  /** `flyway.mixed`: a script may hold statements of both kinds. */
  readonly mixed: boolean;
}

/** What the side file says; else Flyway looks at the statements itself, and one that refuses transactions decides for the script. */
function transactionOf(settings: Settings, file: SourceFile): { mode: TransactionMode; mixes: boolean } {
  const own = settings.beside(file.path, `${nameOf(file.path)}.conf`)?.text ?? '';
  const said = /^[ \t]*executeInTransaction\s*=\s*(true|false)\b/m.exec(own)?.[1];
  if (said !== undefined) return { mode: said === 'true' ? 'wrapped' : 'none', mixes: false };
  const refusing = statementsOf(file.text).map(({ text }) => refusesTransaction(text));
  if (!refusing.includes(true)) return { mode: 'wrapped', mixes: false };
  const mixes = refusing.includes(false) && !settings.mixed;
  return { mode: mixes ? 'wrapped' : 'none', mixes };
}

function isOwn({ path }: SourceFile): boolean {
  const name = nameOf(path);
  return versioned.test(name) || repeatable.test(name) || callback.test(name);
}

function arrange(files: readonly SourceFile[]): Arrangement {
  const named = readVersioned(files);
  const problems: ReportProblem[] = [];
  const settings: Settings = { beside: lookBeside(files), mixed: isMixed(files) };
  const partsOf = (file: SourceFile) => {
    const { mode, mixes } = transactionOf(settings, file);
    if (mixes) {
      const message =
        'holds statements that refuse a transaction beside others: Flyway refuses the file unless `mixed=true`';
      problems.push({ path: file.path, message });
    }
    return { path: file.path, sql: file.text, parts: whole(file.text, mode) };
  };
  const undo = new Map(named.filter(({ kind }) => kind === 'U').map(({ file, numbers }) => [numbers.join('.'), file]));
  const first = named.filter(({ kind }) => kind === 'V').map(({ numbers }) => numbers);
  // a baseline stands for all versions up to its own where none of them ran: it is idle where they are all there
  const forward = named.filter(
    ({ kind, numbers }) =>
      kind === 'V' || (kind === 'B' && !first.some((other) => compareVersions(other, numbers) <= 0)),
  );
  forward.sort((one, other) => compareVersions(one.numbers, other.numbers) || byPath(one.file, other.file));
  const versions = forward.map(({ file, numbers }): Migration => {
    const down = undo.get(numbers.join('.'));
    undo.delete(numbers.join('.'));
    return { ...partsOf(file), version: numbers.join('.'), down: down === undefined ? undefined : partsOf(down) };
  });
  const again = (pattern: RegExp): readonly Migration[] =>
    files
      .filter(({ path }) => pattern.test(nameOf(path)))
      .sort((one, other) => byPath({ path: nameOf(one.path) }, { path: nameOf(other.path) }))
      .map((file) => ({ ...partsOf(file), repeatable: true }));
  return {
    migrations: [...again(/^before[A-Z].*\.sql$/), ...versions, ...again(repeatable), ...again(/^after[A-Z].*\.sql$/)],
    lone: [...undo.values()].map(partsOf),
    idle: named.filter((each) => each.kind === 'B' && !forward.includes(each)).map(({ file }) => file.path),
    problems,
  };
}

/** Flyway: versions, baselines, undo scripts and repeatable scripts, told apart by the first letter. */
export const flyway: Framework = {
  id: 'flyway',
  title: 'Flyway',
  page: {
    files:
      '`V1.2__name.sql`, `U1.2__name.sql` (undo), `B1.2__name.sql` (baseline), `R__name.sql` (repeatable), callbacks',
    order: 'by version, part by part; then the repeatable ones by name',
    transaction:
      'one for each migration; none with `executeInTransaction=false` in `V1.2__name.sql.conf`, or where a statement refuses transactions and all others do, too (or `mixed=true`)',
    source:
      'Flyway: SqlScriptMetadata.java, PostgreSQLParser.java (detectCanExecuteInTransaction), documentation "Migrations"',
  },
  sideFiles: /^(flyway\.(conf|toml)|.*\.sql\.conf)$/,
  claim: (files) => {
    const own = files.filter(isOwn);
    return own.some(({ path }) => !callback.test(nameOf(path))) ? own.length : 0;
  },
  arrange,
  write: ({ sql, transaction }) =>
    transaction === 'outside'
      ? `-- V<version>__name.sql, beside V<version>__name.sql.conf with executeInTransaction=false;\n-- CONCURRENTLY waits for Flyway's own lock unless flyway.postgresql.transactional.lock=false\n${sql}`
      : `-- V<version>__name.sql\n${sql}`,
};
