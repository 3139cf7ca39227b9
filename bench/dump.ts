/**
 * Whole-process time and peak memory of `safety-gate lint` on generated pg_dump scripts of one, two and four times as many
 * lines: node bench/dump.ts [lines] [runs]. One line of JSON a size.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dump } from '../test/support/dump.ts';

const entry = fileURLToPath(new URL('../bin/safety-gate.js', import.meta.url));
/** Has the process say at its end, on a pipe of its own, what it took at most. */
const tellPeak =
  'import{writeSync}from"node:fs";process.on("exit",()=>writeSync(3,String(process.resourceUsage().maxRSS)))';

function measure(file: string): { ms: number; peakMb: number } {
  const start = performance.now();
  const args = ['--import', `data:text/javascript,${encodeURIComponent(tellPeak)}`, entry, 'lint', file];
  const done = spawnSync(process.execPath, args, { maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  if (done.status !== 0) throw new Error(`lint ended with ${done.status}: ${done.stderr}${done.stdout}`);
  return { ms: performance.now() - start, peakMb: Number(done.output[3]) / 1024 };
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN);
}

const [lines = '100000', runs = '5'] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'dump-bench-'));
for (const times of [1, 2, 4]) {
  const sql = dump(Number(lines) * times);
  const file = join(directory, 'dump.sql');
  writeFileSync(file, sql);
  const measured = Array.from({ length: Number(runs) }, () => measure(file));
  const figures = {
    lines: sql.split('\n').length - 1,
    megabytes: Number((Buffer.byteLength(sql) / 1e6).toFixed(1)),
    medianMs: median(measured.map(({ ms }) => ms)),
    peakMb: median(measured.map(({ peakMb }) => peakMb)),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}
rmSync(directory, { recursive: true });
