// Makes docs/operating-characteristics.md and its pictures from measured runs: node bench/judge/report.ts --minutes 15 --workers 2
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../../src/version.ts';
import { peers } from './registry.ts';
import { delays } from './report/delays.ts';
import { incident, promotions } from './report/endings.ts';
import { falseRollbacks } from './report/false-rollbacks.ts';
import { introduction, method } from './report/method.ts';
import { reportOrders } from './report/plan.ts';
import { defaultScratch, openResults, type Results } from './results.ts';
import { type Order, runOrders } from './runner.ts';

const usage = `node bench/judge/report.ts [options]
  --minutes  begin no more after so many (15); the same command goes on where this one ended
  --workers  threads (1)
  --scale    runs, as a multiple of the usual (1)
  --cells    only cells whose id this regular expression finds
  --scratch  where runs are kept (${defaultScratch})
  --docs     where the page goes (docs)`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '15' },
    workers: { type: 'string', default: '1' },
    scale: { type: 'string', default: '1' },
    cells: { type: 'string', default: '' },
    scratch: { type: 'string', default: defaultScratch },
    docs: { type: 'string', default: join(import.meta.dirname, '../../docs') },
    help: { type: 'boolean', default: false },
  },
});

function numberOf(name: 'minutes' | 'workers' | 'scale', least: number): number {
  const value = Number(values[name]);
  if (!(value >= least)) throw new RangeError(`--${name} "${values[name]}": not a number from ${least} on`);
  return value;
}

function judgements(orders: readonly Order[], results: Results) {
  let canaries = 0;
  let ours = { runs: 0, milliseconds: 0 };
  for (const { set, cells, judges } of orders) {
    for (const cell of cells) {
      for (const judge of judges) {
        const tally = results.get(set, cell, judge);
        if (tally === undefined) continue;
        canaries += tally.runs;
        if (judge === 'ours')
          ours = { runs: ours.runs + tally.runs, milliseconds: ours.milliseconds + tally.milliseconds };
      }
    }
  }
  return { canaries, millisecondsEach: ours.milliseconds / Math.max(1, ours.runs) };
}

function write(orders: readonly Order[], results: Results, whole: boolean, peerNames: readonly string[]): void {
  const sections = [
    falseRollbacks(results, peerNames),
    delays(results, peerNames),
    incident(results, peerNames),
    promotions(results),
  ];
  const provenance = {
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    version,
    node: process.version,
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    whole,
    ...judgements(orders, results),
  };
  const pictures = join(values.docs, 'operating-characteristics');
  mkdirSync(pictures, { recursive: true });
  for (const [name, svg] of sections.flatMap((section) => section.pictures)) {
    writeFileSync(join(pictures, `${name}.svg`), svg);
  }
  const page = [introduction(provenance), ...sections.map(({ text }) => text), method()].join('\n');
  writeFileSync(join(values.docs, 'operating-characteristics.md'), page);
}

async function report(): Promise<void> {
  const peerNames = peers.map(({ name }) => name);
  const wanted = new RegExp(values.cells);
  const orders = reportOrders(peerNames, numberOf('scale', 0.001)).map((order) => ({
    ...order,
    cells: order.cells.filter((id) => wanted.test(id)),
  }));
  const results = openResults(values.scratch);
  const whole = await runOrders(orders, results, {
    workers: numberOf('workers', 1),
    minutes: numberOf('minutes', 0),
    clock: () => performance.now(),
    progress: (text) => process.stderr.write(`${text}\n`),
  });
  write(orders, results, whole, peerNames);
  process.stdout.write(
    `${join(values.docs, 'operating-characteristics.md')}${whole ? '' : ', from fewer runs than planned'}\n`,
  );
}

if (values.help) process.stdout.write(`${usage}\n`);
else await report();
