import type { SourceFile } from '../input.ts';
import { byPath, folderOf, nameOf, whole } from './files.ts';
import type { Framework } from './framework.ts';

function isMigration({ path }: SourceFile): boolean {
  return nameOf(path) === 'migration.sql';
}

/** Prisma Migrate: a folder a migration, sent as one query. */
export const prisma: Framework = {
  id: 'prisma',
  title: 'Prisma Migrate',
  page: {
    files: '`20240131120000_name/migration.sql`, beside `migration_lock.toml`',
    order: 'by folder name',
    transaction:
      'none of its own: the file is sent as one query, so several statements are one transaction and a single one runs alone',
    source:
      'prisma-engines: schema-engine/connectors/sql-schema-connector (raw_cmd); PostgreSQL: documentation, 53.2.2.1',
  },
  sideFiles: /^migration_lock\.toml$/,
  claim: (files) => files.filter(isMigration).length,
  arrange: (files) => ({
    migrations: files
      .filter(isMigration)
      .map(({ path, text }) => ({
        path,
        sql: text,
        parts: whole(text, 'implicit'),
        version: nameOf(folderOf(path)) || undefined,
      }))
      // the engine sorts folder names as strings: schema-engine, list_migrations
      .sort((one, other) => compareFolders(one.path, other.path)),
    // made by hand with `prisma migrate diff`, run by hand with `prisma db execute`
    idle: files.filter(({ path }) => nameOf(path) === 'down.sql').map(({ path }) => path),
  }),
  write: ({ sql, transaction }) =>
    transaction === 'outside'
      ? `-- <timestamp>_name/migration.sql, one statement a migration\n${sql}`
      : `-- <timestamp>_name/migration.sql\n${sql}`,
};

function compareFolders(one: string, other: string): number {
  const [a, b] = [nameOf(folderOf(one)), nameOf(folderOf(other))];
  if (a === b) return byPath({ path: one }, { path: other });
  return a < b ? -1 : 1;
}
