import type { MigrationPart, SourceFile, TransactionMode } from '../input.ts';
import { nameOf } from './files.ts';
import type { Framework, Migration } from './framework.ts';

const up = /^--\s*migrate:up(?=\s|$)([^\n]*)/m;
const down = /^--\s*migrate:down(?=\s|$)([^\n]*)/m;

function partOf(from: number, to: number, options: string | undefined): MigrationPart {
  // without a transaction the section is sent as one query: several statements are one all the same
  const transaction: TransactionMode = /\btransaction:false\b/.test(options ?? '') ? 'implicit' : 'wrapped';
  return { from, to, transaction };
}

function toMigration({ path, text }: SourceFile): Migration {
  const start = up.exec(text);
  const end = down.exec(text);
  const to = text.length;
  return {
    path,
    sql: text,
    parts: start === null ? [] : [partOf(start.index, end?.index ?? to, start[1])],
    down: end === null ? undefined : { path, sql: text, parts: [partOf(end.index, to, end[1])] },
    version: /^(\d+)/.exec(nameOf(path))?.[1],
  };
}

function problemsOf({ path, text }: SourceFile) {
  const start = up.exec(text)?.index ?? -1;
  const end = down.exec(text)?.index ?? -1;
  const before = text
    .slice(0, Math.max(0, start))
    .split('\n')
    .some((line) => line.trim() !== '' && !/^\s*--/.test(line));
  const messages = [
    ...(start === -1 ? ['has no "-- migrate:up": dbmate refuses the file'] : []),
    ...(start !== -1 && end !== -1 && end < start
      ? ['"-- migrate:down" stands before "-- migrate:up": dbmate refuses the file']
      : []),
    ...(before ? ['has statements before "-- migrate:up": dbmate refuses the file'] : []),
  ];
  return messages.map((message) => ({ path, message }));
}

function claims({ path, text }: SourceFile): boolean {
  return path.endsWith('.sql') && (up.test(text) || down.test(text));
}

/** The dump that dbmate keeps beside the migrations' folder. */
function isDump({ path, text }: SourceFile): boolean {
  return nameOf(path) === 'schema.sql' && /^-- Dbmate schema migrations/m.test(text);
}

/** dbmate: one file a migration, in two sections. */
export const dbmate: Framework = {
  id: 'dbmate',
  title: 'dbmate',
  page: {
    files: '`20240131120000_name.sql` with `-- migrate:up` and `-- migrate:down`',
    order: 'by name',
    transaction:
      'one for each migration; `-- migrate:up transaction:false` sends the section as one query without one, so several statements are one transaction all the same',
    source: 'dbmate: pkg/dbmate/migration.go, pkg/dbmate/db.go',
  },
  claim: (files) => files.filter((file) => claims(file) || isDump(file)).length,
  arrange: (files) => {
    const own = files.filter(claims);
    return {
      migrations: own.map(toMigration).sort((one, other) => (nameOf(one.path) < nameOf(other.path) ? -1 : 1)),
      idle: files.filter(isDump).map(({ path }) => path),
      problems: own.flatMap(problemsOf),
    };
  },
  write: ({ sql, transaction }) =>
    `-- migrate:up${transaction === 'outside' ? ' transaction:false' : ''}\n${sql}\n\n-- migrate:down\n-- what takes it back`,
};
