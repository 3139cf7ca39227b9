import { describe, expect, test } from '@jest/globals';
import {
  blockage,
  conflicts,
  type PostgresLockMode,
  postgresLockModes,
  spellMode,
  writersMode,
} from '../../src/migrations/effects.ts';
import { type LintRequest, lint } from '../../src/migrations/lint.ts';
import { lintReportSchema } from '../../src/migrations/request.ts';

const files = (...texts: string[]) => texts.map((sql, at) => ({ path: `${at + 1}.sql`, sql }));

async function fired(rule: string, request: Partial<LintRequest> & Pick<LintRequest, 'files'>) {
  const report = await lint(request);
  return report.files.flatMap(({ path, statements }) =>
    statements.flatMap(({ line, hazards }) =>
      hazards
        .filter((hazard) => hazard.rule === rule)
        .map(({ severity, message }) => ({ path, line, severity, message })),
    ),
  );
}

describe('lock modes', () => {
  // PostgreSQL: documentation, table 13.2, row by row
  const table = [
    [0, 0, 0, 0, 0, 0, 0, 1],
    [0, 0, 0, 0, 0, 0, 1, 1],
    [0, 0, 0, 0, 1, 1, 1, 1],
    [0, 0, 0, 1, 1, 1, 1, 1],
    [0, 0, 1, 1, 0, 1, 1, 1],
    [0, 0, 1, 1, 1, 1, 1, 1],
    [0, 1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1, 1, 1, 1],
  ];

  test('conflict as in the documentation', () => {
    const found = postgresLockModes.map((one) => postgresLockModes.map((other) => Number(conflicts(one, other))));
    expect(found).toEqual(table);
  });

  test('that keep writers out are those that conflict with what a writer holds', () => {
    const blocking = postgresLockModes.filter((mode) => blockage({ mode }) !== 'nothing');
    expect(blocking).toEqual(
      postgresLockModes.filter((mode) => conflicts(mode, writersMode) && mode !== 'ShareUpdateExclusiveLock'),
    );
    const outright: PostgresLockMode[] = postgresLockModes.filter((mode) => conflicts(mode, 'AccessShareLock'));
    expect(outright).toEqual(postgresLockModes.filter((mode) => blockage({ mode }) === 'reads and writes'));
  });

  test('are spelt as LOCK TABLE wants them', () => {
    expect(postgresLockModes.map(spellMode)).toEqual([
      'ACCESS SHARE',
      'ROW SHARE',
      'ROW EXCLUSIVE',
      'SHARE UPDATE EXCLUSIVE',
      'SHARE',
      'SHARE ROW EXCLUSIVE',
      'EXCLUSIVE',
      'ACCESS EXCLUSIVE',
    ]);
  });
});

describe('the summary of a transaction', () => {
  test('says what is held while what else runs', async () => {
    const sql =
      'SELECT 1;\n\nALTER TABLE accounts ADD COLUMN note text;\nCREATE TABLE fresh (id int);\nCREATE INDEX fresh_idx ON fresh (id);\nCREATE INDEX payments_idx ON payments (account_id);';
    const { transactions } = await lint({ files: files(sql) });
    expect(transactions).toEqual([
      {
        files: ['1.sql'],
        statements: [
          { path: '1.sql', line: 3 },
          { path: '1.sql', line: 5 },
          { path: '1.sql', line: 6 },
        ],
        locks: [
          {
            relation: 'public.accounts',
            mode: 'AccessExclusiveLock',
            kind: 'table',
            path: '1.sql',
            line: 3,
            existedBefore: true,
            heldWhile: [{ path: '1.sql', line: 6, what: 'index payments_idx of public.payments is built' }],
          },
          {
            relation: 'public.fresh',
            mode: 'ShareLock',
            kind: 'table',
            path: '1.sql',
            line: 5,
            existedBefore: false,
            heldWhile: [],
          },
          {
            relation: 'public.payments',
            mode: 'ShareLock',
            kind: 'table',
            path: '1.sql',
            line: 6,
            existedBefore: true,
            heldWhile: [],
          },
        ],
        order: ['public.accounts', 'public.payments'],
      },
    ]);
  });

  test('names a relation again where the lock gets stronger', async () => {
    const { transactions } = await lint({
      files: files('SELECT * FROM a; UPDATE a SET x = 1 WHERE id = 1; ALTER TABLE a ADD y int; SELECT * FROM a;'),
    });
    expect(transactions[0]?.locks.map(({ mode }) => mode)).toEqual([
      'AccessShareLock',
      'RowExclusiveLock',
      'AccessExclusiveLock',
    ]);
    expect(transactions[0]?.order).toEqual(['public.a']);
  });

  test.each([
    ['a single statement', 'ALTER TABLE a ADD x int;'],
    ['a transaction each', 'BEGIN; ALTER TABLE a ADD x int; COMMIT; BEGIN; ALTER TABLE b ADD x int; COMMIT;'],
    ['statements that lock nothing', 'SELECT 1; SELECT 2;'],
    ['what the set makes itself', 'CREATE TABLE a (x int); ALTER TABLE a ADD y int; CREATE INDEX ON a (y);'],
  ])('is left out for %s', async (_, sql) => {
    expect((await lint({ files: files(sql) })).transactions).toEqual([]);
  });

  test('passes the schema of reports, which older reports without it pass as well', async () => {
    const report = await lint({ files: files('ALTER TABLE a ADD x int; CREATE INDEX ON b (x);') });
    const sent: Record<string, unknown> = JSON.parse(JSON.stringify(report));
    expect(lintReportSchema.parse(sent).transactions).toHaveLength(1);
    delete sent.transactions;
    expect(lintReportSchema.parse(sent).transactions).toEqual([]);
  });
});

