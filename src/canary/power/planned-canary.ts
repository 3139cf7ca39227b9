import { type Comparison, type Counts, defaultPromoteSizes } from '../comparison.ts';
import { binomial, poisson, type Random } from '../simulation/random.ts';

/** What the canary will be judged on: rates that are known, or minutes that were recorded, with the noise that they had. */
export type PlannedTraffic =
  | { readonly source: 'rates'; readonly requestsPerMinute: number; readonly errorRatio: number }
  | { readonly source: 'history'; readonly minutes: readonly Counts[] };

export interface PlannedCanary {
  readonly traffic: PlannedTraffic;
  /** The canary's part of the requests, in (0, 1). */
  readonly share: number;
  readonly minutes: number;
  /** The error budget of all metrics together, in (0, 0.5). */
  readonly alpha: number;
  /** How many metrics share the budget, the errors being the main one. */
  readonly metrics: number;
  /** The factor of regression that the policy wants to be safe from, above 1. */
  readonly increase: number;
}

/** So many minutes before the canary the judge is given, as in the gate's own watches. */
export const historyMinutes = 120;

/** Recorded minutes are played in stretches of this many on average, so that minutes stay alike as their neighbours are. */
const stretchMinutes = 10;

/** The main metric has half of the budget, and all of it where it is alone. */
export function mainBudget({ alpha, metrics }: Pick<PlannedCanary, 'alpha' | 'metrics'>): number {
  return metrics > 1 ? alpha / 2 : alpha;
}

/** The traffic's mean requests a minute, and its ratio of errors. */
export function meanTraffic(traffic: PlannedTraffic): { requestsPerMinute: number; errorRatio: number } {
  if (traffic.source === 'rates') return traffic;
  const requests = traffic.minutes.reduce((sum, { total }) => sum + total, 0);
  const errors = traffic.minutes.reduce((sum, { events }) => sum + events, 0);
  return { requestsPerMinute: requests / traffic.minutes.length, errorRatio: errors / Math.max(1, requests) };
}

/**
 * A canary as it may go: its requests fail `factor` times as often as the baseline's (1: it is healthy). The main metric
 * alone is played, with its part of the budget: what the others do is another question.
 */
export function playCanary(planned: PlannedCanary, factor: number, random: Random): Comparison {
  const { traffic, minutes, share } = planned;
  const { errorRatio } = meanTraffic(traffic);
  // Each healthy request fails with this chance, on top of those that would have failed anyway.
  const added = Math.min(1, ((factor - 1) * errorRatio) / Math.max(1e-12, 1 - errorRatio));
  const draw = minutesOf(traffic, random);
  const history = traffic.source === 'history' ? traffic.minutes.slice(-historyMinutes) : drawn(historyMinutes, draw);
  const periods = drawn(minutes, draw).map((minute) => {
    const events = binomial(random, minute.events, share);
    const total = events + binomial(random, minute.total - minute.events, share);
    const canary = { events: events + binomial(random, total - events, added), total };
    return { canary, baseline: { events: minute.events - events, total: minute.total - total } };
  });
  const load = (value: number) => new Array<number>(minutes).fill(value);
  return {
    id: 'planned',
    policy: {
      alpha: mainBudget(planned),
      warmup: null,
      promote: { ...defaultPromoteSizes, ratio: planned.increase },
      plannedPeriods: minutes,
    },
    metrics: [
      {
        name: 'errors',
        kind: 'ratio',
        direction: 'increase',
        main: true,
        shared: false,
        canary: periods.map(({ canary }) => canary),
        baseline: periods.map(({ baseline }) => baseline),
        history,
        parts: [],
        exposure: { canary: load(share), baseline: load(1 - share) },
        hosts: null,
      },
    ],
  };
}

function drawn(count: number, draw: () => Counts): readonly Counts[] {
  return Array.from({ length: count }, draw);
}

/**
 * Healthy minutes of both sides together, one after the other. Rates give independent requests; recorded minutes are
 * played in stretches that begin anywhere and are of random length (the stationary bootstrap: Politis and Romano 1994).
 */
function minutesOf(traffic: PlannedTraffic, random: Random): () => Counts {
  if (traffic.source === 'rates') {
    const { requestsPerMinute, errorRatio } = traffic;
    return () => {
      const total = poisson(random, requestsPerMinute);
      return { events: binomial(random, total, errorRatio), total };
    };
  }
  const { minutes } = traffic;
  let at = 0;
  let left = false;
  return () => {
    at = left && random() >= 1 / stretchMinutes ? (at + 1) % minutes.length : Math.floor(random() * minutes.length);
    left = true;
    return minutes[at] ?? { events: 0, total: 0 };
  };
}
