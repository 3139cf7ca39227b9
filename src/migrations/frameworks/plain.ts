import { isCode } from './files.ts';
import type { Framework } from './framework.ts';

/** Files of SQL that somebody runs in the order of their names. */
export const plain: Framework = {
  id: 'plain',
  title: 'Plain SQL files',
  page: {
    files: 'any `*.sql`',
    order: 'as given; a directory by name, 2 before 10',
    transaction:
      'a file goes to the server as one query: several statements are one transaction, a single one runs alone',
    source: 'PostgreSQL: documentation, 53.2.2.1 "Multiple Statements in a Simple Query"',
  },
  claim: () => 0,
  arrange: (files) => ({
    migrations: files.filter(({ path }) => !isCode(path)).map(({ path, text }) => ({ path, sql: text })),
  }),
  write: ({ sql, transaction }) => (transaction === 'outside' ? `-- outside a transaction:\n${sql}` : sql),
};
