import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { UsageError } from '../../src/cli/command.ts';
import { GitFailed } from '../../src/cli/git.ts';
import { runLint } from '../../src/cli/lint.ts';

let place = '';
let repository = '';

function git(...args: readonly string[]): string {
  const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...args], { cwd: repository, encoding: 'utf8', stdio: 'pipe' }).trim();
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), text);
}

function commit(message: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) put(path, text);
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', message);
}

beforeAll(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'since-test-')));
  repository = join(place, 'repository');
  mkdirSync(repository);
  git('init', '--quiet', '--initial-branch', 'main');
  commit('first', {
    'db/1_a.up.sql': 'CREATE TABLE a (id int);',
    'db/1_a.down.sql': 'DROP TABLE a;',
    'db/3_c.up.sql': 'SELECT 3;',
    'db/größe/notes.txt': '',
  });
  git('switch', '--quiet', '--create', 'feature');
  commit('feature', { 'db/4_d.up.sql': 'CREATE INDEX ON a (id);', 'db/4_d.down.sql': 'DROP INDEX a_id_idx;' });
  git('switch', '--quiet', 'main');
  commit('main goes on', { 'db/3_c.up.sql': 'SELECT 33;', 'db/5_e.up.sql': 'SELECT 5;' });
  git('switch', '--quiet', 'feature');
});

afterAll(() => rmSync(place, { recursive: true }));

async function run(args: readonly string[], cwd = repository) {
  const read = (stream: PassThrough): string[] => {
    const chunks: string[] = [];
    stream.on('data', (chunk) => chunks.push(String(chunk)));
    return chunks;
  };
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [out, errors] = [read(stdout), read(stderr)];
  const code = await runLint(['--format=json', ...args], { env: {}, cwd, stdin: Readable.from([]), stdout, stderr });
  const report = JSON.parse(out.join(''));
  return {
    code,
    paths: report.files.map(({ path }: { path: string }) => path),
    problems: report.problems.map(({ path, message }: { path: string; message: string }) => `${path} ${message}`),
    summary: report.summary,
    stderr: errors.join(''),
  };
}

describe('--since', () => {
  test('judges what the branch brought, on what the commit had', async () => {
    const { code, paths, summary } = await run(['--since', 'main', 'db']);
    expect(paths).toEqual(['db/4_d.up.sql']);
    expect(summary).toMatchObject({ errors: 1, statements: 1 });
    expect(code).toBe(1);
  });

  test('says that a migration now stands before one of the commit', async () => {
    const { problems } = await run(['--since', 'main', 'db']);
    expect(problems).toEqual([expect.stringMatching(/^db\/4_d\.up\.sql stands before db\/5_e\.up\.sql/)]);
  });

  test.each([
    ['from inside the folder', ['.'], 'db', '4_d.up.sql'],
    ['from beside it', ['../db'], 'other', '../db/4_d.up.sql'],
    ['for a single file', ['db/4_d.up.sql'], '', 'db/4_d.up.sql'],
  ])('works %s', async (_, args, folder, path) => {
    mkdirSync(join(repository, folder), { recursive: true });
    const { code, paths } = await run(['--since', 'main', ...args], join(repository, folder));
    expect(paths).toEqual([path]);
    expect(code).toBe(1);
  });

  test('takes absolute paths', async () => {
    const { paths } = await run(['--since', 'main', join(repository, 'db')], place);
    expect(paths).toEqual([join(repository, 'db/4_d.up.sql')]);
  });

  test('takes what is not committed yet, and what changed', async () => {
    put('db/6_f.up.sql', 'SELECT 6;');
    put('db/1_a.up.sql', 'CREATE TABLE a (id int, b int);');
    const { paths, problems } = await run(['--since', 'HEAD', 'db']);
    git('checkout', '--quiet', 'db/1_a.up.sql');
    rmSync(join(repository, 'db/6_f.up.sql'));
    expect(paths).toEqual(['db/1_a.up.sql', 'db/6_f.up.sql']);
    expect(problems).toEqual([expect.stringMatching(/^db\/1_a\.up\.sql changed after it ran/)]);
  });

  test('line ends of another system are no change', async () => {
    put('db/4_d.up.sql', 'CREATE INDEX ON a (id);\r\n');
    commit('with a line end', {});
    put('db/4_d.up.sql', 'CREATE INDEX ON a (id);\n');
    const { paths } = await run(['--since', 'HEAD', 'db']);
    expect(paths).toEqual([]);
  });

  test('nothing new is fine, and said', async () => {
    const { code, paths, stderr } = await run(['--since', 'HEAD', 'db']);
    expect({ code, paths }).toEqual({ code: 0, paths: [] });
    expect(stderr).toContain('nothing is new since HEAD in db; 5 files were there before');
  });
});

describe('--since that cannot be done', () => {
  test.each([
    ['a commit that is not here', ['--since', 'nowhere', 'db'], /"nowhere": no such commit here; write a branch/],
    ['an option in its place', ['--since=--help', 'db'], /no such commit here/],
    ['a path in another place', ['--since', 'main', 'db', '..'], /outside of the repository/],
  ])('%s', async (_, args, message) => {
    await expect(run(args)).rejects.toThrow(GitFailed);
    await expect(run(args)).rejects.toThrow(message);
  });

  test('no repository', async () => {
    await expect(run(['--since', 'main', '.'], place)).rejects.toThrow(/in no git repository/);
  });

  test('a shallow clone says how to get the commit', async () => {
    const clone = join(place, 'shallow');
    git('clone', '--quiet', '--depth', '1', '--branch', 'feature', `file://${repository}`, clone);
    await expect(run(['--since', 'HEAD~1', 'db'], clone)).rejects.toThrow(/shallow: fetch it/);
  });

  test('with --history', async () => {
    await expect(run(['--since', 'main', '--history', 'db', 'db'])).rejects.toThrow(UsageError);
  });
});

describe('--history and --framework', () => {
  test('what lies in another folder ran before', async () => {
    const files = ['--history', 'db/1_a.up.sql', 'db/4_d.up.sql'];
    const { code, paths } = await run(files);
    expect({ code, paths }).toEqual({ code: 1, paths: ['db/4_d.up.sql'] });
  });

  test('a framework that there is not is refused with those that there are', async () => {
    await expect(run(['--framework', 'hibernate', 'db'])).rejects.toThrow(/write liquibase, goose, .*plain/);
  });
});
