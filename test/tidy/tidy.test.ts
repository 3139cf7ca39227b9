import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

// The rules of our style that a machine can check and a linter does not.

function files(...roots: string[]): readonly string[] {
  return roots.flatMap((root) =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

const source = files('src', 'hooks');
const tests = files('test');

function offenders(paths: readonly string[], isBad: (text: string, path: string) => boolean): readonly string[] {
  return paths.filter((path) => isBad(readFileSync(path, 'utf8'), path));
}

/** The longest function of a file, in lines: from a line that opens one to the line that closes at its indentation. */
function longestFunction(text: string): number {
  const lines = text.split('\n');
  let longest = 0;
  lines.forEach((line, start) => {
    const opens = /^( *)(export )?(default )?(async )?(function\b.*|(const \w+ = )(async )?\(.*\).*=>) ?\{$/.exec(line);
    if (opens === null) return;
    const close = `${opens[1]}}`;
    const end = lines.findIndex(
      (other, at) => at > start && other.startsWith(close) && !other.startsWith(`${close} else`),
    );
    longest = Math.max(longest, end - start + 1);
  });
  return longest;
}

describe('the tree is tidy', () => {
  test('no file is longer than 300 lines', () => {
    expect(offenders(source, (text) => text.split('\n').length > 301)).toEqual([]);
  });

  test('no function is longer than 60 lines, the composition root aside', () => {
    expect(offenders(source, (text, path) => path !== 'src/gate.ts' && longestFunction(text) > 60)).toEqual([]);
  });

  test('no file is a drawer for everything', () => {
    expect(source.filter((path) => /\/(utils?|helpers?|common|misc|types)\.ts$/.test(path))).toEqual([]);
  });

  test('time comes from the clock', () => {
    const clocks = ['src/clock.ts'];
    const reads = /\bDate\.now\(\)|\bnew Date\(\)/;
    expect(offenders(source, (text, path) => !clocks.includes(path) && reads.test(text))).toEqual([]);
  });

  test('our SQL does not ask the database for the time', () => {
    const sqlTime = /\b(now\(\)|current_timestamp|clock_timestamp\(\))/i;
    const schema = source.filter((path) => path.startsWith('src/database/'));
    expect(offenders(schema, (text) => sqlTime.test(text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')))).toEqual([]);
  });

  test('no test sleeps', () => {
    // What a test waits for is an event or a state; processes are waited for in test/support/eventually.ts.
    const sleeps = /setTimeout\(|timers\/promises/;
    expect(
      offenders(
        tests,
        (text, path) => !path.startsWith('test/support/') && path !== 'test/tidy/tidy.test.ts' && sleeps.test(text),
      ),
    ).toEqual([]);
  });

  test('the product has no switch for tests', () => {
    expect(offenders(source, (text) => /NODE_ENV|JEST_WORKER_ID|__test__/.test(text))).toEqual([]);
  });

  test('nothing is left to do', () => {
    expect(
      offenders([...source, ...tests.filter((path) => !path.startsWith('test/tidy'))], (text) =>
        /\bTODO\b|\bFIXME\b/.test(text),
      ),
    ).toEqual([]);
  });

  test('no catch swallows its error without a word', () => {
    expect(offenders(source, (text) => /catch(\s*\(\w+\))?\s*\{\s*\}/.test(text))).toEqual([]);
  });
});
