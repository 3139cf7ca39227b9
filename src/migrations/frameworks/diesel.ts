import type { SourceFile, TransactionMode } from '../input.ts';
import { byPath, folderOf, lookBeside, nameOf, whole } from './files.ts';
import type { Framework } from './framework.ts';

function transactionOf(beside: ReturnType<typeof lookBeside>, path: string): TransactionMode {
  const settings = beside(path, 'metadata.toml')?.text ?? '';
  // without a transaction the file is one query (batch_execute): several statements are one transaction all the same
  return /^[ \t]*run_in_transaction\s*=\s*false\b/m.test(settings) ? 'implicit' : 'wrapped';
}

/** Diesel: a folder a migration, with up.sql and down.sql. */
export const diesel: Framework = {
  id: 'diesel',
  title: 'Diesel',
  page: {
    files: '`2024-01-31-120000_name/up.sql` and `down.sql`',
    order: 'by folder name',
    transaction:
      'one for each migration; `metadata.toml` with `run_in_transaction = false` sends the file as one query without one, so several statements are one transaction all the same',
    source: 'diesel: diesel_migrations/src/file_based_migrations.rs',
  },
  sideFiles: /^(metadata|diesel)\.toml$/,
  claim: (files) => files.filter(({ path }) => /^(up|down)\.sql$/.test(nameOf(path))).length,
  arrange: (files) => {
    const beside = lookBeside(files);
    const toDown = ({ path, text }: SourceFile) => ({
      path,
      sql: text,
      parts: whole(text, transactionOf(beside, path)),
    });
    const downs = new Map(
      files.flatMap((file) => (nameOf(file.path) === 'down.sql' ? [[folderOf(file.path), file]] : [])),
    );
    const ups = files.filter(({ path }) => nameOf(path) === 'up.sql');
    const folders = new Set(ups.map(({ path }) => folderOf(path)));
    const migrations = ups.map((file) => {
      const folder = folderOf(file.path);
      const down = downs.get(folder);
      return {
        ...toDown(file),
        down: down === undefined ? undefined : toDown(down),
        // diesel: version_from_string, all before the first "_" without dashes
        version: nameOf(folder).split('_')[0]?.replaceAll('-', '') ?? '',
      };
    });
    return {
      // versions are compared as text: diesel_migrations, MigrationVersion
      migrations: migrations
        .sort((one, other) =>
          one.version === other.version ? byPath(one, other) : one.version < other.version ? -1 : 1,
        )
        .map(({ version, ...migration }) => (version === '' ? migration : { ...migration, version })),
      lone: [...downs].filter(([folder]) => !folders.has(folder)).map(([, file]) => toDown(file)),
    };
  },
  write: ({ sql, transaction }) =>
    transaction === 'outside'
      ? `-- metadata.toml: run_in_transaction = false\n-- up.sql, one statement a migration\n${sql}`
      : `-- up.sql\n${sql}`,
};
