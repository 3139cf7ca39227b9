import { watchMetric } from '../../../src/canary/evidence/watch-metric.ts';
import { judgeComparison } from '../../../src/canary/judge-comparison.ts';
import { lookMannWhitney } from '../../../src/canary/mann-whitney/judge.ts';
import { mannWhitneySettings } from '../../../src/canary/mann-whitney/settings.ts';
import { periodValues } from '../../../src/canary/period-values.ts';
import type { Cell } from '../cell.ts';
import { families, familyOf } from '../families.ts';
import { cellOf, type Load } from '../healthy-cells.ts';
import { type SingleKind, several, single } from '../metric-sets.ts';
import { play } from '../traffic.ts';

/** Milliseconds of processor time that this process has used, from any beginning. */
export type ProcessorClock = () => number;

export interface Speed {
  /** Whole healthy canaries of 60 periods, a second of one core, by number of metrics. */
  readonly canaries: readonly {
    readonly metrics: number;
    readonly aSecond: number;
    readonly played: number;
    readonly slowest: { readonly family: string; readonly aSecond: number };
  }[];
  /** Microseconds for one more period of one metric, by its kind and the periods of history before the canary. */
  readonly periods: readonly { readonly kind: SingleKind; readonly history: number; readonly microseconds: number }[];
  /** Judgements of 8 metrics x 60 periods by rank tests, a second of one core. */
  readonly rankJudgements: number;
}

const speedLoads: readonly Load[] = [
  { requestsPerMinute: 700, share: 0.05, errorPart: 0.005 },
  { requestsPerMinute: 20_000, share: 0.05, errorPart: 0.005 },
];
const fitted = families.filter(({ set }) => set === 'fitted');
const histories = [60, 480];
const kinds: readonly SingleKind[] = ['errors', 'latency-p95', 'cpu'];

/**
 * Measures how fast the judge is on this machine: simulated canaries are made first, and only the judging is timed.
 * @param rounds canaries of each family and load; one more round goes before, untimed, so that code is compiled
 */
export function measureSpeed(rounds: number, clock: ProcessorClock): Speed {
  return {
    canaries: [1, 8].map((metrics) => canariesASecond(metrics, rounds, clock)),
    periods: kinds.flatMap((kind) => histories.map((history) => periodCost(kind, history, rounds, clock))),
    rankJudgements: rankJudgements(rounds, clock),
  };
}

function canariesASecond(metrics: number, rounds: number, clock: ProcessorClock) {
  const ready = fitted.map((family) => {
    const cells = speedLoads.map((at) => {
      const { counting } = family.noise;
      const plans =
        metrics === 1 ? single('errors', at.errorPart, counting, null) : several(metrics, at.errorPart, counting, null);
      return cellOf(family, at, plans, { label: 'speed' });
    });
    return { family: family.name, comparisons: cells.map((cell) => playedOf(cell, rounds + 1)) };
  });
  for (const { comparisons } of ready)
    for (const [first] of comparisons) if (first !== undefined) judgeComparison(first);
  const timed = ready.map(({ family, comparisons: all }) => {
    const comparisons = all.flatMap((each) => each.slice(1));
    const begun = clock();
    for (const one of comparisons) judgeComparison(one);
    return { family, canaries: comparisons.length, milliseconds: clock() - begun };
  });
  const played = timed.reduce((sum, { canaries }) => sum + canaries, 0);
  const milliseconds = timed.reduce((sum, one) => sum + one.milliseconds, 0);
  const rate = ({ canaries, milliseconds: spent }: { canaries: number; milliseconds: number }) =>
    (1000 * canaries) / Math.max(1e-3, spent);
  const slowest = timed.reduce((most, one) => (rate(one) < rate(most) ? one : most));
  return {
    metrics,
    aSecond: rate({ canaries: played, milliseconds }),
    played,
    slowest: { family: slowest.family, aSecond: rate(slowest) },
  };
}

function playedOf(cell: Cell, runs: number) {
  return Array.from({ length: runs }, (_, run) => play(cell, run).comparison);
}

/** The first period is left out: it is when the history is read, once. */
function periodCost(kind: SingleKind, history: number, rounds: number, clock: ProcessorClock) {
  let milliseconds = 0;
  let periods = 0;
  for (const name of ['poisson', 'overdispersed-own', 'drift-shared', 'drift-own']) {
    const family = familyOf(name);
    for (const at of speedLoads) {
      const metrics = single(kind, at.errorPart, family.noise.counting, null);
      const cell = cellOf(family, at, metrics, { history, label: 'speed' });
      for (const { metrics: series, policy } of playedOf(cell, rounds)) {
        const { alpha, plannedPeriods } = policy;
        const settings = { alpha, warmup: 0, size: 2, plannedPeriods };
        const watches = series.map((one) => watchMetric(one, settings));
        for (const watch of watches) watch(0);
        const begun = clock();
        for (let period = 1; period < plannedPeriods; period += 1) for (const watch of watches) watch(period);
        milliseconds += clock() - begun;
        periods += plannedPeriods - 1;
      }
    }
  }
  return { kind, history, microseconds: (1000 * milliseconds) / periods };
}

function rankJudgements(rounds: number, clock: ProcessorClock): number {
  const [at] = speedLoads;
  if (at === undefined) return Number.NaN;
  const family = familyOf('poisson');
  const cell = cellOf(family, at, several(8, at.errorPart, family.noise.counting, null), { label: 'speed' });
  const values = playedOf(cell, rounds).map(({ metrics }) => metrics.map(periodValues));
  const metrics = (values[0] ?? []).map(({ name }) => ({ metric: name, groups: ['all'], direction: 'increase' }));
  const settings = mannWhitneySettings.parse({ metrics });
  const repeats = 50;
  for (const one of values) lookMannWhitney(settings, one, true, 'class');
  const begun = clock();
  for (let again = 0; again < repeats; again += 1) {
    for (const one of values) lookMannWhitney(settings, one, true, 'class');
  }
  return (1000 * repeats * values.length) / Math.max(1e-3, clock() - begun);
}
