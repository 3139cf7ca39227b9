import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { configCommand } from '../../src/cli/config.ts';
import { runLint } from '../../src/cli/lint.ts';
import { runCommandLine } from '../../src/cli/run.ts';

let directory = '';

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lint-settings-'));
  write({ 'db/1.sql': 'DROP TABLE x;', 'db/legacy/0.sql': 'DROP TABLE y;' });
});

afterEach(() => rmSync(directory, { recursive: true }));

interface Where {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function ioOf({ cwd = '.', env = {} }: Where) {
  const out: string[] = [];
  const errors: string[] = [];
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  stdout.on('data', (chunk) => out.push(String(chunk)));
  stderr.on('data', (chunk) => errors.push(String(chunk)));
  const io = { env, cwd: join(directory, cwd), stdin: Readable.from([]), stdout, stderr };
  return { io, stdout: () => out.join(''), stderr: () => errors.join('') };
}

async function run(args: readonly string[], where: Where = {}) {
  const { io, stdout, stderr } = ioOf(where);
  const code = await runLint(args, io);
  return { code, stdout: stdout(), stderr: stderr() };
}

/** As the program does it, where errors become messages. */
async function runAll(argv: readonly string[], where: Where = {}) {
  const { io, stdout, stderr } = ioOf(where);
  const code = await runCommandLine(argv, io);
  return { code, stdout: stdout(), stderr: stderr() };
}

const reportIn = async (args: readonly string[], where?: Where) =>
  JSON.parse((await run([...args, '--format=json'], where)).stdout);

describe('the configuration', () => {
  test('is found beside the run, and flags win over it', async () => {
    write({ 'safety-gate.yml': 'lint: { serverVersion: "13", rules: { drop-table: off } }' });
    expect(await reportIn(['db'])).toMatchObject({ serverVersion: '13', summary: { errors: 0 } });
    expect(await reportIn(['db', '--server-version', '15'])).toMatchObject({ serverVersion: '15' });
    expect(await reportIn(['db', '--dialect', 'mysql'])).toMatchObject({ dialect: 'mysql', serverVersion: '8.0' });
  });

  test('without lint, or not there, changes nothing', async () => {
    expect((await run(['db'])).code).toBe(1);
    write({ 'safety-gate.yml': 'services: []' });
    expect((await run(['db'])).code).toBe(1);
  });

  test('is named by --config or SAFETY_GATE_CONFIG; globs start at its folder', async () => {
    write({
      'ci/gate.yml': 'lint: { paths: [{ match: ../db/legacy, ignore: true }] }',
      'gate.yml': 'lint: { exclude: [db/legacy] }',
    });
    expect(
      (await reportIn(['1.sql', 'legacy'], { cwd: 'db', env: { SAFETY_GATE_CONFIG: '../gate.yml' } })).files,
    ).toHaveLength(1);
    expect((await reportIn(['db'], { env: { SAFETY_GATE_CONFIG: '' } })).files).toHaveLength(2);
    expect((await reportIn(['db', '--config', 'ci/gate.yml'])).summary).toMatchObject({ files: 2, errors: 1 });
  });

  test('gives the database that all services share', async () => {
    const service = (name: string, version: string) =>
      `{ name: ${name}, codedeploy: { application: ${name}, deploymentGroup: g }, database: { version: "${version}" } }`;
    write({ 'safety-gate.yml': `services: [${service('a', '14')}, ${service('b', '14')}]` });
    expect(await reportIn(['db'])).toMatchObject({ serverVersion: '14' });
    write({ 'safety-gate.yml': `services: [${service('a', '14')}, ${service('b', '17')}]` });
    expect(await reportIn(['db'])).toMatchObject({ serverVersion: '16' });
  });

  test('is told of, when it leaves nothing to judge', async () => {
    write({ 'safety-gate.yml': 'lint: { exclude: [db] }' });
    expect(await run(['db'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^safety-gate\.yml: lint\.exclude leaves none of 2 files to be judged\npass: /),
    });
  });

  test.each([
    ['not YAML', 'lint: [', /not YAML/],
    ['an unknown key', 'lint: { rule: {} }', /lint: unknown field "rule"; accepted: framework, dialect/],
    [
      'an unknown rule',
      'lint: { rules: { drop-tabel: off } }',
      /lint\.rules: unknown rule "drop-tabel"; did you mean drop-table\?; "safety-gate rules" lists them/,
    ],
    [
      'an unknown severity',
      'lint: { rules: { drop-table: ignore } }',
      /lint\.rules\.drop-table: "ignore": not accepted; one of off, error, warning, info/,
    ],
    [
      'an unknown rule of a path',
      'lint: { paths: [{ match: a, rules: { x: off } }] }',
      /lint\.paths\[0\]\.rules: unknown rule "x"/,
    ],
    ['a path without a glob', 'lint: { paths: [{ ignore: true }] }', /lint\.paths\[0\]\.match: is missing/],
    [
      'a number for a version',
      'lint: { serverVersion: 16 }',
      /lint\.serverVersion: 16: not a text; write it in quotes: "16"/,
    ],
    [
      'a time zone that is none',
      'lint: { timeZone: Berlin }',
      /lint\.timeZone: "Berlin": not a time zone; write UTC, or a name such as Europe\/Berlin/,
    ],
    ['a duration that is none', 'lint: { lockTimeout: 5 }', /lint\.lockTimeout: /],
    ['a framework that is none', 'lint: { framework: ant }', /lint\.framework: "ant": not accepted; one of /],
    ['a table that is a glob', 'lint: { ignoreTables: ["a*"] }', /lint\.ignoreTables\[0\]: no patterns/],
    ['an order of one table', 'lint: { applicationOrder: [[a]] }', /lint\.applicationOrder\[0\]/],
  ])('%s is refused with exit code 2', async (_, text, message) => {
    write({ 'safety-gate.yml': text });
    const { code, stdout, stderr } = await runAll(['lint', 'db']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('a file that is named and not there is refused', async () => {
    expect(await runAll(['lint', 'db', '--config', 'nowhere.yml'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/nowhere\.yml cannot be used:\n {2}there is no such file/),
    });
  });
});

describe('a baseline', () => {
  test('is written, obeyed, and told about when stale', async () => {
    expect(await run(['db', '--write-baseline', 'base.json'])).toMatchObject({
      code: 0,
      stdout: 'base.json: 4 findings of 2 files\n',
    });
    expect(JSON.parse(readFileSync(join(directory, 'base.json'), 'utf8')).findings[0]).toMatchObject({
      path: 'db/1.sql',
      rule: 'drop-table',
      statement: 'DROP TABLE x;',
    });
    expect(await run(['db', '--baseline', 'base.json'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('4 acknowledged'),
    });
    write({ 'db/1.sql': 'DROP TABLE z;' });
    rmSync(join(directory, 'db/legacy'), { recursive: true });
    const { code, stdout } = await run(['db', '--baseline', 'base.json']);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'db/1.sql: the baseline has drop-table on "DROP TABLE x;", which is there no more: write it anew\n',
    );
    expect(stdout).toContain(
      'db/legacy/0.sql: the baseline has findings of this file, which is there no more: write it anew\n',
    );
  });

  test('is named by the configuration, and written anew in spite of it', async () => {
    write({ 'safety-gate.yml': 'lint: { baseline: base.json }' });
    expect(await runAll(['lint', 'db'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no such file; write it with'),
    });
    expect((await run(['db', '--write-baseline', 'base.json'])).code).toBe(0);
    expect((await run(['db'])).code).toBe(0);
    expect((await run(['1.sql'], { cwd: 'db', env: { SAFETY_GATE_CONFIG: '../safety-gate.yml' } })).code).toBe(0);
    expect((await run(['db', '--write-baseline', 'base.json'])).stdout).toContain('4 findings');
  });

  test.each([
    ['no JSON', '{', /base\.json cannot be used:\n {2}not JSON/],
    ['another version', '{"version":2,"findings":[]}', /version: 2: not accepted; one of 1/],
    [
      'a stray field',
      '{"version":1,"findings":[{"path":"a","rule":"b","fingerprint":"c","line":1}]}',
      /findings\[0\]: unknown field "line"/,
    ],
  ])('that is %s is refused', async (_, text, message) => {
    write({ 'base.json': text });
    const { code, stderr } = await runAll(['lint', 'db', '--baseline', 'base.json']);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('that cannot be written is said', async () => {
    expect(await runAll(['lint', 'db', '--write-baseline', 'no/such/folder.json'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--write-baseline no/such/folder.json: cannot be written (ENOENT)'),
    });
  });

  test('config check asks for it as well', async () => {
    write({ 'safety-gate.yml': 'lint: { baseline: base.json }' });
    const { io, stderr } = ioOf({});
    expect(await configCommand.run(['check'], io)).toBe(2);
    expect(stderr()).toContain('base.json cannot be used');
  });
});

describe('several formats at once', () => {
  test('each go to their own place, folders are made', async () => {
    const { stdout, code } = await run([
      'db',
      '--format',
      'text',
      '--format',
      'sarif=out/a=b.sarif',
      '--format',
      'junit=out/c.xml',
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^db\/1\.sql:1 error drop-table/);
    expect(JSON.parse(readFileSync(join(directory, 'out/a=b.sarif'), 'utf8')).version).toBe('2.1.0');
    expect(readFileSync(join(directory, 'out/c.xml'), 'utf8')).toMatch(/^<\?xml/);
  });

  test('a file that cannot be written is said', async () => {
    expect(await runAll(['lint', 'db', '--format', 'sarif=db'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--format …=db: cannot be written (EISDIR)'),
    });
  });

  test('github adds to the job summary where there is one', async () => {
    write({ 'summary.md': 'before\n' });
    await run(['db', '--format', 'github'], { env: { GITHUB_STEP_SUMMARY: join(directory, 'summary.md') } });
    expect(readFileSync(join(directory, 'summary.md'), 'utf8')).toMatch(/^before\n### Migrations: 🛑 fail\n/);
    await run(['db', '--format', 'text'], { env: { GITHUB_STEP_SUMMARY: join(directory, 'other.md') } });
    expect(existsSync(join(directory, 'other.md'))).toBe(false);
  });
});

describe('rules and explain', () => {
  test('rules lists what the configuration makes of them', async () => {
    write({ 'safety-gate.yml': 'lint: { rules: { drop-table: off, truncate: warning } }' });
    const lines = (await runAll(['rules'])).stdout.split('\n');
    expect(lines.find((line) => line.includes(' drop-table '))).toMatch(
      /^off {2}error +drop-table +A table or sequence is dropped$/,
    );
    expect(lines.find((line) => line.includes(' truncate '))).toMatch(/^on {3}warning +truncate /);
    const listed = JSON.parse((await runAll(['rules', '--format', 'json'])).stdout);
    expect(listed.find(({ id }: { id: string }) => id === 'truncate')).toEqual({
      id: 'truncate',
      severity: 'warning',
      on: true,
      dialects: ['postgresql', 'mysql'],
      title: 'A table is emptied',
    });
  });

  test('explain prints the page of a rule', async () => {
    const page = readFileSync(new URL('../../docs/rules/truncate.md', import.meta.url), 'utf8');
    expect(`${page.split('\n')[0]}\n${(await runAll(['explain', 'truncate'])).stdout}`).toBe(page);
    expect(JSON.parse((await runAll(['explain', 'truncate', '--format=json'])).stdout)).toMatchObject({
      id: 'truncate',
    });
  });

  test('explain knows what was meant', async () => {
    expect(await runAll(['explain', 'drop-tabel'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'safety-gate explain: no rule "drop-tabel"; did you mean drop-table?\n',
    });
    expect((await runAll(['explain', 'xyzzy'])).stderr).toContain('"safety-gate rules" lists them');
  });
});
