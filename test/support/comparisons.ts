import type { Comparison, ComparisonPolicy, CountSeries, Counts, RatioSeries } from '../../src/canary/comparison.ts';
import { poisson, seeded } from './random.ts';

/** Periods of a side with `total` requests each, of which `ratio` fail, as chance has it. */
export function requests(seed: number, periods: number, total: number, ratio: number): Counts[] {
  const random = seeded(seed);
  return Array.from({ length: periods }, () => ({ events: Math.min(total, poisson(random, total * ratio)), total }));
}

/** Periods of a number of events that has no total. */
export function events(seed: number, periods: number, mean: number): number[] {
  const random = seeded(seed);
  return Array.from({ length: periods }, () => poisson(random, mean));
}

const usual = { name: 'errors', direction: 'increase', main: true, shared: false, parts: [], hosts: null } as const;

/** 700 requests a period beside 2,100, 1 % of which fail, after 60 such periods of the baseline. */
export function ratioSeries(over: Partial<RatioSeries> = {}): RatioSeries {
  return {
    ...usual,
    kind: 'ratio',
    canary: requests(1, 20, 700, 0.01),
    baseline: requests(2, 20, 2100, 0.01),
    history: requests(3, 60, 2800, 0.01),
    exposure: { canary: [], baseline: [] },
    ...over,
  };
}

/** Ten events a period at a load of 1, beside thirty at a load of 3, after 60 periods of the baseline at that load. */
export function countSeries(over: Partial<CountSeries> = {}): CountSeries {
  const load = (value: number) => new Array<number>(20).fill(value);
  return {
    ...usual,
    kind: 'count',
    canary: events(1, 20, 10),
    baseline: events(2, 20, 30),
    history: events(3, 60, 30),
    exposure: { canary: load(1), baseline: load(3) },
    ...over,
  };
}

export function comparisonOf(metrics: Comparison['metrics'], policy: Partial<ComparisonPolicy> = {}): Comparison {
  const promote = { ratio: 2, count: 2, gauge: 1.5, latency: 1.5 };
  return { id: 'c', policy: { alpha: 0.01, warmup: null, promote, plannedPeriods: 20, ...policy }, metrics };
}
