/**
 * Random schemas and alterations on a native server, static effects against observed ones:
 *
 *   node bench/random-effects.ts MAJOR [RUNS] [SEED]     prints the first history that differs, made small
 */
import { openServer } from '../src/trace/server.ts';
import { runHistory, tryRandomHistories } from '../test/migrations/random-runs.ts';
import { preparation } from '../test/migrations/random-statements.ts';

const [major = '18', runs = '200', seed = '1'] = process.argv.slice(2);
const database = await openServer(`postgres://postgres@127.0.0.1:${55_400 + Number(major)}/postgres`);
try {
  const { compared, counterexample } = await tryRandomHistories(database, { seed: Number(seed), runs: Number(runs) });
  process.stdout.write(`${compared} statements compared, seed ${seed}\n`);
  if (counterexample !== undefined) {
    process.stdout.write(`${counterexample.slice(preparation.length).join(';\n')};\n`);
    for (const each of (await runHistory(counterexample, database)).differing) process.stdout.write(`  ${each}\n`);
    process.exitCode = 1;
  }
} finally {
  await database.close();
}
