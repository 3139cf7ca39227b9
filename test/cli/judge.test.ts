import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inOrder } from '../../src/cli/in-order.ts';
import { judgeBatch } from '../../src/cli/judge-batch.ts';
import { lineBatches } from '../../src/cli/line-batches.ts';
import { runCommandLine } from '../../src/cli/run.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'judge-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

async function judge(input: string | Buffer, ...flags: string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  stdout.on('data', (chunk) => out.push(String(chunk)));
  stderr.on('data', (chunk) => errors.push(String(chunk)));
  const io = { env: {}, cwd: directory, stdin: Readable.from([Buffer.from(input)]), stdout, stderr };
  const code = await runCommandLine(['judge', ...flags, '-'], io);
  const lines = out
    .join('')
    .split('\n')
    .filter((line) => line !== '');
  return { code, out: out.join(''), errors: errors.join(''), lines };
}

interface Sides {
  readonly failing?: number;
  readonly periods?: number;
  readonly requests?: number;
}

/** A canary of 100 requests a period beside a baseline of 900 with 5 errors; healthy with 0 or 1 failing. */
function comparison(id: unknown, { failing = 0, periods = 20, requests = 100 }: Sides = {}) {
  const repeat = (events: number, total: number) => Array.from({ length: periods }, () => ({ events, total }));
  const series = { canary: repeat(failing, requests), baseline: repeat(5, 900), history: repeat(5, 1000) };
  return { id, metrics: [{ name: 'errors', kind: 'ratio', direction: 'increase', ...series }] };
}
const text = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

const healthy = comparison('healthy', { requests: 900, failing: 4, periods: 120 });
const ill = comparison('ill', { failing: 45 });

