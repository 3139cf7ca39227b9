import { randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { UsageError } from '../../src/cli/command.ts';
import { runVerifyEffects } from '../../src/cli/verify-effects.ts';
import { cancelOnAbort } from '../../src/trace/cancel-on-abort.ts';
import type { TraceDatabase } from '../../src/trace/database.ts';
import { openEmbedded } from '../../src/trace/embedded.ts';
import { type Migrations, type Replay, replay, type TracedStatement } from '../../src/trace/replay.ts';
import { openServer } from '../../src/trace/server.ts';
import { traceReport } from '../../src/trace/trace-report.ts';
import { createTestDatabase } from '../support/databases.ts';

const server = await createTestDatabase();
afterAll(() => server?.drop());

const engines: readonly { name: string; open: () => Promise<TraceDatabase> }[] = [
  { name: 'PGlite', open: () => openEmbedded() },
  ...(server === undefined ? [] : [{ name: 'PostgreSQL', open: () => openServer(server.url) }]),
];

const history = `CREATE TABLE accounts (id serial PRIMARY KEY, owner text);
CREATE TABLE payments (id serial PRIMARY KEY, account int REFERENCES accounts, amount int);
ALTER TABLE payments ALTER amount TYPE bigint;
CREATE INDEX payments_account ON payments (account);
BEGIN;
SET LOCAL search_path = public;
TRUNCATE accounts CASCADE;
COMMIT;
CREATE INDEX CONCURRENTLY accounts_owner ON accounts (owner);
COPY accounts FROM stdin;
VACUUM accounts;`;

const migrations = (...texts: readonly string[]): Migrations => ({
  files: texts.map((sql, at) => ({ path: `${at}.sql`, sql })),
  unreadable: [],
});

const single = ({ statements }: Replay): TracedStatement['outcome'] | undefined => statements.at(-1)?.outcome;

describe.each(engines)('on $name', ({ open }) => {
  let database: TraceDatabase;

  beforeAll(async () => {
    database = await open();
  }, 60_000);
  afterAll(() => database.close());

  async function run(...files: readonly string[]): Promise<Replay> {
    await database.run('DROP SCHEMA IF EXISTS s CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    return replay(migrations(...files), database);
  }

  test('a history whose effects are claimed as they are agrees in everything', async () => {
    const report = traceReport(await run(history), { server: 'test', analysedAs: 18 });
    expect(report.differing).toEqual([]);
    expect(report.refused).toEqual([]);
    expect(report).toMatchObject({
      agrees: true,
      totals: {
        statements: 11,
        passedOver: 2,
        locksObserved: 7, // not the two that run outside transactions
        locksEqual: 7,
        rewrites: { observed: 3, claimed: 3 },
        indexBuilds: { observed: 3, claimed: 3 },
      },
    });
  });

  test('what a function does that the analysis cannot read shows as a difference, and as opaque', async () => {
    const replayed = await run(
      `CREATE TABLE a (id int);
       CREATE TABLE todo (sql text);
       INSERT INTO todo VALUES ('ALTER TABLE a ADD b int');
       CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE (SELECT sql FROM todo); END $$;`,
      'SELECT f()',
    );
    expect(single(replayed)).toMatchObject({
      status: 'compared',
      opaqueReason: expect.stringContaining('EXECUTE'),
      differences: [{ what: 'lock-missing', relation: 'public.a', observed: 'AccessExclusiveLock' }],
    });
    expect(traceReport(replayed, { server: 'test', analysedAs: 18 }).agrees).toBe(true);
  });

  test('a statement that the server refuses is not applied to the analysis either, and the run goes on', async () => {
    const replayed = await run(
      `CREATE TABLE a (id int CHECK (id > 0)); CREATE TABLE b (id int);
       DROP TABLE a, nowhere;
       ALTER TABLE a ALTER id TYPE bigint;`,
    );
    const outcomes = replayed.statements.map(({ outcome }) => outcome);
    expect(outcomes.map(({ status }) => status)).toEqual(['compared', 'compared', 'refused', 'compared']);
    expect(outcomes[2]).toMatchObject({ refusal: { code: '42P01' } });
    expect(outcomes[3]).toMatchObject({ differences: [], observed: { rewrites: ['public.a'] } });
  });

  test('a statement that no transaction block takes runs outside one', async () => {
    const replayed = await run('CREATE TABLE a (id int); CREATE INDEX CONCURRENTLY a_id ON a (id);');
    expect(single(replayed)).toMatchObject({
      differences: [],
      observed: { transaction: 'forbidden', indexBuilds: [{ relation: 'public.a', index: 'a_id' }] },
    });
    expect(single(replayed)).toHaveProperty('observed.locks', undefined);
  });

  test('locks of a key that is checked count only where a row is written', async () => {
    const tables = 'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a);';
    expect(single(await run(`${tables} DELETE FROM a;`))).toMatchObject({
      differences: [],
      notExercised: expect.arrayContaining([{ what: 'lock-extra', relation: 'public.b', claimed: 'RowShareLock' }]),
    });
    expect(single(await run(`${tables} INSERT INTO a VALUES (1); DELETE FROM a;`))).toMatchObject({
      differences: [],
      notExercised: [],
    });
  });

  test('scans are seen where rows are', async () => {
    const replayed = await run(
      'CREATE TABLE a (id int); INSERT INTO a VALUES (1); ALTER TABLE a ALTER id SET NOT NULL;',
    );
    expect(single(replayed)).toMatchObject({ differences: [], notExercised: [], observed: { scans: ['public.a'] } });
  });

  test('rows read by one statement are not counted for the next', async () => {
    const replayed = await run(
      'CREATE TABLE a (id int); INSERT INTO a VALUES (1); SELECT * FROM a; COMMENT ON TABLE a IS $$x$$;',
    );
    expect(single(replayed)).toMatchObject({ observed: { scans: [] } });
  });

  test('what a file rolls back is run on neither side', async () => {
    const replayed = await run(
      'CREATE TABLE a (id int); BEGIN; DROP TABLE a; ROLLBACK; BEGIN; SAVEPOINT s; DROP TABLE a; ROLLBACK TO s; COMMIT; TRUNCATE a;',
    );
    expect(single(replayed)).toMatchObject({
      status: 'compared',
      differences: [],
      observed: { rewrites: ['public.a'] },
    });
  });

  test('settings end with the file, and those of SET LOCAL with its transaction', async () => {
    const replayed = await run(
      'CREATE SCHEMA s; SET search_path = s; CREATE TABLE a (id int);',
      'BEGIN; SET LOCAL search_path = s; ALTER TABLE a ADD b int; COMMIT; ALTER TABLE a ADD c int;',
      'ALTER TABLE a ADD d int;',
    );
    const alterations = replayed.statements.filter(({ kind }) => kind === 'ALTER TABLE add column');
    expect(alterations.map(({ outcome }) => outcome.status)).toEqual(['compared', 'refused', 'refused']);
  });
});

describe('a planted disagreement', () => {
  let database: TraceDatabase;

  beforeAll(async () => {
    database = await openEmbedded();
  });
  afterAll(() => database.close());

  test('an analysis for another version is found out, with claim and observation', async () => {
    const sql = `CREATE TABLE p (id int) PARTITION BY RANGE (id);
      CREATE TABLE c PARTITION OF p FOR VALUES FROM (1) TO (2);
      CREATE TABLE d (id int);
      ALTER TABLE p DETACH PARTITION c;
      ALTER TABLE p ATTACH PARTITION c FOR VALUES FROM (1) TO (2);
      ALTER TABLE d ADD n int DEFAULT 5 NOT NULL;`;
    const replayed = await replay(migrations(sql), database, { version: 10 });
    const report = traceReport(replayed, { server: 'test', analysedAs: 10 });
    expect(report.agrees).toBe(false);
    expect(report.differing.length).toBeGreaterThan(0);
    expect(report.differing[0]).toMatchObject({ path: '0.sql', outcome: { status: 'compared' } });
  });
});

describe('the command', () => {
  async function run(args: readonly string[], sql = history, signal = new AbortController().signal) {
    const out: string[] = [];
    const stdout = new PassThrough().on('data', (chunk) => out.push(String(chunk)));
    const stdin = Readable.from([Buffer.from(sql)]);
    const io = { env: {}, cwd: '/', stdin, stdout, stderr: new PassThrough() };
    return { code: await runVerifyEffects(args, io, signal), stdout: out.join('') };
  }

  test.each([
    [['-'], /one of --database-url and --embedded/],
    [['--embedded', '--database-url', 'postgres://x', '-'], /one of --database-url and --embedded/],
    [['--embedded'], /no path/],
    [['--embedded', '--format', 'xml', '-'], /write text or json/],
    [['--embedded', '--server-version', 'new', '-'], /write a number/],
    [['--embedded', '--framework', 'none', '-'], /"none": write one of .*plain/],
  ])('%j is refused with what is accepted', async (args, message) => {
    await expect(run(args)).rejects.toThrow(UsageError);
    await expect(run(args)).rejects.toThrow(message);
  });

  test.each([
    ['mysql://localhost/x', /not an address of PostgreSQL/],
    ['postgres://user:secret@127.0.0.1:1/postgres', /user@127\.0\.0\.1:1\/postgres: cannot connect/],
  ])('%s cannot be had, and the message says why without the password', async (url, message) => {
    const failed = run(['--database-url', url, '-']);
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.not.toThrow(/secret/);
  });

  test('agreement ends with 0 and says it', async () => {
    const { code, stdout } = await run(['--embedded', '-']);
    expect(stdout).toContain('7 of 7 statements (100.00 %)');
    expect(code).toBe(0);
  });

  test('JSON has the differing statements, and their number is the exit code 1', async () => {
    const sql = 'CREATE TABLE a (id int); GRANT SELECT ON a TO PUBLIC'; // locks the table from 18 on
    const { code, stdout } = await run(['--embedded', '--server-version', '17', '--format', 'json', '-'], sql);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      version: 1,
      agrees: false,
      differing: [{ path: '<stdin>', line: 1, kind: 'GRANT' }],
    });
    expect(code).toBe(1);
  });

  test('a file that does not parse ends with 2', async () => {
    expect((await run(['--embedded', '-'], 'ALTER TABEL x')).code).toBe(2);
  });
});

