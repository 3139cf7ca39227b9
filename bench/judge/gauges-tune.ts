// Evidence of latencies and gauges, measured: node bench/judge/gauges-tune.ts [healthy|delay|speed] [RUNS] [FAMILY] [SEED].
import type { GaugeSeries, LatencySeries } from '../../src/canary/comparison.ts';
import { createMeasuredWatcher } from '../../src/canary/evidence/measured.ts';
import { normal, seeded } from '../../test/support/random.ts';
import { canaryPeriods, type Drawn, families, seriesOf } from './gauge-families.ts';

const [what = 'healthy', runsGiven = '200', only = '', seedGiven = '1'] = process.argv.slice(2);
const runs = Number(runsGiven);
/** Figures that are reported have another seed than those that were tuned on. */
const seed = Number(seedGiven);
const threshold = Math.log(100);
const settings = { alpha: 0.01, warmup: 0, size: 1.5, plannedPeriods: canaryPeriods };

interface Played {
  /** Periods until the threshold was reached; null when it never was. */
  readonly found: number | null;
  readonly highest: number;
  /** True while the confidence sequence never left out what was put in. */
  readonly covered: boolean;
  readonly safe: boolean;
}

function play(series: LatencySeries | GaugeSeries, factor: number): Played {
  const watcher = createMeasuredWatcher(series, settings);
  let highest = Number.NEGATIVE_INFINITY;
  let found: number | null = null;
  let covered = true;
  let safe = false;
  series.canary.forEach((canary, at) => {
    const exposure = { canary: series.exposure.canary[at] ?? 1, baseline: series.exposure.baseline[at] ?? 1 };
    const evidence = watcher.observe(canary === null ? null : canary * factor, series.baseline[at] ?? null, exposure);
    highest = Math.max(highest, evidence.harm + evidence.slack);
    if (found === null && evidence.harm >= threshold - evidence.slack) found = at + 1;
    if (evidence.effect !== null && (evidence.effect.lower > factor || evidence.effect.upper < factor)) covered = false;
    safe = evidence.safety > Math.log(20);
  });
  return { found, highest, covered, safe };
}

function percent(part: number): string {
  return `${((100 * part) / runs).toFixed(1)} %`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

function healthy(): void {
  process.stdout.write(
    '| family | history | rolled back | none | kind gauge | uncovered | safe |\n|---|---|---|---|---|---|---|\n',
  );
  for (const [index, { name, log }] of families.entries()) {
    if (!new RegExp(only).test(name)) continue;
    const counts = { with: 0, without: 0, gauge: 0, uncovered: 0, safe: 0 };
    const random = seeded(1000 * seed + index);
    for (let run = 0; run < runs; run += 1) {
      const drawn = log(random);
      const known = play(seriesOf(drawn, 'latency', true), 1);
      if (known.found !== null) counts.with += 1;
      if (!known.covered) counts.uncovered += 1;
      if (known.safe) counts.safe += 1;
      if (play(seriesOf(drawn, 'latency', false), 1).found !== null) counts.without += 1;
      if (play(seriesOf(drawn, 'gauge', true), 1).found !== null) counts.gauge += 1;
    }
    const { uncovered, safe } = counts;
    process.stdout.write(
      `| ${name} | ${percent(counts.with)} | ${percent(counts.without)} | ${percent(counts.gauge)} | ${percent(uncovered)} | ${percent(safe)} |\n`,
    );
  }
}

/** Wald's test that knows everything: normal noise of both sides, the effect, and that there is no drift. */
function oracle(drawn: Drawn, sigma: number, factor: number): number | null {
  const shift = Math.log(factor);
  const variance = sigma ** 2; // the level is known from the history: only the canary's noise counts
  let sum = 0;
  for (const [at, canary] of drawn.canary.entries()) {
    sum += (shift * (canary + shift - shift / 2)) / variance;
    if (sum >= threshold) return at + 1;
  }
  return null;
}

function delay(): void {
  process.stdout.write(
    '| noise | effect | oracle | ours | allowed | ok | found | uncovered |\n|---|---|---|---|---|---|---|---|\n',
  );
  for (const sigma of [0.02, 0.05, 0.1, 0.2, 0.3]) {
    for (const factor of [1.1, 1.2, 2]) {
      const random = seeded(76 + seed);
      const ours: number[] = [];
      const best: number[] = [];
      let uncovered = 0;
      for (let run = 0; run < runs; run += 1) {
        const draw = (length: number) => Array.from({ length }, () => sigma * normal(random));
        const drawn = { history: draw(120), baseline: draw(60), canary: draw(60) };
        const played = play(seriesOf(drawn, 'latency', true), factor);
        ours.push(played.found ?? Number.POSITIVE_INFINITY);
        if (!played.covered) uncovered += 1;
        best.push(oracle(drawn, sigma, factor) ?? Number.POSITIVE_INFINITY);
      }
      const allowed = 1.5 * median(best) + 1;
      const found = ours.filter(Number.isFinite).length;
      process.stdout.write(
        `| ${sigma} | x${factor} | ${median(best)} | ${median(ours)} | ${allowed} | ${median(ours) <= allowed ? 'yes' : 'NO'} | ${percent(found)} | ${percent(uncovered)} |\n`,
      );
    }
  }
}

const none: Drawn = { history: [], baseline: [], canary: [] };

function speed(): void {
  const random = seeded(4 + seed);
  // What is run once is compiled, not measured.
  for (let run = 0; run < 20; run += 1) play(seriesOf(families[0]?.log(random) ?? none, 'latency', true), 1);
  for (const { name, log } of families.filter((one) => new RegExp(only).test(one.name))) {
    const series = Array.from({ length: runs }, () => seriesOf(log(random), 'latency', true));
    const begin = process.cpuUsage();
    for (const one of series) play(one, 1);
    const { user, system } = process.cpuUsage(begin);
    const milliseconds = (user + system) / 1000 / runs;
    process.stdout.write(`${name}: ${milliseconds.toFixed(2)} ms of CPU a canary\n`);
  }
}

if (what === 'healthy') healthy();
else if (what === 'delay') delay();
else speed();
