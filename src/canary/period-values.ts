import type { MetricSeries, Periods } from './comparison.ts';

/** One metric as judges of plain numbers see it: one number a period and side, null where there is none. */
export interface PeriodValues {
  readonly name: string;
  /** Oldest first; both sides have the same length. */
  readonly canary: Periods<number>;
  readonly baseline: Periods<number>;
}

/**
 * The numbers of a series: events of all for a ratio (null without requests: 0 of 0 is no number), events by unit of
 * exposure for a count (a baseline with nineteen times the traffic has nineteen times the errors), else the value.
 */
export function periodValues(series: MetricSeries): PeriodValues {
  const { name } = series;
  switch (series.kind) {
    case 'ratio': {
      const ratio = (one: { events: number; total: number } | null) =>
        one === null || one.total === 0 ? null : one.events / one.total;
      return { name, canary: series.canary.map(ratio), baseline: series.baseline.map(ratio) };
    }
    case 'count': {
      const { exposure } = series;
      const each = (load: readonly number[]) => (value: number | null, at: number) =>
        value === null || !load[at] ? null : value / load[at];
      return {
        name,
        canary: series.canary.map(each(exposure.canary)),
        baseline: series.baseline.map(each(exposure.baseline)),
      };
    }
    case 'gauge':
    case 'latency':
      return { name, canary: series.canary, baseline: series.baseline };
  }
}

/** The same metric up to a period (exclusive), or from one on. */
export function slicePeriods({ name, canary, baseline }: PeriodValues, from: number, to: number): PeriodValues {
  return { name, canary: canary.slice(from, to), baseline: baseline.slice(from, to) };
}
