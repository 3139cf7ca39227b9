import { describe, expect, test } from '@jest/globals';
import { type LintRequest, lint } from '../../src/migrations/lint.ts';

type Reported = Awaited<ReturnType<typeof lint>>;

function one(sql: string, more: Partial<LintRequest> = {}): Promise<Reported> {
  return lint({ ...more, files: [{ path: 'a.sql', sql }] });
}

const fired = (report: Reported) =>
  report.files.flatMap((file) =>
    file.statements.flatMap((statement) => statement.hazards.map(({ rule, line, column }) => ({ rule, line, column }))),
  );

describe('the report', () => {
  test('has the fields of the contract', async () => {
    const report = await one('CREATE INDEX i ON payments (a);');
    expect(report).toMatchObject({
      version: 1,
      dialect: 'postgresql',
      serverVersion: '16',
      timeZone: 'UTC',
      verdict: 'fail',
    });
    const [statement] = report.files[0]?.statements ?? [];
    expect(statement).toMatchObject({
      index: 0,
      line: 1,
      kind: 'CREATE INDEX',
      analysis: 'static',
      effects: {
        locks: [{ relation: 'public.payments', mode: 'ShareLock', kind: 'table' }],
        rewrites: [],
        scans: [{ relation: 'public.payments' }],
        indexBuilds: [{ relation: 'public.payments', index: 'i' }],
        transaction: 'allowed',
      },
    });
    expect(statement?.hazards[0]).toMatchObject({
      rule: 'create-index-blocking',
      severity: 'error',
      docs: 'docs/rules/create-index-blocking.md',
    });
  });

  test('counts what it found', async () => {
    const report = await lint({
      files: [
        { path: 'a.sql', sql: 'DROP TABLE a; CALL f();' },
        { path: 'b.sql', sql: 'nonsense' },
      ],
    });
    expect(report.summary).toEqual({
      files: 2,
      unreadable: 1,
      statements: 2,
      opaque: 1,
      errors: 1,
      warnings: 2,
      infos: 0,
      acknowledged: 0,
    });
  });

  test('fails when a file could not be read, even without a hazard', async () => {
    const report = await lint({
      files: [
        { path: 'a.sql', sql: 'SELECT 1' },
        { path: 'b.sql', error: { message: 'x', line: 1, column: 1 } },
      ],
    });
    expect(report).toMatchObject({ verdict: 'fail', summary: { errors: 0, unreadable: 1 } });
    expect(report.files.map(({ path }) => path)).toEqual(['a.sql', 'b.sql']);
  });

  test.each([
    ['nothing', ''],
    ['white space', ' \r\n\t'],
    ['comments', '-- nothing\n/* here */'],
    ['semicolons', ';;'],
  ])('a file of %s has no statements and no error', async (_, sql) => {
    const report = await one(sql);
    expect(report).toMatchObject({ verdict: 'pass', files: [{ path: 'a.sql', statements: [] }] });
    expect(report.files[0]?.error).toBeUndefined();
  });
});

describe('positions', () => {
  test.each([
    ['after text of several bytes', '-- für Änderungen 🎉\nSELECT 1;\n  DROP TABLE "größe";', 3, 3],
    ['after a comment of several lines', '/* a\nb\n*/ DROP TABLE x;', 3, 4],
    ['with CRLF', 'SELECT 1;\r\n\r\nDROP TABLE x;\r\n', 3, 1],
    ['behind a byte order mark', '\uFEFFDROP TABLE x;', 1, 1],
    ['on the same line', "SELECT 'é'; DROP TABLE x;", 1, 13],
  ])('are those of the statement %s', async (_, sql, line, column) => {
    expect(fired(await one(sql))).toContainEqual({ rule: 'drop-table', line, column });
  });

  test.each([
    ['a word', "SELECT 1;\nSELECT 'ü', FROM;", { line: 2, column: 13 }],
    ['an open quote', "SELECT 1;\n SELECT 'abc", { line: 2, column: 9 }],
    ['an open dollar quote', 'SELECT 1;\nDO $x$ begin', { line: 2, column: 4 }],
    ['a NUL byte', 'SELECT 1;\nSELECT \u0000', { line: 2, column: 8 }],
  ])('of what does not parse: %s', async (_, sql, position) => {
    const report = await one(sql);
    expect(report.files[0]?.error).toMatchObject(position);
    expect(report.files[0]?.statements).toEqual([]);
  });
});

