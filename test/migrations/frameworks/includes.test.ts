import { describe, expect, test } from '@jest/globals';
import { isRefused, kindsOf, lintFiles } from './lint-files.ts';

/** A name between dollar and braces, as tools fill it in. */
const inBraces = (name: string) => ['$', '{', name, '}'].join('');
const index = 'CREATE INDEX CONCURRENTLY i ON payments (a);';

describe('psql puts a file where another includes it', () => {
  test('in that order, each statement in its own file', async () => {
    const report = await lintFiles({
      'a.sql': 'CREATE TABLE a (id int);',
      'main.sql': "DROP TABLE b;\n\\i 'parts/c.sql'\n\\ir a.sql\nCREATE INDEX ON a (id);",
      'parts/c.sql': 'DROP TABLE c;',
    });
    expect(kindsOf(report)).toEqual([
      'main.sql: DROP TABLE, CREATE INDEX',
      'parts/c.sql: DROP TABLE',
      'a.sql: CREATE TABLE',
    ]);
    expect(report.files[0]?.statements.map(({ index: at, line }) => [at, line])).toEqual([
      [0, 1],
      [1, 4],
    ]);
    // the table is made by the include before the index is built
    expect(report.files[0]?.statements[1]?.hazards).toEqual([]);
    expect(report.problems).toEqual([]);
  });

  test.each([
    ['inside of a transaction', `BEGIN;\n\\i x.sql\nCOMMIT;`, true],
    ['behind a transaction', `BEGIN;\nSELECT 1;\nCOMMIT;\n\\i x.sql`, false],
  ])('%s', async (_, main, refused) => {
    const report = await lintFiles({ 'main.sql': main, 'x.sql': index });
    expect(isRefused(report)).toBe(refused);
    const rules = report.files.flatMap(({ statements }) => statements.flatMap(({ hazards }) => hazards));
    expect(rules.map(({ rule }) => rule)).toEqual(refused ? ['concurrently-in-transaction'] : []);
  });

  test('settings go on into the included file', async () => {
    const main = "SET search_path = billing;\nSET lock_timeout = '2s';\n\\i x.sql";
    const report = await lintFiles({ 'main.sql': main, 'x.sql': 'ALTER TABLE invoices ADD a int;' });
    const [statement] = report.files[1]?.statements ?? [];
    expect(statement?.effects.locks).toMatchObject([{ relation: 'billing.invoices' }]);
    expect(statement?.hazards).toEqual([]);
  });

  test('sqitch: what a deploy script includes is no stray', async () => {
    const deploy = '-- Deploy x:a to pg\nBEGIN;\n\\i schema/a.sql\nCOMMIT;';
    const report = await lintFiles({ 'deploy/a.sql': deploy, 'schema/a.sql': 'DROP TABLE a;' });
    expect(report).toMatchObject({ framework: 'sqitch', problems: [] });
    expect(kindsOf(report)).toEqual(['deploy/a.sql: BEGIN, COMMIT', 'schema/a.sql: DROP TABLE']);
  });

  test('an ignore comment counts in the file where it stands', async () => {
    const main = '\\i x.sql\n-- safety-gate: ignore drop-table unused since March\nDROP TABLE a;';
    const report = await lintFiles({ 'main.sql': main, 'x.sql': 'SELECT 1;' });
    expect(report).toMatchObject({ verdict: 'pass', problems: [], summary: { acknowledged: 1 } });
  });
});

describe('an include that cannot be followed is an error of its file, and the rest is judged', () => {
  test.each([
    [
      'a file that is not given',
      { 'main.sql': 'DROP TABLE a;\n\\i gone.sql' },
      'main.sql',
      2,
      /gone\.sql: not among the files/,
    ],
    ['a name with a variable', { 'main.sql': '\\i :dir/x.sql', 'x.sql': '' }, 'main.sql', 1, /:dir\/x\.sql: not among/],
    ['itself', { 'main.sql': 'SELECT 1;\n\\i main.sql' }, 'main.sql', 2, /without end: main\.sql, main\.sql/],
    ['a circle', { 'a.sql': '\\i b.sql', 'b.sql': '\\i a.sql' }, 'b.sql', 1, /without end: a\.sql, b\.sql, a\.sql/],
  ])('%s', async (_, files, path, line, message) => {
    const report = await lintFiles(files);
    expect(report.verdict).toBe('fail');
    const file = report.files.find((each) => each.path === path);
    expect(file?.error).toMatchObject({ line, message: expect.stringMatching(message) });
  });
});

test('files that include each other twice, fifty levels deep, end with an error', async () => {
  const files = Array.from({ length: 50 }, (_, at) => [`${at}.sql`, `\\i ${at + 1}.sql\n\\i ${at + 1}.sql\n`]);
  const report = await lintFiles({ ...Object.fromEntries(files), '50.sql': 'SELECT 1;' });
  expect(report.verdict).toBe('fail');
  expect(report.files.some(({ error }) => error?.message.includes('more than 10000 includes'))).toBe(true);
});

describe('a text that is not what the server gets', () => {
  test.each([
    [`ALTER TABLE ${inBraces('schema')}.a ADD b int;`, inBraces('schema')],
    ['SELECT 1;\nDROP TABLE :name;', ':name'],
    ['DROP TABLE {{ name }};', '{{ name }}'],
    ['INSERT INTO a VALUES (%(value)s);', '%(value)s'],
  ])('%j: the error names the placeholder', async (sql, name) => {
    const report = await lintFiles({ 'a.sql': sql });
    expect(report.files[0]?.error?.message).toContain(`${name} is a placeholder`);
  });

  test('another error does not', async () => {
    const report = await lintFiles({ 'a.sql': `SELECT '${inBraces('a')}';\nSELEC 1;` });
    expect(report.files[0]?.error?.message).not.toContain('placeholder');
  });
});
