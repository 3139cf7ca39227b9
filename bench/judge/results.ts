import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { add, type Tally } from './tally.ts';

/** Where runs are kept unless `--scratch` says otherwise. */
export const defaultScratch = join(tmpdir(), 'safety-gate-bench-judge');

/** Tallies by set, cell and judge, kept in a file, so that a run can be gone on with. */
export interface Results {
  get(set: string, cell: string, judge: string): Tally | undefined;
  add(set: string, cell: string, judge: string, tally: Tally): void;
  save(): void;
}

/**
 * Opens the kept runs. Those of a judge whose code has changed since, or of changed traffic, are left out: they say
 * nothing of what is there now.
 */
export function openResults(scratch: string): Results {
  const file = join(scratch, 'results.json');
  const prints = new Map<string, string>();
  const printOf = (judge: string) => {
    const print = prints.get(judge) ?? fingerprint(judge);
    prints.set(judge, print);
    return print;
  };
  const tallies = new Map<string, Tally>();
  const key = (set: string, cell: string, judge: string) => [set, cell, judge, printOf(judge)].join('\t');
  for (const [kept, tally] of Object.entries(readKept(file))) {
    const [set = '', cell = '', judge = ''] = kept.split('\t');
    if (kept === key(set, cell, judge)) tallies.set(kept, tally);
  }
  return {
    get: (set, cell, judge) => tallies.get(key(set, cell, judge)),
    add: (set, cell, judge, tally) => {
      const at = key(set, cell, judge);
      const kept = tallies.get(at);
      if (kept === undefined) tallies.set(at, tally);
      else add(kept, tally);
    },
    save: () => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(tallies)));
      renameSync(`${file}.new`, file);
    },
  };
}

function readKept(file: string): Readonly<Record<string, Tally>> {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Tally>; // written by save()
  } catch (cause) {
    throw new Error(`${file}: cannot be read as kept runs; remove it to begin anew`, { cause });
  }
}

const here = import.meta.dirname;
const entries: Readonly<Record<string, string>> = {
  ours: join(here, '../../src/canary/judge-comparison.ts'),
  oracle: join(here, 'oracle.ts'),
  peaks: join(here, 'peak-judge.ts'),
};

/** Changes when a file does that the judge or the traffic is made of. */
function fingerprint(judge: string): string {
  const [path = '', exported] = judge.split('#');
  const peers = readdirSync(join(here, 'peers')).map((name) => join(here, 'peers', name));
  const made = exported === undefined ? (entries[judge] ?? null) : resolve(path);
  const seen = new Set<string>();
  for (const entry of [join(here, 'sets.ts'), join(here, 'traffic.ts'), ...(made === null ? peers : [made])]) {
    followImports(entry, seen);
  }
  const hash = createHash('sha256');
  for (const file of [...seen].sort()) hash.update(relative(here, file)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

function followImports(file: string, seen: Set<string>): void {
  if (seen.has(file)) return;
  seen.add(file);
  for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|export|\}).* from '(\.[^']+)';$/gm)) {
    followImports(join(dirname(file), from), seen);
  }
}
