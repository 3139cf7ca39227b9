import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase } from '../support/databases.ts';
import { analyseCase, analysed } from './measured.ts';
import { corpus, type Database, fixture, observe } from './observe.ts';

/** Statements whose effects depend on the rows that are there. */
const knownDifferences: Readonly<Record<string, string>> = {
  "INSERT INTO part VALUES (99993, 5, 'x')":
    'the partition that the row goes to is locked, and only the server knows which',
  'ALTER TABLE t ADD COLUMN n1 int DEFAULT NULL REFERENCES ref (id)':
    'no row has a value, so the referenced table is not read',
};

/** What a query reads is up to the planner; what a definition change reads is not. */
const isQuery = (sql: string): boolean => /^(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE)\b/.test(sql);

type Open = Database & { close(): Promise<void> };

async function openPglite(): Promise<Open> {
  return new PGlite();
}

async function openServer(url: string, drop: () => Promise<void>): Promise<Open> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const close = async (): Promise<void> => {
    await client.end();
    await drop();
  };
  return { query: (sql) => client.query(sql), exec: (sql) => client.query(sql), close };
}

const server = await createTestDatabase();
const engines: readonly { name: string; open: () => Promise<Open> }[] = [
  { name: 'PGlite', open: openPglite },
  ...(server === undefined ? [] : [{ name: 'PostgreSQL', open: () => openServer(server.url, server.drop) }]),
];

describe.each(engines)('static effects are what $name does:', ({ open }) => {
  let database: Open;
  let major = 0;

  beforeAll(async () => {
    database = await open();
    const version = `SELECT current_setting('server_version_num')::int / 10000 AS major`;
    major = (await database.query<{ major: number }>(version)).rows[0]?.major ?? 0;
    await database.exec(`SET timezone = 'UTC'`);
    await database.exec(fixture);
  }, 60_000);

  afterAll(() => database.close());

  let refused = 0;

  test.each(corpus.filter((sql) => !(sql in knownDifferences)))('%s', async (sql) => {
    const seen = await observe(database, sql);
    if ('error' in seen) {
      refused += 1; // a statement that the server refuses has no effects to compare
      return;
    }
    const statement = await analyseCase({ id: sql, sql, results: [] }, major);
    const claimed = statement === undefined ? undefined : analysed(statement);
    expect(isQuery(sql) ? { ...claimed, scans: seen.scans } : claimed).toEqual(seen);
  });

  test('few of the statements were refused', () => {
    expect(refused).toBeLessThanOrEqual(8);
  });
});
