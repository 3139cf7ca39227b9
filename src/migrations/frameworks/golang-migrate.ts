import { nameOf } from './files.ts';
import type { Framework } from './framework.ts';
import { arrangePairs, readUpDownName } from './pairs.ts';

/** golang-migrate: two numbered files a migration, each sent as one query. */
export const golangMigrate: Framework = {
  id: 'golang-migrate',
  title: 'golang-migrate',
  page: {
    files: '`12_name.up.sql` and `12_name.down.sql`',
    order: 'by number',
    transaction:
      'none of its own: a file is one query, so several statements are one transaction and a single one runs alone (`x-multi-statement` and `x-use-transaction` are not in the files, and not seen)',
    source: 'golang-migrate: source/parse.go, database/postgres/README.md "Multi-statement mode"',
  },
  claim: (files) => files.filter(({ path }) => readUpDownName(nameOf(path)) !== undefined).length,
  arrange: (files) => arrangePairs(files, readUpDownName, () => 'implicit'),
  write: ({ sql, transaction }) => {
    const note =
      transaction === 'outside' ? ', and nothing else in it: a file of several statements is one transaction' : '';
    return `-- NNN_name.up.sql${note}\n${sql}\n-- NNN_name.down.sql: what takes it back`;
  },
};
