import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { systemClock } from '../clock.ts';
import { type Act, playAct, type Stage } from './scenario/act.ts';
import { createActs } from './scenario/acts.ts';
import { setStage } from './scenario/stage.ts';

const usage = `Usage: npm run demo [-- --keep]

Plays four releases of a payments service against the real gate, the real hook functions and the real AWS SDK, on a
sandbox that stands for AWS. A second is a minute. Nothing leaves this machine.

  --keep   leave everything running afterwards, and say where; Ctrl-C ends it

Exit: 0 all four went as they should, 1 one did not, 2 it could not be played, 130 interrupted.
`;

const write = (text: string) => void process.stdout.write(text);

interface Result {
  readonly heading: string;
  /** What did not go as it should. */
  readonly problems: readonly string[];
}

type ExitCode = 0 | 1 | 2 | 130;

async function demo(keep: boolean): Promise<ExitCode> {
  const begin = systemClock.now().getTime();
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
  const interrupted = once(interruption.signal, 'abort').then(() => null);
  write('Deployment safety gate, demo: four releases of payments, a minute per second.\n');
  const stage = await setStage(systemClock, write);
  try {
    const results = await Promise.race([playAll(stage, interruption.signal), interrupted]);
    if (results === null || interruption.signal.aborted) return 130;
    conclude(results, Math.round((systemClock.now().getTime() - begin) / 1000));
    const allWell = results.every(({ problems }) => problems.length === 0);
    if (!allWell) write(`\nThe end of the gate's log:\n${await stage.gateLog()}\n`);
    if (keep) {
      write(stage.addresses);
      await interrupted;
    }
    return allWell ? 0 : 1;
  } finally {
    await stage.close();
  }
}

async function playAll(stage: Stage, signal: AbortSignal): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const act of createActs()) {
    if (signal.aborted) break;
    results.push({ heading: act.heading, problems: await play(stage, act) });
  }
  return results;
}

/** An act that breaks off has not gone as it should; the others are played all the same. */
async function play(stage: Stage, act: Act): Promise<readonly string[]> {
  try {
    return await playAct(stage, act);
  } catch (cause) {
    const why =
      cause instanceof Error && cause.cause !== undefined ? `${cause.message}: ${cause.cause}` : String(cause);
    return [`it broke off: ${why}`];
  }
}

function conclude(results: readonly Result[], seconds: number): void {
  write(`\nAfter ${seconds} s:\n`);
  for (const { heading, problems } of results) {
    write(`  ${problems.length === 0 ? 'as it should' : 'NOT as it should'}  ${heading}\n`);
    for (const problem of problems) write(`      ${problem}\n`);
  }
}

async function main(args: readonly string[]): Promise<ExitCode> {
  let options: { keep?: boolean; help?: boolean };
  try {
    options = parseArgs({ args: [...args], options: { keep: { type: 'boolean' }, help: { type: 'boolean' } } }).values;
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    write(usage);
    return 0;
  }
  try {
    return await demo(options.keep ?? false);
  } catch (cause) {
    process.stderr.write(`The demo could not be played: ${cause instanceof Error ? cause.stack : String(cause)}\n`);
    return 2;
  }
}

// At once: an act that was interrupted may still be waiting for its next look.
process.exit(await main(process.argv.slice(2)));
