import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { UsageError } from '../../src/cli/command.ts';
import { runLint } from '../../src/cli/lint.ts';
import { version } from '../../src/version.ts';

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lint-test-'));
  mkdirSync(join(directory, 'set', 'deeper'), { recursive: true });
  const files: Record<string, string | Buffer> = {
    'clean.sql': 'SELECT 1;',
    'index.sql': '-- für Zahlungen\r\nCREATE INDEX i ON payments (a);\r\n',
    'broken.sql': 'SELECT 1;\nALTER TABEL x;',
    'empty.sql': '',
    'comments.sql': '-- nothing\n',
    'latin1.sql': Buffer.from([0x2d, 0x2d, 0x0a, 0x2d, 0x2d, 0x20, 0xe9, 0x0a]),
    'nul.sql': 'SELECT 1;\u0000',
    'bigint.sql': 'CREATE TABLE payments (a bigint);',
    'narrow.sql': 'ALTER TABLE payments ALTER COLUMN a TYPE int;',
    'bom.sql': '\uFEFFSELECT 1;',
    'set/V10__b.sql': 'CREATE INDEX i ON a (id);',
    'set/V2__a.sql': 'CREATE TABLE a (id int);',
    'set/deeper/V11__c.SQL': 'SELECT 1;',
    'set/readme.md': 'no SQL',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
});

afterAll(() => rmSync(directory, { recursive: true }));

async function run(
  args: readonly string[],
  more: { stdin?: string; tty?: boolean; env?: Record<string, string> } = {},
) {
  const out: string[] = [];
  const errors: string[] = [];
  const stdout = Object.assign(new PassThrough(), { isTTY: more.tty === true });
  const stderr = new PassThrough();
  stdout.on('data', (chunk) => out.push(String(chunk)));
  stderr.on('data', (chunk) => errors.push(String(chunk)));
  const stdin = Readable.from([Buffer.from(more.stdin ?? '')]);
  const code = await runLint(args, { env: more.env ?? {}, cwd: directory, stdin, stdout, stderr });
  return { code, stdout: out.join(''), stderr: errors.join('') };
}

describe('exit codes', () => {
  test.each([
    [['clean.sql'], 0],
    [['empty.sql'], 0],
    [['comments.sql'], 0],
    [['bom.sql'], 0],
    [['set'], 0],
    [['index.sql'], 1],
    [['broken.sql'], 2],
    [['latin1.sql'], 2],
    [['nul.sql'], 2],
    [['missing.sql', 'index.sql'], 2],
    [['set', '--dialect', 'mysql'], 0],
  ])('%j ends with %i', async (args, code) => {
    expect((await run(args)).code).toBe(code);
  });
});

describe('what is read', () => {
  test('a directory is read with what lies deeper, in the order of its framework', async () => {
    const { stdout } = await run(['set', '--format', 'json']);
    const paths = JSON.parse(stdout).files.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(['set/V2__a.sql', 'set/V10__b.sql', 'set/deeper/V11__c.SQL']);
  });

  test('- is standard input', async () => {
    const { code, stdout } = await run(['-', '--format=json'], { stdin: 'DROP TABLE x' });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).files[0]).toMatchObject({ path: '<stdin>', statements: [{ kind: 'DROP TABLE' }] });
  });

  test('a path named twice is judged once', async () => {
    const { stdout } = await run(['index.sql', 'index.sql', '--format=json']);
    expect(JSON.parse(stdout).summary.files).toBe(1);
  });

  test('what cannot be read is in the report, and the rest is judged', async () => {
    const { stdout, stderr } = await run(['missing.sql', 'broken.sql', 'latin1.sql', 'index.sql', '--format=json']);
    const report = JSON.parse(stdout);
    expect(
      report.files.map(
        (file: { error?: { line: number; column: number } }) => file.error && [file.error.line, file.error.column],
      ),
    ).toEqual([[1, 1], [2, 7], [2, 4], undefined]);
    expect(report).toMatchObject({ verdict: 'fail', summary: { errors: 1, unreadable: 3 } });
    expect(stderr).toContain('missing.sql: no such file or directory');
  });
});

describe('text for people', () => {
  test('names path, line, severity, rule and the safer way', async () => {
    const { stdout } = await run(['index.sql']);
    expect(stdout).toMatch(/^index\.sql:2 error create-index-blocking: /);
    expect(stdout).toContain('CREATE INDEX CONCURRENTLY i ON payments (a);');
    expect(stdout).toMatch(/fail: 1 statement in 1 file, 1 error, 1 warning\n$/);
    expect(stdout).not.toContain('\u001b');
  });

  test('one safer way for two hazards of a statement is printed once', async () => {
    const { stdout } = await run(['--history', 'bigint.sql', 'narrow.sql']);
    expect(stdout).toContain('narrow-type');
    expect(stdout.split('-- let the application read and write a_new')).toHaveLength(2);
    expect(stdout).toContain('    safer: the way of change-type-rewrite above\n');
  });

  test('what cannot be read is said once', async () => {
    const { stdout, stderr } = await run(['missing.sql']);
    expect(stdout).toMatch(/^missing\.sql:1:1 unreadable no such file or directory\n/);
    expect(stderr).toBe('');
  });

  test.each([
    [true, {}, true],
    [true, { NO_COLOR: '1' }, false],
    [false, {}, false],
  ])('terminal %s, environment %j: colour %s', async (tty, env, colour) => {
    expect((await run(['index.sql'], { tty, env })).stdout.includes('\u001b[')).toBe(colour);
  });
});

describe('usage', () => {
  test.each([
    [[], /no path given/],
    [['a.sql', '--colour'], /--colour.*accepted: --format, --effects, --dialect, --server-version/],
    [['a.sql', '--format', 'xml'], /"xml": write one of text, json/],
    [['a.sql', '--format', 'text', '--format', 'json'], /both go to standard output; write json=FILE/],
    [['a.sql', '--format', 'text=a', '--format', 'json=a'], /both go to "a"/],
    [['a.sql', '--format', 'json='], /no file behind "="/],
    [['a.sql', '--dialect', 'oracle'], /"oracle": write postgresql, mysql, mariadb/],
    [['a.sql', '--server-version', 'latest'], /"latest": write a number/],
  ])('%j is refused with what is accepted', async (args, message) => {
    await expect(run(args)).rejects.toThrow(UsageError);
    await expect(run(args)).rejects.toThrow(message);
  });
});

test('the program prints the report on stdout and ends with its code', () => {
  const program = fileURLToPath(new URL('../../bin/safety-gate.js', import.meta.url));
  const done = spawnSync(process.execPath, [program, 'lint', '--format', 'json', 'index.sql', 'missing.sql'], {
    cwd: directory,
  });
  expect(done.status).toBe(2);
  expect(JSON.parse(String(done.stdout)).summary).toMatchObject({ files: 2, errors: 1, unreadable: 1 });
  expect(String(done.stderr)).toBe('safety-gate lint: missing.sql: no such file or directory\n');
});

describe('the command line', () => {
  const program = fileURLToPath(new URL('../../bin/safety-gate.js', import.meta.url));
  const cases = [
    [['--version'], 0, `${version}\n`, ''],
    [
      ['lint', '--format', 'xml', 'a'],
      2,
      '',
      'safety-gate lint: --format "xml": write one of text, json, sarif, github, gitlab, junit, markdown\n' +
        '"safety-gate help lint" says more.\n',
    ],
  ] as const;
  test.each(cases)('%j ends with %i', (args, status, stdout, stderr) => {
    const done = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    expect(done).toMatchObject({ status, stdout, stderr });
  });
});