const onServer = server === undefined ? describe.skip : describe;

onServer('on a server', () => {
  const url = server?.url ?? '';

  async function exists(name: string): Promise<boolean> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    await client.end();
    return rowCount === 1;
  }

  test('a user who may not create databases is told so', async () => {
    const role = `safety_gate_test_${randomBytes(6).toString('hex')}`;
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`CREATE ROLE ${role} LOGIN`);
    try {
      const own = new URL(url);
      own.username = role;
      await expect(openServer(own.href)).rejects.toThrow(`ALTER ROLE ${role} CREATEDB`);
    } finally {
      await client.query(`DROP ROLE ${role}`);
      await client.end();
    }
  });

  test('roles and databases are left alone', async () => {
    const database = await openServer(url);
    const sql = 'CREATE ROLE safety_gate_never; DROP DATABASE IF EXISTS safety_gate_never;';
    const { statements } = await replay(migrations(sql), database).finally(() => database.close());
    expect(statements.map(({ outcome }) => outcome.status)).toEqual(['passed over', 'passed over']);
  });

  test('an interruption cancels the statement that runs, drops the database and ends the run', async () => {
    const interruption = new AbortController();
    const database = await openServer(url);
    expect(await exists(database.name)).toBe(true);
    const running = replay(
      migrations('SELECT pg_sleep(50); CREATE TABLE a (id int);'),
      {
        ...database,
        run: (sql) => {
          const answer = database.run(sql);
          if (sql.includes('pg_sleep')) queueMicrotask(() => interruption.abort());
          return answer;
        },
      },
      { signal: interruption.signal },
    );
    const stopCancelling = cancelOnAbort(database, interruption.signal, () => {});
    const { statements } = await running.finally(stopCancelling).finally(() => database.close());
    expect(statements.map(({ outcome }) => outcome)).toMatchObject([{ status: 'refused', refusal: { code: '57014' } }]);
    expect(await exists(database.name)).toBe(false);
  });
});
