import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

// The bundle as a checkout and an installed package run it, built in a copy of this checkout.
const root = fileURLToPath(new URL('../..', import.meta.url));
let copy = '';
const kept = () => join(copy, 'node_modules/.cache/safety-gate');
const codeFiles = () => readdirSync(kept()).filter((name) => name.startsWith('lint-'));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/safety-gate.js', ...args], {
    cwd: copy,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'bundle-test-'));
  for (const part of ['bin', 'src', 'build.js', 'package.json']) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  }
  writeFileSync(join(copy, 'drop.sql'), 'DROP TABLE payments;\n');
  const { status, stderr } = spawnSync(process.execPath, ['build.js', '--prepare'], { cwd: copy, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}, 60_000);

afterAll(() => rmSync(copy, { recursive: true }));

describe('the bundle', () => {
  test('says the same with and without compiled code from an earlier run, and with a damaged file of it', () => {
    const first = run('lint', 'drop.sql');
    expect(first).toMatchObject({ status: 1, stderr: '' });
    expect(first.stdout).toContain('drop-table');
    const [file = ''] = codeFiles();
    expect(codeFiles()).toHaveLength(1);
    expect(run('lint', 'drop.sql')).toEqual(first);
    const code = readFileSync(join(kept(), file));
    const damaged = Buffer.from(code).fill(0xff, code.length / 2, code.length / 2 + 1000);
    for (const content of ['', 'no code', code.subarray(0, 100_000), damaged]) {
      writeFileSync(join(kept(), file), content);
      expect(run('lint', 'drop.sql')).toEqual(first);
    }
    expect(codeFiles()).toEqual([file]);
  });

  test('finds its worker and the packages beside it, without a warning', () => {
    const insert = `INSERT INTO a VALUES (1, '${'x'.repeat(4000)}');\n`;
    writeFileSync(join(copy, 'large.sql'), insert.repeat(2200)); // more than is judged in the process itself
    writeFileSync(join(copy, 'lint.yml'), 'lint: { rules: { drop-table: warning } }\n');
    expect(run('lint', 'large.sql')).toMatchObject({ status: 0, stderr: '' });
    expect(run('lint', 'drop.sql', '--config', 'lint.yml')).toMatchObject({ status: 0, stderr: '' });
  });

  test('judges recorded canaries in threads, whose worker it finds, too', () => {
    const counts = { events: 0, total: 10 };
    const series = { canary: [counts], baseline: [counts] };
    const line = (id: number) =>
      JSON.stringify({ id, metrics: [{ name: 'errors', kind: 'ratio', direction: 'increase', ...series }] });
    const lines = Array.from({ length: 300 }, (_, id) => `${line(id)}${' '.repeat(8000)}\n`);
    writeFileSync(join(copy, 'canaries.jsonl'), lines.join(''));
    const { status, stdout, stderr } = run('judge', 'canaries.jsonl');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((verdict) => JSON.parse(verdict).id);
    expect(ids).toEqual(lines.map((_, id) => id));
  });

  test('says the same as the sources, which run as soon as one of them is newer', () => {
    const bundled = run('lint', 'drop.sql', '--format', 'json');
    writeFileSync(join(copy, 'src/version.ts'), "export const version = '9.9.9';\n");
    utimesSync(join(copy, 'src/version.ts'), new Date(2100, 0, 1), new Date(2100, 0, 1));
    expect(run('lint', 'drop.sql', '--format', 'sarif').stdout).toContain('9.9.9');
    expect(run('lint', 'drop.sql', '--format', 'json')).toEqual(bundled);
  });

  test('has the commands that are not kept compiled', () => {
    rmSync(join(copy, 'src'), { recursive: true });
    expect(run('explain', 'drop-table')).toMatchObject({ status: 0, stderr: '' });
    expect(run('rules').stdout).toContain('drop-table');
    expect(run('nothing').status).toBe(2);
  });
});
