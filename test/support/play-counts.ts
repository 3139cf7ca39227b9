// Plays canaries whose counts are Poisson and prints, as JSON, what the judge's core said of each.
// Run: node test/support/play-counts.ts FACTOR RUNS PERIODS. A process of its own, since jest's modules run ten times slower.
import { promoteRisk } from '../../src/canary/comparison-reasons.ts';
import { watchMetric } from '../../src/canary/evidence/watch-metric.ts';
import { countSeries, events } from './comparisons.ts';

/** What one canary's periods said. */
export interface Played {
  /** exp(harm) at the last look. */
  readonly bet: number;
  /** The most harm at any look. */
  readonly most: number;
  /** Whether the confidence sequence had the true factor at every look. */
  readonly isCovered: boolean;
  /** Whether it would be promoted at the last look. */
  readonly isSafe: boolean;
  /** Periods that were judged. */
  readonly periods: number;
}

/** Six events a period times `factor`, beside a baseline of 24 and a history of 60 such periods. */
function play(factor: number, run: number, periods: number): Played {
  const load = (value: number) => new Array<number>(periods).fill(value);
  const series = countSeries({
    canary: events(7000 + run, periods, 6 * factor),
    baseline: events(8000 + run, periods, 24),
    history: events(9000 + run, 60, 24),
    exposure: { canary: load(1), baseline: load(4) },
  });
  const next = watchMetric(series, { alpha: 0.01, warmup: 0, size: 2, plannedPeriods: periods });
  const all = series.canary.map((_, period) => next(period));
  return {
    bet: Math.exp(all.at(-1)?.harm ?? Number.NaN),
    most: Math.max(...all.map(({ harm }) => harm)),
    isSafe: (all.at(-1)?.safety ?? Number.NaN) >= Math.log(1 / promoteRisk),
    periods: all.at(-1)?.periods ?? 0,
    isCovered: all.every(({ effect }) => effect !== null && effect.lower <= factor && effect.upper >= factor),
  };
}

const [factor, runs, periods] = process.argv.slice(2).map(Number);
if (factor === undefined || runs === undefined || periods === undefined) {
  throw new RangeError('nothing to play: give a factor, a number of runs, and how many periods each has');
}
process.stdout.write(JSON.stringify(Array.from({ length: runs }, (_, run) => play(factor, run, periods))));