describe('safety-gate judge', () => {
  test('prints a line for each comparison, in their order, with exactly what the format says', async () => {
    const { code, lines, errors } = await judge(text(healthy, ill, comparison(7, { failing: 45 })));
    const verdicts = lines.map((line) => JSON.parse(line));
    expect(verdicts.map(({ id }) => id)).toEqual(['healthy', 'ill', 7]);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['promote', 'rollback', 'rollback']);
    expect(verdicts[1]).toMatchObject({ decidedAt: 0, metric: 'errors' });
    for (const verdict of verdicts) {
      expect(Object.keys(verdict)).toEqual(['id', 'verdict', 'decidedAt', 'metric', 'evidence', 'reasons']);
    }
    expect({ code, errors }).toEqual({ code: 1, errors: '' });
  });

  test('ends with 0 where nothing is rolled back', async () => {
    const { code, lines } = await judge(text(healthy));
    expect([code, lines.length]).toEqual([0, 1]);
  });

  test('says continue while more periods are planned than were seen', async () => {
    const { lines } = await judge(text({ ...comparison('a', { periods: 1 }), policy: { periods: 60 } }));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ verdict: 'continue', decidedAt: null });
  });

  test.each([
    ['all null', { canary: [null, null], baseline: [null, null] }],
    ['all zero', { canary: [{ events: 0, total: 0 }], baseline: [{ events: 0, total: 0 }] }],
    ['one quiet period', { canary: [{ events: 0, total: 3 }], baseline: [{ events: 0, total: 50 }] }],
  ])('never promotes on %s', async (_, series) => {
    const { code, lines } = await judge(
      text({ id: 'a', metrics: [{ name: 'errors', kind: 'ratio', direction: 'increase', ...series }] }),
    );
    expect([code, JSON.parse(lines[0] ?? '').verdict]).toEqual([0, 'inconclusive']);
  });

  test('names what it cannot read with its line, judges the others, and ends with 2', async () => {
    const bad = comparison('bad', { failing: -1, periods: 1 });
    const { code, lines, errors } = await judge(`${text(ill)}{"id": \n\n${text(bad, healthy)}nonsense`);
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(['ill', 'healthy']);
    expect(code).toBe(2);
    expect(errors.split('\n').map((line) => line.replace(/ \(.*\)/, ''))).toEqual([
      'line 2: not JSON; write one JSON object a line',
      'line 4: metrics[0].canary[0].events: -1: counts are whole numbers from 0 to 1000000000000; write 0 or more, or null for both',
      'line 6: not JSON; write one JSON object a line',
      '',
    ]);
  });

  test('says problems as JSON to whoever asks for JSON', async () => {
    const { errors } = await judge(`${text({ ...ill, id: 3, metrics: 1 })}`, '--format', 'json');
    expect(JSON.parse(errors)).toEqual({
      line: 1,
      id: 3,
      problems: [{ path: 'metrics', message: '1: write an array of metrics' }],
    });
  });

  test.each(['NaN', '-Infinity'])('says that JSON has no %s', async (word) => {
    const { code, errors } = await judge(`{"id": "a", "metrics": [{"canary": [${word}]}]}\n`);
    expect([code, errors]).toEqual([2, expect.stringContaining('JSON has no NaN and no Infinity; write null')]);
  });

  test('takes CRLF, a byte order mark, blank lines and a last line without an end', async () => {
    const { code, lines } = await judge(`\uFEFF${JSON.stringify(healthy)}\r\n\r\n  \n${JSON.stringify(healthy)}`);
    expect([code, lines.length]).toEqual([0, 2]);
  });

  test.each([
    ['UTF-16', Buffer.from(text(healthy), 'utf16le')],
    ['Latin 1', Buffer.from('{"id": "\u00e4"}\n', 'latin1')],
  ])('refuses %s', async (_, bytes) => {
    const { code, errors } = await judge(Buffer.concat([Buffer.from([0xff, 0xfe]), bytes]));
    expect([code, errors]).toEqual([2, expect.stringContaining('line 1: not UTF-8')]);
  });

  test.each(['', '\n \r\n', '\uFEFF'])('calls an input without a comparison no success: %j', async (input) => {
    const { code, errors } = await judge(input);
    expect([code, errors]).toEqual([2, 'safety-gate judge: standard input has no comparison; write one a line\n']);
  });

  test('judges an id that comes twice, and says so', async () => {
    const { code, lines, errors } = await judge(text(healthy, { ...ill, id: 1 }, { ...ill, id: '1' }, healthy));
    expect([code, lines.length]).toEqual([1, 4]);
    expect(errors).toBe('line 4: id "healthy" is that of line 1, too; both were judged\n');
  });

  test('tells people what, when and why', async () => {
    const { out, errors } = await judge(text(ill), '--format', 'text');
    expect(out).toMatch(/^ill: rollback at period 0 by errors\n {2}[a-z-]+: errors: .+\n$/);
    expect(errors).toBe('1 judged: 1 rollback\n');
  });

  test('judges 10,000 periods, and a line of 10 MB', async () => {
    const long = comparison('long', { periods: 10_000, requests: 180, failing: 1 });
    const heavy = `${JSON.stringify(healthy)}${' '.repeat(10_000_000)}`;
    const { code, lines } = await judge(`${text(long)}${heavy}\n`);
    expect([code, lines.map((line) => JSON.parse(line).id)]).toEqual([0, ['long', 'healthy']]);
  });

  test.each([
    [['judge'], 'no input; name one file, or - for standard input'],
    [['judge', 'a', 'b'], '2 inputs; name one file, or - for standard input'],
    [['judge', '-', '--format', 'xml'], '--format "xml": write one of json, text'],
    [['judge', 'absent.jsonl'], 'absent.jsonl: no such file'],
    [['judge', '.'], '.: a directory; name a file in it'],
  ])('refuses %j', async (argv, message) => {
    const stderr = new PassThrough();
    const io = { env: {}, cwd: directory, stdin: Readable.from([]), stdout: new PassThrough(), stderr };
    expect(await runCommandLine(argv, io)).toBe(2);
    expect(String(stderr.read())).toContain(message);
  });

  test('judges large inputs in threads as it does small ones alone', () => {
    const padded = (id: number) => text(comparison(id, { failing: 20 * (id % 2), periods: 1 })).padStart(4000);
    const lines = Array.from({ length: 400 }, (_, id) => padded(id));
    const input = `${lines.join('')}${text(5, comparison('last', { periods: 1 }))}`;
    const file = join(directory, 'large.jsonl');
    writeFileSync(file, input);
    expect(Buffer.byteLength(input)).toBeGreaterThan(1_500_000);
    const run = spawnSync(process.execPath, ['bin/safety-gate.js', 'judge', file], { encoding: 'utf8' });
    const alone = judgeBatch({ firstLine: 1, bytes: Buffer.from(input), format: 'json' });
    expect(run.stdout === alone.output).toBe(true);
    expect([run.status, run.stderr]).toEqual([2, expect.stringContaining('line 401: 5: write an object')]);
  });

  test('answers each line as it comes, and ends quietly when nobody reads on', async () => {
    const child = spawn(process.execPath, ['bin/safety-gate.js', 'judge', '-'], { stdio: 'pipe' });
    const exit = once(child, 'exit');
    for (const one of [healthy, ill]) {
      child.stdin.write(text(one));
      const [chunk] = await once(child.stdout, 'data');
      expect(JSON.parse(String(chunk)).id).toBe(one.id);
    }
    child.stdout.destroy();
    const said: string[] = [];
    child.stderr.on('data', (chunk) => said.push(String(chunk)));
    child.stdin.on('error', () => {}); // the child may be gone before it has read all
    child.stdin.end(text(ill, ill, ill));
    await exit;
    expect(said.join('')).not.toContain('EPIPE');
  });
});

