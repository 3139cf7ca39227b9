import type { SourceFile } from '../input.ts';
import { byVersion, dependsOn, nameOf } from './files.ts';
import type { Framework, Migration } from './framework.ts';

// the tool's own patterns also go over line ends; nobody writes such a marker, and a file of empty lines would take for ever
const up = /^[ \t]*--[ \t-]*up[ \t]+migration/im;
const down = /^[ \t]*--[ \t-]*down[ \t]+migration/im;
const fileName = /^(\d+)[_-].*\.sql$/;

function toMigration({ path, text }: SourceFile): Migration & { version: string } {
  const start = text.search(up);
  const end = text.search(down);
  const to = text.length;
  const upTo = end > start ? end : to;
  const downTo = start > end ? start : to;
  return {
    path,
    sql: text,
    parts: [{ from: Math.max(0, start), to: start === -1 ? to : upTo, transaction: 'shared' }],
    down: end === -1 ? undefined : { path, sql: text, parts: [{ from: end, to: downTo, transaction: 'shared' }] },
    version: fileName.exec(nameOf(path))?.[1] ?? '0',
  };
}

/** How many files the markers show, which is more than a comment that speaks of a migration. */
function claimed(files: readonly SourceFile[]): number {
  const named = files.filter(({ path }) => fileName.test(nameOf(path)));
  if (dependsOn(files, 'package.json', /"node-pg-migrate"/)) return named.length;
  return named.filter(({ text }) => /^[ \t]*--[ \t-]*(up|down)[ \t]+migration[ \t]*\r?$/im.test(text)).length;
}

/** node-pg-migrate: all pending migrations in one transaction. */
export const nodePgMigrate: Framework = {
  id: 'node-pg-migrate',
  title: 'node-pg-migrate',
  page: {
    files: '`1706702400000_name.sql` with `-- Up Migration` and `-- Down Migration`',
    order: 'by number',
    transaction:
      'one for all pending migrations; a file of SQL has no marker against it (`pgm.noTransaction()` is for JavaScript), only the run has: `--no-single-transaction`',
    source: 'node-pg-migrate: src/sqlMigration.ts, src/migration.ts (_apply), docs "singleTransaction"',
  },
  sideFiles: /^package\.json$/,
  code: { pattern: /\bpgm\.\w+\(/, advice: '`node-pg-migrate up --dry-run` prints its SQL' },
  claim: claimed,
  arrange: (files) => ({
    migrations: files
      .filter(({ path }) => fileName.test(nameOf(path)))
      .map(toMigration)
      .sort(byVersion),
    problems: files
      .filter(({ path, text }) => fileName.test(nameOf(path)) && down.test(text) && !up.test(text))
      .map(({ path }) => ({
        path,
        message: 'has "-- Down Migration" and no "-- Up Migration": all of it runs on the way up',
      })),
  }),
  write: ({ sql, transaction }) =>
    transaction === 'outside'
      ? `// a migration in JavaScript: node-pg-migrate runs SQL files in a transaction\nexports.up = (pgm) => {\n  pgm.noTransaction();\n  pgm.sql(\`${sql}\`);\n};`
      : `-- Up Migration\n${sql}\n\n-- Down Migration\n-- what takes it back`,
};