describe('hostile text', () => {
  test.each([
    ['200,000 open parentheses', `SELECT ${'('.repeat(200_000)}`],
    ['200,000 additions', `SELECT 1;\nSELECT ${'1+'.repeat(200_000)}1`],
    ['50,000 unions', `SELECT 1 ${'UNION SELECT 1 '.repeat(50_000)}`],
  ])('%s: the file gets an error, the others are judged', async (_, sql) => {
    const report = await lint({
      files: [
        { path: 'a.sql', sql },
        { path: 'b.sql', sql: 'DROP TABLE x' },
      ],
    });
    expect(report.files[0]?.error).toBeDefined();
    expect(fired(report)).toContainEqual({ rule: 'drop-table', line: 1, column: 1 });
  });

  test('a body of 5 MB in many statements is judged in time that grows with it', async () => {
    const sql = 'INSERT INTO t VALUES (1);\n'.repeat(50_000);
    expect((await one(sql)).summary.statements).toBe(50_000);
  });
});

describe('acknowledgement', () => {
  test.each([
    ['on the line above', '-- safety-gate: ignore drop-table unused since March\nDROP TABLE x;'],
    ['two comments above', '-- safety-gate: ignore drop-table unused since March\n-- see #12\nDROP TABLE x;'],
    ['behind the statement', 'DROP TABLE x; -- safety-gate: ignore drop-table unused since March'],
    ['in a block comment', '/* safety-gate: ignore drop-table unused since March */\nDROP TABLE x;'],
    ['with CRLF', '-- safety-gate: ignore drop-table unused since March\r\nDROP TABLE x;\r\n'],
  ])('%s keeps the hazard and takes it out of the verdict', async (_, sql) => {
    const report = await one(sql);
    const hazard = report.files[0]?.statements[0]?.hazards.find(({ rule }) => rule === 'drop-table');
    expect(hazard?.acknowledged).toBe('unused since March');
    expect(report.verdict).toBe('pass');
  });

  test.each([
    ['has no reason', '-- safety-gate: ignore drop-table\nDROP TABLE x;'],
    ['names another rule', '-- safety-gate: ignore drop-column old\nDROP TABLE x;'],
    ['names no rule', '-- safety-gate: ignore everything old\nDROP TABLE x;'],
    ['is separated by an empty line', '-- safety-gate: ignore drop-table old\n\nDROP TABLE x;'],
    ['belongs to another statement', '-- safety-gate: ignore drop-table old\nSELECT 1;\nDROP TABLE x;'],
  ])('one that %s is reported and not obeyed', async (_, sql) => {
    const report = await one(sql);
    expect(report.verdict).toBe('fail');
    expect(fired(report).map(({ rule }) => rule)).toContain('ignore-comment');
  });
});