describe('lines of a stream', () => {
  async function cut(chunks: readonly string[], longest: number) {
    const batches = [];
    for await (const batch of lineBatches(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), longest)) {
      const content = batch.status === 'lines' ? Buffer.from(batch.bytes).toString() : null;
      batches.push([batch.firstLine, content]);
    }
    return batches;
  }

  test('come whole, however the stream is cut', async () => {
    expect(await cut(['a', 'b\nc', '\nd\ne', 'f'], 100)).toEqual([
      [1, 'ab\n'],
      [2, 'c\nd\n'],
      [4, 'ef'],
    ]);
  });

  test('beyond the limit are named and let go, and the count goes on', async () => {
    expect(await cut(['a\nbbbb', 'bbbb', 'bbbb', 'b\nc\nd'], 6)).toEqual([
      [1, 'a\n'],
      [2, null],
      [3, 'c\n'],
      [4, 'd'],
    ]);
  });
});

describe('work in order', () => {
  test('throws what its inputs and its work throw', async () => {
    const broken = async function* () {
      yield 1;
      throw new Error('inputs');
    };
    const take = (inputs: AsyncIterable<number>, work: (input: number) => Promise<number>) =>
      Readable.from(inOrder(inputs, work, 2)).toArray();
    await expect(take(broken(), async (input) => input)).rejects.toThrow('inputs');
    const fails = async () => {
      throw new Error('work');
    };
    await expect(take(Readable.from([1, 2, 3]), fails)).rejects.toThrow('work');
  });

  test('has no more under way than it may, and keeps the order', async () => {
    let underWay = 0;
    let most = 0;
    const results = await Readable.from(
      inOrder(
        Readable.from([5, 1, 4, 2, 3]) as AsyncIterable<number>,
        async (input) => {
          underWay += 1;
          most = Math.max(most, underWay);
          for (let turn = 0; turn < input; turn += 1) await Promise.resolve();
          underWay -= 1;
          return input;
        },
        2,
      ),
    ).toArray();
    expect([results, most <= 2]).toEqual([[5, 1, 4, 2, 3], true]);
  });
});
