// Plays canaries under judges and counts what they make of them.
// node bench/judge/run.ts --set fitted --runs 200 --cells 'poisson/errors' --judges ours,oracle --minutes 10 --json rows.json
import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { jsonLineOf } from './json-line.ts';
import { peers } from './registry.ts';
import { defaultScratch, openResults } from './results.ts';
import { runOrders } from './runner.ts';
import { cellsOf, type SetName, setNames } from './sets.ts';
import { rowsOf } from './summary.ts';
import { tablesOf } from './tables.ts';
import { play } from './traffic.ts';

const usage = `node bench/judge/run.ts --set NAME[,NAME…] [options]
  --set      ${setNames.join(', ')}
  --runs     runs a cell (100)            --cells    only cells whose id this regular expression finds
  --judges   names (ours, oracle, peers: all of them), or path.ts#export
  --workers  threads (1)
  --minutes  begin no more after so many  --json     rows as JSON to this file
  --scratch  where runs are kept (${defaultScratch})
  --emit     write the comparisons to this file instead, as lines for safety-gate judge`;

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: '' },
    runs: { type: 'string', default: '100' },
    cells: { type: 'string', default: '' },
    judges: { type: 'string', default: '' },
    workers: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '60' },
    json: { type: 'string' },
    scratch: { type: 'string', default: defaultScratch },
    emit: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function numberOf(name: 'runs' | 'workers' | 'minutes'): number {
  const value = Number(values[name]);
  if (!(value > 0)) throw new RangeError(`--${name} "${values[name]}": not a number above 0`);
  return value;
}

function setsAsked(): readonly SetName[] {
  return values.set.split(',').map((name) => {
    const found = setNames.find((set) => set === name);
    if (found === undefined) throw new RangeError(`--set "${name}": not known; known are ${setNames.join(', ')}`);
    return found;
  });
}

function cellIds(set: SetName): readonly string[] {
  const wanted = new RegExp(values.cells);
  return [...cellsOf(set).keys()].filter((id) => wanted.test(id));
}

const peerNames = peers.map(({ name }) => name);

/** Healthy cells have nothing that the oracle could look for. */
function judgesFor(set: SetName): readonly string[] {
  if (values.judges !== '') return values.judges.split(',').flatMap((name) => (name === 'peers' ? peerNames : [name]));
  return ['delays', 'shapes', 'company'].includes(set) ? ['ours', 'oracle'] : ['ours'];
}

async function emit(file: string): Promise<void> {
  const out = createWriteStream(file);
  for (const set of setsAsked()) {
    for (const cell of cellIds(set).map((id) => cellsOf(set).get(id))) {
      if (cell === undefined) continue;
      for (let run = 0; run < numberOf('runs'); run += 1) {
        const line = `${jsonLineOf(play(cell, run).comparison)}\n`;
        if (!out.write(line)) await once(out, 'drain');
      }
    }
  }
  await new Promise<void>((resolve) => out.end(resolve));
}

async function run(): Promise<void> {
  const sets = setsAsked();
  const results = openResults(values.scratch);
  const orders = sets.map((set) => ({ set, cells: cellIds(set), judges: judgesFor(set), runs: numberOf('runs') }));
  const whole = await runOrders(orders, results, {
    workers: numberOf('workers'),
    minutes: numberOf('minutes'),
    clock: () => performance.now(),
    progress: (text) => process.stderr.write(`${text}\n`),
  });
  const rows = orders.flatMap(({ set, cells, judges }) => rowsOf(set, cells, judges, results));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 1)}\n`);
  process.stdout.write(tablesOf(rows));
  if (!whole) process.stderr.write('not all was run: the same command goes on where this one ended\n');
}

if (values.help || values.set === '') process.stdout.write(`${usage}\n`);
else if (values.emit !== undefined) await emit(values.emit);
else await run();
