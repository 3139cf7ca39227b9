import type { SqlFile } from '../input.ts';
import { dependsOn, nameOf } from './files.ts';
import type { Framework, SourceFile } from './framework.ts';
import { arrangePairs, type NamedFile } from './pairs.ts';

/** A name before the direction may be the one database that the file is for. */
const fileName = /^(\d+)_[^.]+(?:\.([a-z0-9]+))?\.(up|down)\.sql$/;
const otherDatabase = /^(mysql|mariadb|sqlite|sqlite3|cockroach)$/;
/** What stands for the schema in front of a name; a template's other actions cannot be known here. */
const prefix = /"?\{\{\s*index\s+\.Options\s+"Namespace"\s*\}\}"?\s*\.?/g;

function readName(name: string): NamedFile | undefined {
  const [stem, version, database, direction] = fileName.exec(name) ?? [];
  if (stem === undefined || version === undefined || (database !== undefined && otherDatabase.test(database)))
    return undefined;
  return { version, key: stem.replace(/\.(up|down)\.sql$/, ''), direction: direction === 'down' ? 'down' : 'up' };
}

function isPop(files: readonly SourceFile[]): boolean {
  return (
    dependsOn(files, 'go.mod', /gobuffalo\/pop\b/) || files.some(({ text }) => /\{\{\s*index\s+\.Options\b/.test(text))
  );
}

function withoutPrefix<File extends Pick<SqlFile, 'sql' | 'parts'>>(file: File): File {
  const blank = [...file.sql.matchAll(prefix)].map(({ index, 0: text }) => ({ from: index, to: index + text.length }));
  return { ...file, parts: file.parts?.map((part) => ({ ...part, blank })) };
}

/** Pop (Buffalo): numbered pairs like golang-migrate's, each in a transaction, with Go templates in them. */
export const pop: Framework = {
  id: 'pop',
  title: 'Pop',
  page: {
    files: '`12_name.up.sql` and `12_name.down.sql`, with `go.mod` naming gobuffalo/pop or a template in them',
    order: 'by number',
    transaction: 'one for each migration; the template `{{ index .Options "Namespace" }}.` is left out',
    source: 'pop: migrator.go (UpTo)',
  },
  sideFiles: /^go\.mod$/,
  claim: (files) => (isPop(files) ? files.filter(({ path }) => readName(nameOf(path)) !== undefined).length : 0),
  arrange: (files) => {
    const { migrations, lone = [] } = arrangePairs(files, readName, () => 'wrapped');
    return {
      migrations: migrations.map((migration) => ({
        ...withoutPrefix(migration),
        down: migration.down === undefined ? undefined : withoutPrefix(migration.down),
      })),
      lone: lone.map(withoutPrefix),
    };
  },
  write: ({ sql, transaction }) =>
    transaction === 'outside'
      ? `-- Pop runs every migration in a transaction: run this by hand before it\n${sql}`
      : `-- YYYYMMDDHHMMSS_name.up.sql\n${sql}`,
};
