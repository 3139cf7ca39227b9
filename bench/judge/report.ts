// Makes docs/operating-characteristics.md and its pictures from measured runs: node bench/judge/report.ts --minutes 15 --workers 2
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../../src/version.ts';
import { peakJudge } from './peak-judge.ts';
import { peers } from './registry.ts';
import { calibration } from './report/calibration.ts';
import { delays } from './report/delays.ts';
import { incident, promotions } from './report/endings.ts';
import { falseRollbacks } from './report/false-rollbacks.ts';
import { introduction, method } from './report/method.ts';
import { reportOrders } from './report/plan.ts';
import { promises } from './report/promises.ts';
import { measureSpeed } from './report/speed.ts';
import { defaultScratch, openResults, type Results } from './results.ts';
import { type Order, runOrders } from './runner.ts';
import { cellsOf } from './sets.ts';

const usage = `node bench/judge/report.ts [options]
  --minutes  begin no more after so many (15); the same command goes on where this one ended
  --workers  threads (1)
  --scale    runs, as a multiple of the usual (1)
  --cells    only cells whose id this regular expression finds
  --scratch  where runs are kept (${defaultScratch})
  --docs     where the page goes (docs)`;

/** Canaries of each family and load that speed is measured with, besides one to warm up. */
const speedRounds = 5;

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

/** What was run of the orders: canaries, each counted once, and judgements of them. */
function extentOf(orders: readonly Order[], results: Results) {
  const runs = new Map<string, { readonly ill: boolean; readonly runs: number }>();
  const judges = new Set<string>();
  let judgements = 0;
  let plannedJudgements = 0;
  for (const order of orders) {
    plannedJudgements += order.runs * order.cells.length * order.judges.length;
    for (const id of order.cells) {
      const ill =
        cellsOf(order.set)
          .get(id)
          ?.metrics.some(({ effect }) => effect !== null) ?? false;
      for (const judge of order.judges) {
        const done = results.get(order.set, id, judge)?.runs ?? 0;
        if (done === 0) continue;
        judges.add(judge);
        judgements += done;
        runs.set(id, { ill, runs: Math.max(done, runs.get(id)?.runs ?? 0) });
      }
    }
  }
  const canaries = (ill: boolean) =>
    [...runs.values()].filter((one) => one.ill === ill).reduce((sum, one) => sum + one.runs, 0);
  const named = [...judges].filter((name) => name !== peakJudge.name).length;
  return { healthy: canaries(false), ill: canaries(true), judgements, plannedJudgements, judges: named };
}

/** The commit, and whether what was run differs from it. */
function commitOf(): string {
  const git = (...args: readonly string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'src', 'bench') !== '';
  return `${git('rev-parse', '--short', 'HEAD')}${changed ? ', with uncommitted changes' : ''}`;
}

function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function write(orders: readonly Order[], results: Results, whole: boolean, peerNames: readonly string[]): void {
  const date = new Date().toISOString().slice(0, 10);
  const speed = measureSpeed(speedRounds, processorMilliseconds);
  const sections = [
    promises(results, peerNames, speed),
    falseRollbacks(results, peerNames),
    delays(results, peerNames),
    incident(results, peerNames),
    promotions(results),
    calibration(results, date),
  ];
  const provenance = {
    date,
    commit: commitOf(),
    version,
    node: process.version,
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    whole,
    onlyCells: values.cells,
    ...extentOf(orders, results),
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
