/** Failed (or slow, or refused …) requests of one period, and all requests of it. */
export interface Counts {
  readonly events: number;
  readonly total: number;
}

/** Which way a metric gets worse. */
export type Direction = 'increase' | 'decrease' | 'either';

/** One number a period; null where there is none. */
export type Periods<T> = readonly (T | null)[];

interface SeriesOf<Kind extends string, T> {
  readonly name: string;
  readonly kind: Kind;
  readonly direction: Direction;
  /** The main metric has half of the error budget. */
  readonly main: boolean;
  /** The size of regression that a promotion must exclude for this metric; absent: the policy's for its kind. */
  readonly promoteSize?: number;
  /** Periods at the canary's begin that are not judged; absent: the policy's for its kind. */
  readonly warmup?: number;
  /** Both versions report the same resource (a database's connections): a comparison cannot condemn the canary. */
  readonly shared: boolean;
  /** One element a period since the canary began, oldest first; both sides have the same length. */
  readonly canary: Periods<T>;
  readonly baseline: Periods<T>;
  /** The baseline's periods before the canary began, oldest first; the last one ends where the canary begins. */
  readonly history: Periods<T>;
  /** The same past for two or more parallel slices of one version (zones, target groups); empty where unknown. */
  readonly parts: readonly Periods<T>[];
  /** How much of the load each side carries (weights, tasks), one number a period of the canary. */
  readonly exposure: { readonly canary: readonly number[]; readonly baseline: readonly number[] };
  /** How many hosts each side runs on, where that is known: fewer hosts average less of each host's own noise. */
  readonly hosts: { readonly canary: number; readonly baseline: number } | null;
}

/** Events out of all: judged by counts. */
export type RatioSeries = SeriesOf<'ratio', Counts>;
/** Events whose number grows with the load (`exposure`), and that are no part of a known total. */
export type CountSeries = SeriesOf<'count', number>;
/** A level: CPU, memory, connections in use, queue depth. */
export type GaugeSeries = SeriesOf<'gauge', number>;
/** A percentile or mean of response times, in any unit. */
export type LatencySeries = SeriesOf<'latency', number>;

export type MetricSeries = RatioSeries | CountSeries | GaugeSeries | LatencySeries;

export const metricKinds = ['ratio', 'count', 'gauge', 'latency'] as const satisfies MetricSeries['kind'][];

/** The sizes of regression that a promotion must exclude, as factors of the baseline. */
export interface PromoteSizes {
  readonly ratio: number;
  readonly count: number;
  readonly gauge: number;
  readonly latency: number;
}

export interface ComparisonPolicy {
  /** The most that healthy canaries may be rolled back, over all looks and metrics together; in (0, 0.5). */
  readonly alpha: number;
  /** Periods at the canary's begin that are not judged; null: 3 for latency and gauges, 0 for the rest. */
  readonly warmup: number | null;
  readonly promote: PromoteSizes;
  /** Periods that the canary is planned to run: the judge decides at the last of them at the latest. */
  readonly plannedPeriods: number;
}

/** What canary and baseline showed, period by period: all that the judge knows. */
export interface Comparison {
  readonly id: string;
  readonly policy: ComparisonPolicy;
  readonly metrics: readonly MetricSeries[];
}

/** Errors doubled, latency and gauges half as much again. */
export const defaultPromoteSizes: PromoteSizes = { ratio: 2, count: 2, gauge: 1.5, latency: 1.5 };
