import { describe, expect, test } from '@jest/globals';
import { findAcknowledgements } from '../../src/migrations/acknowledgements.ts';
import { createBaselineMatcher } from '../../src/migrations/baseline.ts';
import { plain } from '../../src/migrations/frameworks/plain.ts';
import { lint } from '../../src/migrations/lint.ts';
import { unknownRollback } from '../../src/migrations/rollback-safety/verdict.ts';
import { rules } from '../../src/migrations/rules/rules.ts';
import { settingsOfFile } from '../../src/migrations/settings.ts';

const ids = new Set(rules.map(({ id }) => id));
const comment = '-- safety-gate: ignore drop-table old';

function found(sql: string, engine: 'postgresql' | 'mysql' = 'postgresql') {
  return findAcknowledgements(sql, engine, (word) => ids.has(word)).map(({ line, word, rule, reason }) => ({
    line,
    word,
    rule,
    reason,
  }));
}

async function hazards(sql: string, dialect: 'postgresql' | 'mysql' = 'postgresql') {
  const report = await lint({ dialect, files: [{ path: 'a.sql', sql }] });
  return report.files.flatMap(({ statements }) => statements.flatMap((statement) => statement.hazards));
}

describe('text that only contains the words acknowledges nothing', () => {
  test.each([
    ['a string', `SELECT '${comment}';`],
    ['a string with escapes', `SELECT E'it\\'s ${comment}';`],
    ['a quoted name', `SELECT 1 AS "${comment}";`],
    ['a dollar quote', `SELECT $$\n${comment}\n$$;`],
    ['a dollar quote with a tag', `INSERT INTO docs VALUES ($doc$\n${comment}\n$doc$);`],
    ['rows of COPY', `COPY docs FROM stdin;\n${comment}\nit's\n\\.\nSELECT 1;`],
    ['a line of psql', `\\echo ${comment}\nSELECT 1;`],
    ['prose', '-- this is what safety-gate: ignore is for'],
  ])('%s', (_, sql) => {
    expect(found(sql)).toEqual([]);
  });

  test.each([
    ['a string', `SELECT 'it\\'s ${comment}';`],
    ['a string in double quotes', `SELECT "${comment}";`],
    ['a name in backticks', `SELECT \`${comment}\`;`],
    ['two minus signs without a space', `SELECT 1 --${comment.slice(3)}`],
  ])('%s of MySQL', (_, sql) => {
    expect(found(sql, 'mysql')).toEqual([]);
  });
});

describe('a comment is found', () => {
  const ack = { word: 'ignore', rule: 'drop-table', reason: 'old' };
  test.each([
    ['behind a string with a quote in it', `SELECT 'it''s';\n${comment}`, [{ line: 2, ...ack }]],
    ['behind a name with dollar signs', `SELECT a$b$c;\n${comment}\nSELECT a$b$c;`, [{ line: 2, ...ack }]],
    ['behind rows of COPY', `COPY docs FROM stdin;\nit's\n\\.\n${comment}`, [{ line: 4, ...ack }]],
    ['inside a DO block', `DO $$\nBEGIN\n  ${comment}\n  DROP TABLE x;\nEND $$;`, [{ line: 3, ...ack }]],
    [
      'inside a function',
      `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $f$\n${comment}\nSELECT 1 $f$;`,
      [{ line: 2, ...ack }],
    ],
    ['on lines of a block comment', '/*\n * safety-gate: ignore drop-table old\n */', [{ line: 2, ...ack }]],
    ['without the colon', '-- safety-gate ignore drop-table old', [{ line: 1, ...ack }]],
    [
      'for several rules',
      '-- safety-gate: ignore drop-table,truncate old',
      [
        { line: 1, ...ack },
        { line: 1, ...ack, rule: 'truncate' },
      ],
    ],
    [
      'with spaces in the list',
      '-- safety-gate: ignore drop-table, truncate old',
      [
        { line: 1, ...ack },
        { line: 1, ...ack, rule: 'truncate' },
      ],
    ],
    [
      'with a comma before the reason',
      '-- safety-gate: ignore drop-table, which nobody reads',
      [{ line: 1, ...ack, reason: 'which nobody reads' }],
    ],
    ['with a colon before the reason', '-- safety-gate: ignore drop-table: old', [{ line: 1, ...ack }]],
    ['for the file', '-- safety-gate: ignore-file drop-table old', [{ line: 1, ...ack, word: 'ignore-file' }]],
  ])('%s', (_, sql, expected) => {
    expect(found(sql)).toEqual(expected);
  });

  test('behind # in MySQL', () => {
    expect(found('# safety-gate: ignore drop-table old', 'mysql')).toEqual([{ line: 1, ...ack }]);
  });
});

