import { byPath, dependsOn, whole } from './files.ts';
import { compareVersions, readVersioned } from './flyway-names.ts';
import type { Framework } from './framework.ts';

/** refinery: Flyway's names, in Rust. */
export const refinery: Framework = {
  id: 'refinery',
  title: 'refinery',
  page: {
    files: '`V1__name.sql` and `U1__name.sql`, both on the way up, with `Cargo.toml` naming refinery',
    order: 'by version',
    transaction: 'one for each migration, without a marker against it',
    source: 'refinery: README.md "Implementation details"',
  },
  sideFiles: /^Cargo\.toml$/,
  claim: (files) =>
    dependsOn(files, 'Cargo.toml', /^[ \t]*(\[[\w.-]*dependencies\.)?refinery\b/m) ? readVersioned(files).length : 0,
  arrange: (files) => {
    const named = readVersioned(files).filter(({ kind }) => kind !== 'B');
    named.sort((one, other) => compareVersions(one.numbers, other.numbers) || byPath(one.file, other.file));
    return {
      migrations: named.map(({ file: { path, text }, numbers }) => ({
        path,
        sql: text,
        parts: whole(text, 'wrapped'),
        version: numbers.join('.'),
      })),
    };
  },
  write: ({ sql, transaction }) =>
    transaction === 'outside'
      ? `-- refinery runs every migration in a transaction: run this by hand before it\n${sql}`
      : sql,
};
