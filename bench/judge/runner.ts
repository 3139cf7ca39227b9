import { Worker } from 'node:worker_threads';
import type { Batch } from './batch.ts';
import { streamOf } from './random.ts';
import type { Results } from './results.ts';
import type { SetName } from './sets.ts';
import type { Tally } from './tally.ts';

/** What is to be run: every cell under every judge, so many times. */
export interface Order {
  readonly set: SetName;
  readonly cells: readonly string[];
  readonly judges: readonly string[];
  readonly runs: number;
}

/** A cell's runs come in so many batches, of at least the one number of runs and at most the other. */
const batchesPerCell = 20;
const leastBatchRuns = 5;
const mostBatchRuns = 50;
const saveEveryMilliseconds = 20_000;

export interface Pace {
  readonly workers: number;
  /** No batch begins after so many minutes. */
  readonly minutes: number;
  /** Milliseconds, from any beginning. */
  readonly clock: () => number;
  readonly progress: (text: string) => void;
}

/**
 * Runs what is missing of the orders, in passes over all cells, so that an early end leaves even numbers. Runs that are
 * kept already are not run again.
 * @returns whether all was run
 */
export async function runOrders(orders: readonly Order[], results: Results, pace: Pace): Promise<boolean> {
  const begun = pace.clock();
  const over = () => pace.clock() - begun > pace.minutes * 60_000;
  const batches = missingBatches(orders, results);
  let saved = begun;
  let done = 0;
  const queue = batches[Symbol.iterator]();
  const work = async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      for (const batch of queue) {
        const tallies = await ask(worker, batch);
        for (const [judge, tally] of Object.entries(tallies)) results.add(batch.set, batch.cell, judge, tally);
        done += 1;
        if (pace.clock() - saved > saveEveryMilliseconds) {
          saved = pace.clock();
          results.save();
          pace.progress(`${done} of ${batches.length} batches, ${Math.round((saved - begun) / 1000)} s`);
        }
        if (over()) break;
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(pace.workers, batches.length) }, work));
  results.save();
  return done === batches.length;
}

function missingBatches(orders: readonly Order[], results: Results): readonly Batch[] {
  const batches = orders.flatMap(({ set, cells, judges, runs }) => {
    const batchRuns = Math.min(mostBatchRuns, Math.max(leastBatchRuns, Math.ceil(runs / batchesPerCell)));
    return cells.flatMap((cell) => {
      const waiting = new Map<number, string[]>();
      for (const judge of judges) {
        const from = results.get(set, cell, judge)?.runs ?? 0;
        waiting.set(from, [...(waiting.get(from) ?? []), judge]);
      }
      return [...waiting].flatMap(([begin, together]) =>
        Array.from({ length: Math.max(0, Math.ceil((runs - begin) / batchRuns)) }, (_, at) => {
          const from = begin + at * batchRuns;
          return {
            done: from / runs,
            lot: streamOf(`${set} ${cell}`, from)(),
            batch: { set, cell, judges: together, from, to: Math.min(runs, from + batchRuns) },
          };
        }),
      );
    });
  });
  // All orders come to their end together, cells by lot, so that an early end leaves a sample of all. Batches of one
  // cell stay in order, since kept runs are counted, not listed.
  return batches.sort((a, b) => a.done - b.done || a.lot - b.lot).map(({ batch }) => batch);
}

function ask(worker: Worker, batch: Batch): Promise<Readonly<Record<string, Tally>>> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', answered);
      worker.off('error', failed);
      act();
    };
    const answered = (tallies: Readonly<Record<string, Tally>>) => settle(() => resolve(tallies));
    const failed = (cause: unknown) =>
      settle(() => reject(new Error(`${batch.cell}, runs ${batch.from} to ${batch.to}: failed`, { cause })));
    worker.on('message', answered);
    worker.on('error', failed);
    worker.postMessage(batch);
  });
}
