import type { SourceFile } from '../input.ts';
import { byPath, nameOf, whole } from './files.ts';
import type { Framework } from './framework.ts';

const committed = /^(\d{6})(?:-.*)?\.sql$/;

function isCommitted({ path, text }: SourceFile): boolean {
  return committed.test(nameOf(path)) && /^--! Previous:/m.test(text);
}

function isCurrent({ path }: SourceFile): boolean {
  return nameOf(path) === 'current.sql' || /(^|\/)current\/[^/]+\.sql$/.test(path);
}

/** Graphile Migrate: committed migrations, then the current one. */
export const graphileMigrate: Framework = {
  id: 'graphile-migrate',
  title: 'Graphile Migrate',
  page: {
    files: '`migrations/committed/000001-name.sql`, `migrations/current.sql`',
    order: 'by number, then the current one',
    transaction:
      'one for each migration; `--! no-transaction` at the top sends the file as one query without one, so it may hold one statement only',
    source: 'Graphile Migrate: README.md "Disable Transaction"',
  },
  sideFiles: /^\.gmrc(\.js|\.jsonc?)?$/,
  claim: (files) => {
    const own = files.filter(isCommitted).length;
    const known = own > 0 || files.some(({ path }) => nameOf(path).startsWith('.gmrc'));
    return known ? own + files.filter(isCurrent).length : 0;
  },
  arrange: (files) => {
    const toMigration = ({ path, text }: SourceFile) => ({
      path,
      sql: text,
      parts: whole(text, /^--! no-transaction\b/m.test(text) ? 'implicit' : 'wrapped'),
      version: committed.exec(nameOf(path))?.[1],
    });
    return {
      migrations: [...files.filter(isCommitted).sort(byPath), ...files.filter(isCurrent).sort(byPath)].map(toMigration),
    };
  },
  write: ({ sql, transaction }) => (transaction === 'outside' ? `--! no-transaction\n${sql}` : sql),
};
