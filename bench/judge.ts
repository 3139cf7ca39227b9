// What the judge of errors promises, measured: node bench/judge.ts [WATCHES]. The table stands in docs/canary.md.
import { playWatches, type Traffic } from '../test/support/watches.ts';

const count = Number(process.argv[2] ?? 1000);
const base: Traffic = { requestsPerMinute: 700, share: 0.1, errorRatio: 0.005, factor: 1 };
const rows: readonly (readonly [string, Partial<Traffic>])[] = [
  ['healthy, 700/min, 10 % canary', {}],
  ['healthy, 700/min, 50 % canary', { share: 0.5 }],
  ['healthy, 20,000/min, 5 % canary', { requestsPerMinute: 20_000, share: 0.05 }],
  [
    'healthy, 20,000/min, 5 % canary, error rate drifts by 30 % for both',
    { requestsPerMinute: 20_000, share: 0.05, drift: 0.3 },
  ],
  ['errors x 2, 700/min, 10 % canary', { factor: 2 }],
  ['errors x 5, 700/min, 10 % canary', { factor: 5 }],
  ['errors x 20, 700/min, 10 % canary', { factor: 20 }],
  ['errors x 90 (45 % fail), 700/min, 10 % canary', { factor: 90 }],
  ['errors x 5, 20,000/min, 5 % canary', { requestsPerMinute: 20_000, share: 0.05, factor: 5 }],
];

process.stdout.write(
  `${count} watches of 60 minutes each, a look a minute\n| traffic | rolled back | median minute |\n|---|---|---|\n`,
);
rows.forEach(([name, over], row) => {
  const ends = playWatches(count, { ...base, ...over }, 1000 + row);
  const found = ends.filter((end) => end !== null).sort((a, b) => a - b);
  const middle = found[Math.floor(found.length / 2)] ?? '–';
  process.stdout.write(`| ${name} | ${((100 * found.length) / count).toFixed(1)} % | ${middle} |\n`);
});
