import { describe, expect, test } from '@jest/globals';
import { lint } from '../../src/migrations/lint.ts';
import { splitMysql } from '../../src/migrations/mysql/split.ts';

const made = 'CREATE TABLE t (id int NOT NULL, v varchar(20), w varchar(60));';

/** MariaDB 10.11, measured (HAZARDS.md 1b), and MySQL 8.4's "Online DDL Operations". */
test.each([
  ['mariadb', 'ALTER TABLE t ADD COLUMN x int', 'INSTANT', 'NONE'],
  ['mariadb', 'ALTER TABLE t DROP COLUMN v', 'INSTANT', 'NONE'],
  ['mariadb', 'ALTER TABLE t MODIFY v varchar(60)', 'INSTANT', 'NONE'],
  ['mariadb', 'ALTER TABLE t MODIFY v varchar(200)', 'COPY', 'SHARED'],
  ['mariadb', 'ALTER TABLE t MODIFY v varchar(10)', 'COPY', 'SHARED'],
  ['mariadb', 'ALTER TABLE t MODIFY id bigint NOT NULL', 'COPY', 'SHARED'],
  ['mariadb', 'ALTER TABLE t MODIFY id int', 'INPLACE', 'NONE'],
  ['mariadb', 'ALTER TABLE t ADD INDEX i (v)', 'NOCOPY', 'NONE'],
  ['mariadb', 'ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0)', 'COPY', 'SHARED'],
  ['mariadb', 'ALTER TABLE t ADD PRIMARY KEY (id)', 'INPLACE', 'NONE'],
  ['mysql', 'CREATE INDEX i ON t (v)', 'INPLACE', 'NONE'],
  ['mysql', 'CREATE FULLTEXT INDEX i ON t (v)', 'INPLACE', 'SHARED'],
  ['mysql', 'ALTER TABLE t ADD COLUMN x int, ALGORITHM=COPY', 'COPY', 'SHARED'],
  ['mysql', 'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES u (id)', 'COPY', 'SHARED'],
] as const)('%s: %s needs %s, %s', async (dialect, sql, algorithm, concurrency) => {
  const history = [{ path: '0.sql', sql: made }];
  const report = await lint({ dialect, history, files: [{ path: '1.sql', sql }] });
  const [statement] = report.files[0]?.statements ?? [];
  expect(statement?.effects).toMatchObject({ engine: 'mysql', algorithm, concurrency });
  expect(statement?.hazards.some(({ rule }) => rule === 'table-copy')).toBe(concurrency === 'SHARED');
});

test.each([
  ['DROP TABLE a, b', ['drop-table', 'drop-table']],
  ['ALTER TABLE a DROP COLUMN x', ['drop-column']],
  ['ALTER TABLE a CHANGE x y int', ['rename-column', 'table-copy']],
  ['RENAME TABLE a TO b', ['rename-table']],
  ['TRUNCATE a', ['truncate']],
  ['UPDATE a SET x = 1', ['unbounded-update']],
  ['UPDATE a SET x = 1 LIMIT 10', []],
  ['DELETE FROM a', ['unbounded-delete']],
  ['DROP DATABASE d', ['drop-schema']],
  ['OPTIMIZE TABLE a', ['opaque-statement']],
  ['CREATE TABLE n (id int); DROP TABLE n', []],
])('%s fires %j', async (sql, rules) => {
  const report = await lint({ dialect: 'mysql', files: [{ path: '1.sql', sql }] });
  expect(
    report.files.flatMap((file) => file.statements.flatMap(({ hazards }) => hazards.map(({ rule }) => rule))).sort(),
  ).toEqual(rules);
});

describe('a script is split', () => {
  test('at its delimiter, outside quotes and comments', () => {
    const sql =
      "-- a;b\nSELECT ';', `a;b` # c;\n; DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\nDELIMITER ;\nSELECT 2";
    expect(splitMysql(sql.replace('; DELIMITER', ';\nDELIMITER')).map(({ text }) => text.split(/[\s(]/)[0])).toEqual([
      'SELECT',
      'CREATE',
      'SELECT',
    ]);
  });
});

test('a file of which nothing can be read gets an error, with its position', async () => {
  const report = await lint({ dialect: 'mysql', files: [{ path: '1.sql', sql: '\nnonsense here' }] });
  expect(report.files[0]?.error).toMatchObject({ line: 2 });
});
