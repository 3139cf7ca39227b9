import { randomBytes } from 'node:crypto';
import pg from 'pg';

const given = process.env.TEST_DATABASE_URL;
const atHand = 'postgres://postgres@127.0.0.1:5432/postgres';

/** A database of its own on the real server, dropped at the end. */
export interface TestDatabase {
  readonly url: string;
  readonly major: number;
  drop(): Promise<void>;
}

/**
 * A fresh database on the server that TEST_DATABASE_URL names, or on the one at hand.
 * @returns undefined where no server is at hand and none was named: on a developer's machine PGlite alone is tested;
 * in CI a missing server is an error
 */
export async function createTestDatabase(): Promise<TestDatabase | undefined> {
  const admin = new pg.Client({ connectionString: given ?? atHand, connectionTimeoutMillis: 3000 });
  try {
    await admin.connect();
  } catch (cause) {
    if (given !== undefined || process.env.CI !== undefined) {
      throw new Error('PostgreSQL is needed here and does not answer; start it or set TEST_DATABASE_URL', { cause });
    }
    return undefined;
  }
  const name = `safety_gate_test_${randomBytes(6).toString('hex')}`;
  await admin.query(`create database ${name}`);
  const { rows } = await admin.query<{ server_version_num: string }>('show server_version_num');
  const url = new URL(given ?? atHand);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    major: Math.floor(Number(rows[0]?.server_version_num) / 10_000),
    async drop() {
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
