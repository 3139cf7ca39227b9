import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runLint } from '../../src/cli/lint.ts';

let root = '';
const index = 'CREATE INDEX CONCURRENTLY i ON payments (a);';

const files: Readonly<Record<string, string>> = {
  '.git/HEAD': '',
  'diesel/migrations/1_a/up.sql': index,
  'diesel/migrations/1_a/metadata.toml': 'run_in_transaction = false',
  'sqlx/Cargo.toml': '[dependencies]\nsqlx = "0.8"',
  'sqlx/src/db/migrations/1_a.sql': `-- no-transaction\n${index}`,
  'sqlx/src/db/migrations/2_b.sql': 'SELECT 1;',
  'prisma/migrations/migration_lock.toml': 'provider = "postgresql"',
  'prisma/migrations/1_a/migration.sql': index,
  'drizzle/0000_a.sql': 'SELECT 1;',
  'drizzle/meta/_journal.json': '{"entries":[{"idx":0,"when":1,"tag":"0000_a"}]}',
  'sqitch/sqitch.plan': '%project=x\na 2024-01-01T00:00:00Z A <a@example.com>\n',
  'sqitch/deploy/a.sql': `-- Deploy x:a to pg\n${index}`,
  'flyway/sql/V1__a.sql': `SELECT 1;\n${index}`,
  'flyway/sql/V1__a.sql.conf': 'executeInTransaction=false',
  'app/node_modules/other/1.sql': 'nonsense',
  'app/migrations/1_a.sql': 'SELECT 1;',
  'django/0001_initial.py': 'from django.db import migrations, models',
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lint-paths-test-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

async function run(cwd: string, ...paths: readonly string[]) {
  const stdout = new PassThrough();
  const chunks: string[] = [];
  stdout.on('data', (chunk) => chunks.push(String(chunk)));
  const io = { env: {}, cwd: join(root, cwd), stdin: Readable.from([]), stdout, stderr: new PassThrough().resume() };
  const code = await runLint(['--format=json', ...paths], io);
  return { code, report: JSON.parse(chunks.join('')) };
}

describe('a migration is understood from wherever it is named', () => {
  test.each([
    ['diesel', '', 'diesel'],
    ['diesel', '', 'diesel/migrations/1_a'],
    ['diesel', '', 'diesel/migrations/1_a/up.sql'],
    ['diesel', 'diesel/migrations/1_a', '.'],
    ['diesel', 'diesel/migrations/1_a', 'up.sql'],
    ['sqlx', '', 'sqlx'],
    ['sqlx', '', 'sqlx/src/db/migrations'],
    ['sqlx', '', 'sqlx/src/db/migrations/2_b.sql'],
    ['sqlx', 'sqlx/src/db/migrations', '.'],
    ['prisma', 'prisma/migrations/1_a', '.'],
    ['prisma', '', 'prisma/migrations/1_a/migration.sql'],
    ['drizzle', '', 'drizzle/0000_a.sql'],
    ['drizzle', 'drizzle', '.'],
    ['sqitch', '', 'sqitch'],
    ['sqitch', '', 'sqitch/deploy/a.sql'],
    ['sqitch', 'sqitch/deploy', '.'],
    ['flyway', '', 'flyway/sql/V1__a.sql'],
    ['flyway', 'flyway', 'sql'],
  ])('%s in "%s" as %s', async (framework, cwd, path) => {
    const { report } = await run(cwd, path);
    expect(report).toMatchObject({ framework, problems: [], summary: { unreadable: 0, errors: 0 } });
    expect(report.summary.statements).toBeGreaterThan(0);
  });
});

test('what was installed is not read', async () => {
  const { report } = await run('', 'app');
  expect(report.files.map(({ path }: { path: string }) => path)).toEqual(['app/migrations/1_a.sql']);
});

test('migrations in Python alone end with 2 and the way to get their SQL', async () => {
  const { code, report } = await run('', 'django');
  expect(code).toBe(2);
  expect(report.files).toMatchObject([{ error: { message: expect.stringContaining('sqlmigrate') } }]);
});

test('links are followed once, never in circles, and one that leads nowhere is an unreadable file', async () => {
  mkdirSync(join(root, 'links/db/sub'), { recursive: true });
  mkdirSync(join(root, 'links/elsewhere'));
  writeFileSync(join(root, 'links/db/1.sql'), 'SELECT 1;');
  writeFileSync(join(root, 'links/elsewhere/2.sql'), 'SELECT 2;');
  for (const [to, from] of [
    ['../elsewhere/2.sql', 'db/2.sql'],
    ['1.sql', 'db/again.sql'],
    ['../..', 'db/sub/up'],
    ['nowhere', 'db/broken.sql'],
    ['self.sql', 'db/self.sql'],
  ] as const) {
    symlinkSync(to, join(root, 'links', from));
  }
  const { code, report } = await run('links', 'db');
  expect(code).toBe(2);
  expect(report.files.map((file: { path: string; error?: object }) => [file.path, file.error !== undefined])).toEqual([
    ['db/1.sql', false],
    ['db/2.sql', false],
    ['db/broken.sql', true],
    ['db/self.sql', true],
  ]);
});

test('a directory that is given under two names is read once', async () => {
  const { report } = await run('', 'app', join(root, 'app'), './app/migrations');
  expect(report.files.map(({ path }: { path: string }) => path)).toEqual(['app/migrations/1_a.sql']);
});