describe('the set', () => {
  test('a table made in an earlier file is locked but raises no lock hazard', async () => {
    const report = await lint({
      files: [
        { path: '1.sql', sql: 'CREATE TABLE refunds (id int, payment_id int);' },
        { path: '2.sql', sql: 'CREATE INDEX refunds_idx ON refunds (payment_id);' },
      ],
    });
    expect(report.files[1]?.statements[0]?.effects.locks).toMatchObject([
      { relation: 'public.refunds', mode: 'ShareLock' },
    ]);
    expect(fired(report)).toEqual([]);
  });

  test('history tells what is there and is not judged', async () => {
    const history = [
      { path: '0.sql', sql: 'CREATE TABLE payments (id int PRIMARY KEY, note varchar(20)); DROP TABLE old;' },
    ];
    const report = await one('ALTER TABLE payments ALTER note TYPE varchar(40);', { history });
    expect(fired(report).map(({ rule }) => rule)).toEqual(['missing-lock-timeout']);
  });

  test('a renamed or dropped and remade table is followed', async () => {
    const report = await one(
      'CREATE TABLE a (id int); ALTER TABLE a RENAME TO b; CREATE INDEX ON b (id); DROP TABLE b;',
    );
    expect(fired(report)).toEqual([]);
  });

  test('search_path says what an unqualified name means', async () => {
    const report = await one('SET search_path = billing, public; CREATE TABLE invoices (id int); DROP TABLE invoices;');
    expect(report.files[0]?.statements[2]?.effects.locks).toMatchObject([{ relation: 'billing.invoices' }]);
  });
});

describe('opaque statements', () => {
  test.each([
    ['dynamic SQL', 'DO $$ BEGIN EXECUTE (SELECT sql FROM todo); END $$;', 'opaque'],
    ['SQL put together of constants', "DO $$ BEGIN EXECUTE 'ALTER TABLE ' || 't' || ' ADD a int'; END $$;", 'static'],
    ['a constant in EXECUTE', "DO $$ BEGIN EXECUTE 'ALTER TABLE t ADD a int'; END $$;", 'static'],
    ['static SQL in DO', 'DO $$ BEGIN IF true THEN ALTER TABLE t ADD a int; END IF; END $$;', 'static'],
    ['another language', 'DO LANGUAGE plperl $$ 1 $$;', 'opaque'],
    ['a procedure', 'CALL f();', 'opaque'],
    ['a function nobody knows', 'SELECT migrate_everything();', 'opaque'],
    ['a function of the server', 'SELECT now();', 'static'],
  ])('%s', async (_, sql, analysis) => {
    expect((await one(sql)).files[0]?.statements[0]?.analysis).toBe(analysis);
  });

  test('static SQL in DO takes its locks', async () => {
    const report = await one('DO $$ BEGIN ALTER TABLE t ADD a int; END $$;');
    expect(report.files[0]?.statements[0]?.effects.locks).toMatchObject([
      { relation: 'public.t', mode: 'AccessExclusiveLock' },
    ]);
  });
});

describe('triggers', () => {
  const refresh = `CREATE MATERIALIZED VIEW totals AS SELECT 1 AS one;
    CREATE FUNCTION refresh_totals() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN REFRESH MATERIALIZED VIEW CONCURRENTLY totals; UPDATE audit SET at = now(); RETURN NEW; END $$;
    CREATE TRIGGER refresh AFTER UPDATE ON payments FOR EACH STATEMENT EXECUTE FUNCTION refresh_totals();`;
  const history = [{ path: '0.sql', sql: refresh }];

  test.each([
    ["UPDATE payments SET note = 'x' WHERE id = 1", ['public.payments', 'public.totals', 'public.audit']],
    ['DELETE FROM payments WHERE id = 1', ['public.payments']],
  ])('%s locks what the triggers that it fires lock', async (sql, relations) => {
    const report = await one(sql, { history });
    expect(report.files[0]?.statements[0]?.effects.locks.map(({ relation }) => relation)).toEqual(relations);
    expect(report.files[0]?.statements[0]?.analysis).toBe('static');
  });

  test('triggers that fire each other are followed only so far', async () => {
    const loop = `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE a SET x = 1; RETURN NEW; END';
      CREATE TRIGGER t AFTER UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f();`;
    const report = await one('UPDATE a SET x = 2 WHERE id = 1', { history: [{ path: '0.sql', sql: loop }] });
    expect(report.verdict).toBe('pass');
  });
});
