import type { SourceFile } from '../input.ts';
import { byPath, isCode, nameOf, whole } from './files.ts';
import type { Framework } from './framework.ts';
import { isRailsDump } from './rails-dump.ts';

const outside = /^[ \t]*(--|#)[ \t]*disable_ddl_transaction!/m;

/** Rails: migrations are Ruby; structure.sql says what is there. */
export const rails: Framework = {
  id: 'rails',
  title: 'Rails (structure.sql)',
  page: {
    files: '`db/structure.sql`, as what was there before; beside it the SQL of the new migrations',
    order: 'by path',
    transaction: 'one for each migration; none where the file has the comment `-- disable_ddl_transaction!`',
    source: 'Rails: guides, "Active Record Migrations", "Schema Dumping and You"',
  },
  psql: true,
  code: {
    pattern: /\bActiveRecord::Migration\b/,
    advice: 'run it in development, and take its SQL from log/development.log',
  },
  claim: (files) => (files.some(isRailsDump) ? files.filter(({ path }) => !isCode(path)).length : 0),
  arrange: (files) => ({
    snapshots: files.filter(isRailsDump).map(({ path, text }) => ({ path, sql: text, parts: whole(text, 'none') })),
    migrations: files
      .filter((file) => !isRailsDump(file) && isSql(file))
      .sort(byPath)
      .map(({ path, text }) => ({
        path,
        sql: text,
        parts: whole(text, outside.test(text) ? 'none' : 'wrapped'),
        version: /^\d+(?=_)/.exec(nameOf(path))?.[0],
      })),
  }),
  write: ({ sql, transaction }) => {
    const up = `def up\n  execute <<~SQL\n${sql.replace(/^(?=.)/gm, '    ')}\n  SQL\nend`;
    return transaction === 'outside' ? `disable_ddl_transaction!\n\n# one statement in each execute\n${up}` : up;
  },
};

function isSql({ path }: SourceFile): boolean {
  return /\.sql$/i.test(path);
}
