import type { Framework } from './framework.ts';

/** Files of SQL that somebody runs in the order of their names. */
export const plain: Framework = {
  id: 'plain',
  title: 'plain SQL files',
  detect: () => true,
  arrange: (files) => files.map(({ path, text }) => ({ path, sql: text })),
  write: ({ sql, transaction }) => (transaction === 'outside' ? `-- outside a transaction:\n${sql}` : sql),
};
