import { dependsOn, nameOf } from './files.ts';
import type { Framework, SourceFile } from './framework.ts';
import { arrangePairs, type NamedFile } from './pairs.ts';

const fileName = /^(\d+)_(.*)\.sql$/;
const marker = '-- no-transaction';

function readName(name: string): NamedFile | undefined {
  const [, version, rest = ''] = fileName.exec(name) ?? [];
  if (version === undefined) return undefined;
  const number = String(BigInt(version));
  const key = `${number}_${rest.replace(/\.(up|down)$/, '')}`;
  return { version: number, key, direction: rest.endsWith('.down') ? 'down' : 'up' };
}

function isSqlx(files: readonly SourceFile[]): boolean {
  return (
    dependsOn(files, 'Cargo.toml', /^[ \t]*(\[[\w.-]*dependencies\.)?sqlx\b/m) ||
    files.some(({ text }) => text.startsWith(marker))
  );
}

/** sqlx: numbered files, single or in pairs. */
export const sqlx: Framework = {
  id: 'sqlx',
  title: 'sqlx',
  page: {
    files:
      '`12_name.sql`, or `12_name.up.sql` with `12_name.down.sql`, with `Cargo.toml` naming sqlx or the marker in one of them',
    order: 'by number',
    transaction:
      'one for each migration; a file that begins with `-- no-transaction`, at its very first byte, is sent as one query without one, so it may hold one statement that refuses transactions, and nothing else',
    source: 'sqlx: sqlx-core/src/migrate/source.rs (starts_with), sqlx-postgres/src/migrate.rs',
  },
  sideFiles: /^Cargo\.toml$/,
  claim: (files) => (isSqlx(files) ? files.filter(({ path }) => readName(nameOf(path)) !== undefined).length : 0),
  arrange: (files) => {
    const arrangement = arrangePairs(files, readName, (text) => (text.startsWith(marker) ? 'implicit' : 'wrapped'));
    const late = files.filter(
      ({ path, text }) =>
        nameOf(path).endsWith('.sql') && !text.startsWith(marker) && /^[ \t]*--[ \t]*no-transaction\b/m.test(text),
    );
    const message = `"${marker}" counts only as the first bytes of the file: it runs in a transaction`;
    return { ...arrangement, problems: late.map(({ path }) => ({ path, message })) };
  },
  write: ({ sql, transaction }) => (transaction === 'outside' ? `${marker}\n-- one statement a file\n${sql}` : sql),
};
