import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TraceDatabase } from '../../src/trace/database.ts';
import { openEmbedded } from '../../src/trace/embedded.ts';
import { createObserver, type Observer } from '../../src/trace/observe.ts';
import { openServer } from '../../src/trace/server.ts';
import { createTestDatabase } from '../support/databases.ts';
import { analyseCase, analysed } from './measured.ts';
import { corpus, fixture, observe } from './observe.ts';

/** Statements whose effects depend on the rows that are there. */
const knownDifferences: Readonly<Record<string, string>> = {
  "INSERT INTO part VALUES (99993, 5, 'x')":
    'the partition that the row goes to is locked, and only the server knows which',
  'ALTER TABLE t ADD COLUMN n1 int DEFAULT NULL REFERENCES ref (id)':
    'no row has a value, so the referenced table is not read',
};

/** What a query reads is up to the planner; what a definition change reads is not. */
const isQuery = (sql: string): boolean => /^(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE)\b/.test(sql);

const server = await createTestDatabase();
const engines: readonly { name: string; open: () => Promise<TraceDatabase> }[] = [
  { name: 'PGlite', open: () => openEmbedded() },
  ...(server === undefined ? [] : [{ name: 'PostgreSQL', open: () => openServer(server.url) }]),
];

afterAll(() => server?.drop());

describe.each(engines)('static effects are what $name does:', ({ open }) => {
  let database: TraceDatabase;
  let observer: Observer;

  beforeAll(async () => {
    database = await open();
    await database.run(fixture);
    observer = await createObserver(database);
  }, 60_000);

  afterAll(() => database.close());

  let refused = 0;

  test.each(corpus.filter((sql) => !(sql in knownDifferences)))('%s', async (sql) => {
    const seen = await observe(observer, sql);
    if ('error' in seen) {
      refused += 1; // a statement that the server refuses has no effects to compare
      return;
    }
    const statement = await analyseCase({ id: sql, sql, results: [] }, database.major);
    const claimed = statement === undefined ? undefined : analysed(statement);
    expect(isQuery(sql) ? { ...claimed, scans: seen.scans } : claimed).toEqual(seen);
  });

  test('few of the statements were refused', () => {
    expect(refused).toBeLessThanOrEqual(8);
  });
});
