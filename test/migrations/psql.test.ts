import { expect, test } from '@jest/globals';
import { lint } from '../../src/migrations/lint.ts';
import { blankPsql } from '../../src/migrations/postgres/psql.ts';

test.each([
  ['meta-commands', '\\c shop\n\\set x 1\nDROP TABLE x;', 3],
  ['COPY data', "COPY t (a, b) FROM stdin;\n1\tit's; é\n2\t\\N\n\\.\n\nDROP TABLE x;", 6],
  ['COPY data behind a comment', '--\n-- Data\n--\nCOPY public.t FROM stdin;\n$$\n\\.\nDROP TABLE x;', 7],
  ['what pg_dump 18 writes', '\\restrict abc\nSET lock_timeout = 0;\n\\unrestrict abc\nDROP TABLE x;', 4],
  ['CRLF', 'COPY t FROM stdin;\r\n1\r\n\\.\r\nDROP TABLE x;\r\n', 4],
])('%s are passed over, and positions stay', async (_, sql, line) => {
  const report = await lint({ files: [{ path: 'a.sql', sql }] });
  expect(report.files[0]?.error).toBeUndefined();
  expect(report.files[0]?.statements.at(-1)).toMatchObject({ kind: 'DROP TABLE', line });
});

test.each(["SELECT 'a\n\\b';", 'SELECT $$\n\\c x\n$$;', '/*\n\\c x\n*/ SELECT 1;', 'SELECT 1;'])(
  '%j is left alone',
  (sql) => {
    expect(blankPsql(sql)).toBe(sql);
  },
);

test('a file that ends with an include has no way back, whether the include is found or not', async () => {
  const sql = 'ALTER TABLE accounts ADD COLUMN note text;\n\\i more.sql\n';
  const more = { path: 'more.sql', sql: 'ALTER TABLE accounts ADD COLUMN more text;' };
  const files = [{ path: '1.sql', sql }];
  expect((await lint({ files })).rollback).toMatchObject({ down: 'absent' });
  expect((await lint({ files: [...files, more] })).rollback).toMatchObject({ down: 'absent' });
});
