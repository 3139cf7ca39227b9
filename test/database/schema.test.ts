import { PGlite } from '@electric-sql/pglite';
import { describe, expect, test } from '@jest/globals';
import { schemaMigrations } from '../../src/database/schema/index.ts';
import { openEmbeddedStore, openPostgresStore } from '../../src/database/store.ts';
import { lint } from '../../src/migrations/lint.ts';
import { createTestDatabase } from '../support/databases.ts';

describe('the gate’s own schema', () => {
  test('passes the gate’s own lint', async () => {
    const files = Object.entries(schemaMigrations).map(([path, statements]) => ({ path, sql: statements.join(';\n') }));
    const report = await lint({ files });
    expect(report.files.flatMap((file) => file.error ?? [])).toEqual([]);
    expect(report.summary).toMatchObject({ errors: 0, warnings: 0 });
  });

  test('is made once, on PGlite', async () => {
    const pglite = await PGlite.create();
    await openEmbeddedStore(pglite);
    const store = await openEmbeddedStore(pglite);
    expect(await store.db.selectFrom('evaluations').selectAll().execute()).toEqual([]);
    await store.close();
  });

  test('is made by one of several replicas that start at once, on PostgreSQL', async () => {
    const database = await createTestDatabase();
    if (database === undefined) return; // a developer's machine without a server; CI has one
    const stores = await Promise.all([1, 2, 3].map(() => openPostgresStore(database.url)));
    for (const store of stores) await store.ping();
    for (const store of stores) await store.close();
    await database.drop();
  });
});
