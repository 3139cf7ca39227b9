import type { BenchJudge } from './judges.ts';
import { judgeNamed } from './registry.ts';
import { cellsOf, type SetName } from './sets.ts';
import { count, emptyTally, type Tally } from './tally.ts';
import { play } from './traffic.ts';

/** Runs of one cell under some judges, which all see the same series. */
export interface Batch {
  readonly set: SetName;
  readonly cell: string;
  readonly judges: readonly string[];
  /** Runs `from` to before `to`. */
  readonly from: number;
  readonly to: number;
}

const loaded = new Map<string, BenchJudge>();

async function load(name: string): Promise<BenchJudge> {
  const judge = loaded.get(name) ?? (await judgeNamed(name));
  loaded.set(name, judge);
  return judge;
}

/** Plays a batch. @returns a tally for each judge by name; none of a judge that cannot judge the cell */
export async function playBatch({ set, cell: id, judges, from, to }: Batch): Promise<Readonly<Record<string, Tally>>> {
  const cell = cellsOf(set).get(id);
  if (cell === undefined) throw new RangeError(`cell "${id}": not in set ${set}`);
  const seats = await Promise.all(judges.map(async (name) => ({ name, judge: await load(name), tally: emptyTally() })));
  for (let run = from; run < to; run += 1) {
    const { comparison, truth } = play(cell, run);
    for (const { judge, tally } of seats) {
      const begun = performance.now();
      const call = judge.judge(comparison, cell, truth);
      if (call !== null) count(tally, call, performance.now() - begun);
    }
  }
  return Object.fromEntries(seats.filter(({ tally }) => tally.runs > 0).map(({ name, tally }) => [name, tally]));
}