describe('lock-order', () => {
  const accountsFirst = 'ALTER TABLE accounts ADD x int; ALTER TABLE payments ADD x int;';
  const paymentsFirst = 'SELECT 1;\nALTER TABLE payments ADD y int;\nALTER TABLE accounts ADD y int;';
  const applicationOrder = [['accounts', 'public.payments', 'ledger']];

  test('two migrations that lock two tables in opposite orders can deadlock, said once at the later one', async () => {
    const found = await fired('lock-order', { files: files(accountsFirst, paymentsFirst, accountsFirst) });
    expect(found.map(({ path, line }) => `${path}:${line}`)).toEqual(['2.sql:3', '3.sql:1']);
    expect(found[0]?.severity).toBe('warning');
    expect(found[0]?.message).toContain('1.sql:1');
  });

  test.each([
    ['in the same order', files(accountsFirst, accountsFirst)],
    ['in opposite orders but in one file', files(`BEGIN; ${accountsFirst} COMMIT; BEGIN; ${paymentsFirst} COMMIT;`)],
    ['in modes that do not conflict', files('SELECT * FROM a; SELECT * FROM b;', 'SELECT * FROM b; SELECT * FROM a;')],
    [
      'where one pair of modes does not conflict',
      files('SELECT * FROM a; ALTER TABLE b ADD x int;', 'SELECT * FROM b; UPDATE a SET x = 1 WHERE id = 1;'),
    ],
    ['that one of them made', files('CREATE TABLE accounts (id int);', accountsFirst, paymentsFirst)],
  ])('two tables %s cannot', async (_, given) => {
    expect(await fired('lock-order', { files: given })).toEqual([]);
  });

  test('a migration against the order of the application can deadlock', async () => {
    const found = await fired('lock-order', { files: files(paymentsFirst), applicationOrder });
    expect(found).toEqual([expect.objectContaining({ path: '1.sql', line: 3, severity: 'warning' })]);
    expect(found[0]?.message).toContain('public.accounts, public.payments, public.ledger');
  });

  test('a single statement that locks both ends of a foreign key has an order, too', async () => {
    const key = 'ALTER TABLE payments ADD FOREIGN KEY (account_id) REFERENCES accounts (id) NOT VALID;';
    expect(await fired('lock-order', { files: files(key), applicationOrder })).toHaveLength(1);
    const turned = [['payments', 'accounts']];
    expect(await fired('lock-order', { files: files(key), applicationOrder: turned })).toEqual([]);
  });

  test.each([
    ['in the same order', accountsFirst],
    ['in locks that let writers in', 'SELECT * FROM payments; SELECT * FROM accounts;'],
    ['of another schema', 'ALTER TABLE old.payments ADD y int; ALTER TABLE old.accounts ADD y int;'],
    ['in transactions of their own', 'BEGIN; ALTER TABLE payments ADD y int; COMMIT; ALTER TABLE accounts ADD y int;'],
  ])('a migration that locks tables %s cannot', async (_, sql) => {
    expect(await fired('lock-order', { files: files(sql), applicationOrder })).toEqual([]);
  });

  test('the safer way, put before the transaction, ends the conflict', async () => {
    const report = await lint({ files: files(paymentsFirst), applicationOrder });
    const fix = report.files[0]?.statements[2]?.hazards.find(({ rule }) => rule === 'lock-order')?.fix ?? '';
    expect(fix).toContain('LOCK TABLE public.accounts IN ACCESS EXCLUSIVE MODE;');
    expect(await fired('lock-order', { files: files(`${fix}\n${paymentsFirst}`), applicationOrder })).toEqual([]);
  });
});
