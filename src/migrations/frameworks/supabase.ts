import type { MigrationPart, SourceFile } from '../input.ts';
import { byVersion, folderOf, nameOf } from './files.ts';
import type { Framework } from './framework.ts';
import { refusesTransaction, statementsOf } from './statements.ts';

const fileName = /^(\d+)_.*\.sql$/;

function isSupabase(files: readonly SourceFile[]): boolean {
  return files.some(
    ({ path, text }) =>
      /(^|\/)supabase\/migrations\/[^/]*$/.test(path) ||
      (nameOf(path) === 'config.toml' && /^[ \t]*project_id\s*=/m.test(text) && /^[ \t]*\[db[\].]/m.test(text)),
  );
}

/** One transaction around the file, interrupted by the statements that refuse one. */
function partsOf(text: string): readonly MigrationPart[] {
  const parts: MigrationPart[] = [];
  let at = 0;
  for (const statement of statementsOf(text).filter((each) => refusesTransaction(each.text))) {
    if (statement.from > at) parts.push({ from: at, to: statement.from, transaction: 'wrapped' });
    parts.push({ from: statement.from, to: statement.to, transaction: 'none' });
    at = statement.to;
  }
  return at < text.length ? [...parts, { from: at, to: text.length, transaction: 'wrapped' }] : parts;
}

/** Supabase CLI. */
export const supabase: Framework = {
  id: 'supabase',
  title: 'Supabase',
  page: {
    files: '`supabase/migrations/20240131120000_name.sql`',
    order: 'by number',
    transaction:
      'one for each migration; the CLI takes CONCURRENTLY, VACUUM and their like out of it by itself (since 2.109; before that it failed)',
    source: 'Supabase CLI: pkg/migration/file.go (ExecBatch, isPipelineIncompatible)',
  },
  sideFiles: /^config\.toml$/,
  claim: (files) => (isSupabase(files) ? files.filter(({ path }) => fileName.test(nameOf(path))).length : 0),
  arrange: (files) => ({
    migrations: files
      .filter(({ path }) => fileName.test(nameOf(path)))
      .map(({ path, text }) => ({
        path,
        sql: text,
        parts: partsOf(text),
        version: fileName.exec(nameOf(path))?.[1] ?? '0',
      }))
      .sort(byVersion),
    idle: files
      .filter(({ path }) => nameOf(path) === 'seed.sql' || /(^|\/)(seeds|schemas|tests)$/.test(folderOf(path)))
      .map(({ path }) => path),
  }),
  write: ({ sql, transaction }) =>
    `-- supabase/migrations/<timestamp>_name.sql${transaction === 'outside' ? ' (CLI 2.109 or later runs this outside of the transaction)' : ''}\n${sql}`,
};
