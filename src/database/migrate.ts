import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { schemaMigrations } from './schema/index.ts';
import type { Tables } from './tables.ts';

/** Our tables' schema. The jobs have one of their own, which pg-boss keeps. */
export const gateSchema = 'safety_gate';

/**
 * Brings the schema up to date; several replicas may do so at once (Kysely's migrator takes a lock).
 * @throws the first statement's error; what had not finished is rolled back
 */
export async function migrateStore(kysely: Kysely<Tables>): Promise<void> {
  const migrations: Record<string, Migration> = {};
  for (const [name, statements] of Object.entries(schemaMigrations)) {
    migrations[name] = {
      up: async (db) => {
        for (const statement of statements) await sql.raw(statement).execute(db);
      },
    };
  }
  const migrator = new Migrator({
    db: kysely,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: gateSchema,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
