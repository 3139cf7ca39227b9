// Measures how much evidence of harm healthy canaries give, which src/canary/evidence/calibration.ts sets thresholds by:
// node bench/judge/calibrate.ts --runs 300 --minutes 10 --cells 'drift-own'
import { parseArgs } from 'node:util';
import { calibration } from './report/calibration.ts';
import { calibrationOrder } from './report/plan.ts';
import { defaultScratch, openResults } from './results.ts';
import { runOrders } from './runner.ts';

const usage = `node bench/judge/calibrate.ts [options]
  --runs     canaries a cell (300)       --cells    only cells whose id this regular expression finds
  --minutes  begin no more after so many (15); the same command goes on where this one ended
  --workers  threads (1)                 --scratch  where runs are kept (${defaultScratch})
Writes the section "How the thresholds were calibrated" of docs/operating-characteristics.md to stdout.`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    cells: { type: 'string', default: '' },
    minutes: { type: 'string', default: '15' },
    workers: { type: 'string', default: '1' },
    scratch: { type: 'string', default: defaultScratch },
    help: { type: 'boolean', default: false },
  },
});

function numberOf(name: 'runs' | 'minutes' | 'workers', least: number): number {
  const value = Number(values[name]);
  if (!(value >= least)) throw new RangeError(`--${name} "${values[name]}": not a number from ${least} on`);
  return value;
}

async function calibrate(): Promise<void> {
  const results = openResults(values.scratch);
  const whole = await runOrders([calibrationOrder(numberOf('runs', 1), new RegExp(values.cells))], results, {
    workers: numberOf('workers', 1),
    minutes: numberOf('minutes', 0),
    clock: () => performance.now(),
    progress: (text) => process.stderr.write(`${text}\n`),
  });
  process.stdout.write(`${calibration(results, new Date().toISOString().slice(0, 10)).text}\n`);
  if (!whole) process.stderr.write('not all was run: the same command goes on where this one ended\n');
}

if (values.help) process.stdout.write(`${usage}\n`);
else await calibrate();
