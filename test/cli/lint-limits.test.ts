import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { UsageError } from '../../src/cli/command.ts';
import { readLintArguments } from '../../src/cli/lint-arguments.ts';
import { endless } from '../support/hostile-sql.ts';

const program = fileURLToPath(new URL('../../bin/safety-gate.js', import.meta.url));
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lint-limits-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

function run(sql: string | Buffer, ...flags: string[]) {
  writeFileSync(join(directory, 'a.sql'), sql);
  const done = spawnSync(process.execPath, [program, 'lint', 'a.sql', ...flags], { cwd: directory });
  return { code: done.status, stdout: String(done.stdout), stderr: String(done.stderr) };
}

describe('lint as a process', () => {
  test('gives up when its time is up, says so and ends with 2', () => {
    const { code, stdout, stderr } = run(endless, '--timeout', '1');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^safety-gate lint: the migrations could not be judged within 1 s: [^\n]+\n$/);
  });

  test('says in one line what nests too deeply', () => {
    const { code, stdout, stderr } = run(`SELECT ${'1+'.repeat(100_000)}1;`);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toContain('a.sql:1:1 unreadable nested too deeply to be parsed');
  });

  test('judges in a worker what is large, and reports as ever', () => {
    const { code, stdout } = run(`${'-- \n'.repeat(2_500_000)}DROP TABLE x;`);
    expect(code).toBe(1);
    expect(stdout).toContain('a.sql:2500001 error drop-table');
  });

  test('stops a worker, too, when the time is up', () => {
    const { code, stderr } = run(`${'-- \n'.repeat(2_500_000)}${endless}`, '--timeout', '4');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^safety-gate lint: the migrations could not be judged within 4 s/);
  });

  test('names the place of what is no UTF-8', () => {
    const { code, stdout } = run(Buffer.concat([Buffer.from('SELECT 1;\n'.repeat(100_000)), Buffer.from([0x80])]));
    expect(code).toBe(2);
    expect(stdout).toContain('a.sql:100001:1 unreadable not UTF-8');
  });
});

test.each(['0', '-1', 'soon', '1e3', '86401', ''])('--timeout %j is refused with what is accepted', (seconds) => {
  expect(() => readLintArguments(['a.sql', `--timeout=${seconds}`])).toThrow(UsageError);
  expect(() => readLintArguments(['a.sql', `--timeout=${seconds}`])).toThrow(/write seconds above 0, 86400 at most/);
});