describe('what a comment acknowledges', () => {
  const open = async (sql: string) =>
    (await hazards(sql))
      .filter(({ acknowledged }) => acknowledged === undefined)
      .map(({ rule, line }) => `${line} ${rule}`);

  test('each rule of its list', async () => {
    expect(await open('-- safety-gate: ignore drop-table,missing-lock-timeout old\nDROP TABLE x;')).toEqual([]);
  });

  test('the whole file, wherever it stands', async () => {
    const sql = 'SET lock_timeout = 1; DROP TABLE x;\nDROP TABLE y;\n-- safety-gate: ignore-file drop-table old';
    expect((await open(sql)).filter((line) => line.endsWith(' drop-table'))).toEqual([]);
  });

  test('the statement below a block comment of several lines', async () => {
    const sql = '/* safety-gate: ignore drop-table old\n   and seen */\n-- more\nSET lock_timeout = 1; DROP TABLE x;';
    expect(await open(sql)).toEqual([]);
  });

  test('not the statement behind one that ends in the line above', async () => {
    const sql = 'SET lock_timeout = 1; -- safety-gate: ignore drop-table old\nDROP TABLE x;';
    expect(await open(sql)).toEqual(['1 ignore-comment', '2 drop-table']);
  });

  test('a hazard says that a comment did it', async () => {
    expect(await hazards(`SET lock_timeout = 1;\n${comment}\nDROP TABLE x;`)).toMatchObject([
      { rule: 'drop-table', acknowledged: 'old', acknowledgedBy: 'comment' },
    ]);
  });
});

describe('what is wrong with a comment is said where it stands', () => {
  test.each([
    ['a misspelt rule', 'ignore drop-tabel old', '"drop-tabel", which is no rule; did you mean drop-table?'],
    ['half a rule', 'ignore index-blocking old', 'did you mean .*create-index-blocking'],
    ['a rule like no other', 'ignore xyzzy old', '"xyzzy", which is no rule$'],
    [
      'a misspelt word',
      'ingore drop-table old',
      'says "ingore" to safety-gate, which knows ignore and ignore-file; did you mean ignore',
    ],
    ['no word', '', 'says nothing to safety-gate'],
    ['no reason', 'ignore drop-table', 'without a reason'],
    ['no reason for the file', 'ignore-file drop-table', 'without a reason'],
    [
      'one of two that is not needed',
      'ignore drop-table,truncate old',
      'ignores truncate, but there is no such hazard here',
    ],
    ['a file without such a hazard', 'ignore-file truncate old', 'no such hazard in this file'],
  ])('%s', async (_, words, message) => {
    const problems = (await hazards(`SET lock_timeout = 1;\n-- safety-gate: ${words}\nDROP TABLE x;`)).filter(
      ({ rule }) => rule === 'ignore-comment',
    );
    expect(problems).toMatchObject([{ line: 2, message: expect.stringMatching(new RegExp(message)) }]);
  });

  test('in a file without statements it is a problem of the report', async () => {
    const report = await lint({ files: [{ path: 'a.sql', sql: `\n${comment}` }] });
    expect(report.problems).toEqual([
      { path: 'a.sql', message: 'line 2: the comment ignores drop-table, but there is no such hazard here' },
    ]);
  });

  test('a comment in a part of the file that does not run is passed over', async () => {
    const { createRuleChoice, judgeFile } = await import('../../src/migrations/judge-file.ts');
    const sql = `SELECT 1;\n${comment}\nDROP TABLE x;`;
    const source = { path: 'a.sql', sql, parts: [{ from: 0, to: 9, transaction: 'implicit' as const }] };
    const ids = new Set(rules.map(({ id }) => id));
    const judging = {
      rules,
      rulesOf: createRuleChoice(rules, 'postgresql'),
      ids,
      engine: 'postgresql' as const,
      framework: plain,
      baseline: createBaselineMatcher({}),
    };
    const analysed = { path: 'a.sql', statements: [], rollback: unknownRollback() };
    const judged = judgeFile(analysed, source, judging, settingsOfFile('a.sql', {}));
    expect(judged.problems).toEqual([]);
  });
});

test('20,000 comments above 5,000 statements are read in time that grows with the text', async () => {
  const sql = `${'-- safety-gate: ignore truncate old\n'.repeat(20_000)}${'SELECT 1; '.repeat(5_000)}`;
  expect((await hazards(sql)).length).toBe(20_000);
});
