import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Kysely, sql } from 'kysely';
import { pgliteDialect } from '../../src/database/pglite-dialect.ts';

let pglite: PGlite;
let db: Kysely<{ notes: { text: string } }>;

beforeAll(async () => {
  pglite = await PGlite.create();
  db = new Kysely({ dialect: pgliteDialect(pglite) });
  await sql`create table notes (text text not null)`.execute(db);
});

afterAll(async () => {
  await db.destroy();
  await pglite.close();
});

test("a query beside somebody's open transaction is not undone with it", async () => {
  const inside = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const doomed = db.transaction().execute(async (tx) => {
    await tx.insertInto('notes').values({ text: 'inside' }).execute();
    inside.resolve();
    await goOn.promise;
    throw new Error('changed my mind');
  });
  await inside.promise;
  const beside = db.insertInto('notes').values({ text: 'beside' }).execute();
  goOn.resolve();
  await expect(doomed).rejects.toThrow('changed my mind');
  await beside;
  expect(await db.selectFrom('notes').selectAll().execute()).toEqual([{ text: 'beside' }]);
});

test('transactions of many callers at once each commit their own', async () => {
  await sql`delete from notes`.execute(db);
  const write = (text: string) =>
    db.transaction().execute(async (tx) => {
      await tx.insertInto('notes').values({ text }).execute();
      if (text === '3') throw new Error('no three');
    });
  const texts = ['1', '2', '3', '4', '5'];
  const results = await Promise.allSettled(texts.map(write));
  expect(results.map((result) => result.status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  const rows = await db.selectFrom('notes').select('text').orderBy('text').execute();
  expect(rows.map((row) => row.text)).toEqual(['1', '2', '4', '5']);
});

test('a failed statement inside a transaction leaves the next one clean', async () => {
  const broken = db.transaction().execute((tx) => sql`select * from no_such_table`.execute(tx));
  await expect(broken).rejects.toThrow('no_such_table');
  await expect(sql`select 1`.execute(db)).resolves.toBeDefined();
});
