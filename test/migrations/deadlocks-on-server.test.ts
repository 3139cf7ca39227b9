import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { lint } from '../../src/migrations/lint.ts';
import { createTestDatabase } from '../support/databases.ts';

/** Steps of two transactions; the last of each is sent when all others are done, so that both wait at the same time. */
interface Case {
  readonly name: string;
  readonly migration: readonly [...string[], string];
  readonly other: readonly string[];
  /** What is told to lint beside the migration. */
  readonly told: { readonly applicationOrder?: readonly string[][] };
  readonly rule: string | undefined;
}

const cases: readonly Case[] = [
  {
    name: 'a migration against the order of the application',
    migration: ['ALTER TABLE payments ADD COLUMN a int', 'ALTER TABLE accounts ADD COLUMN a int'],
    other: ['UPDATE accounts SET id = id', 'UPDATE payments SET id = id'],
    told: { applicationOrder: [['accounts', 'payments']] },
    rule: 'lock-order',
  },
  {
    name: 'a migration in the order of the application',
    migration: ['ALTER TABLE accounts ADD COLUMN b int', 'ALTER TABLE payments ADD COLUMN b int'],
    other: ['SELECT 1', 'UPDATE accounts SET id = id; UPDATE payments SET id = id'],
    told: { applicationOrder: [['accounts', 'payments']] },
    rule: undefined,
  },
  {
    name: 'a lock made stronger under a transaction that reads and then writes',
    migration: ['CREATE INDEX ON payments (id)', 'ALTER TABLE payments ADD COLUMN c int'],
    other: ['SELECT * FROM payments', 'UPDATE payments SET id = id'],
    told: {},
    rule: 'lock-upgrade',
  },
];

const server = await createTestDatabase();
const deadlock = '40P01';

async function run(client: pg.Client, sql: string): Promise<string | undefined> {
  try {
    await client.query(sql);
    return undefined;
  } catch (error) {
    return error instanceof pg.DatabaseError ? error.code : String(error);
  }
}

(server === undefined ? describe.skip : describe)('a deadlock that is foretold happens on a server:', () => {
  const clients = [0, 1].map(() => new pg.Client({ connectionString: server?.url }));

  beforeAll(async () => {
    for (const client of clients) {
      await client.connect();
      await client.query(`SET deadlock_timeout = '20ms'`);
    }
    await clients[0]?.query('CREATE TABLE accounts (id int); CREATE TABLE payments (id int);');
    await clients[0]?.query('INSERT INTO accounts VALUES (1); INSERT INTO payments VALUES (1);');
  });

  afterAll(async () => {
    for (const client of clients) await client.end();
    await server?.drop();
  });

  test.each(cases)('$name', async ({ migration, other, told, rule }) => {
    const [one, two] = clients;
    if (one === undefined || two === undefined) throw new Error('two clients are needed');
    await Promise.all([one.query('BEGIN'), two.query('BEGIN')]);
    await one.query(migration[0]);
    await two.query(other[0] ?? '');
    const codes = await Promise.all([
      run(one, migration[1] ?? '').then(async (code) => [code, await run(one, 'ROLLBACK')][0]),
      run(two, other[1] ?? '').then(async (code) => [code, await run(two, 'ROLLBACK')][0]),
    ]);
    expect(codes.includes(deadlock)).toBe(rule !== undefined);

    const report = await lint({
      files: [{ path: 'a.sql', sql: `${migration.join(';\n')};` }],
      applicationOrder: told.applicationOrder,
    });
    const rules = report.files[0]?.statements.flatMap(({ hazards }) => hazards.map((hazard) => hazard.rule)) ?? [];
    expect(rules.filter((each) => each === 'lock-order' || each === 'lock-upgrade')).toEqual(
      rule === undefined ? [] : [rule],
    );
  });
});
