import type { Comparison, RatioSeries } from '../../../src/canary/comparison.ts';
import type { BenchJudge, Call } from '../judges.ts';

/** Numbers that are there, up to and with a period. */
export function pointsUntil(values: readonly (number | null)[], period: number): readonly number[] {
  return values.slice(0, period + 1).filter((value) => value !== null);
}

/** Whether any of the metrics is bad when looked at after `period`. */
export type Look = (period: number) => boolean;

/**
 * A judge that looks after each period and rolls back at the first bad look; what was never bad is promoted.
 * @param begin what to look with; null where the comparison is not of its kind
 */
export function lookingJudge(name: string, begin: (comparison: Comparison) => Look | null): BenchJudge {
  return {
    name,
    judge: (comparison) => {
      const look = begin(comparison);
      return look === null ? null : firstBad(comparison.policy.plannedPeriods, look);
    },
  };
}

function firstBad(periods: number, look: Look): Call {
  for (let period = 0; period < periods; period += 1) {
    if (look(period)) return { verdict: 'rollback', decidedAt: period };
  }
  return { verdict: 'promote', decidedAt: periods - 1 };
}

/** The error ratio, which is what thresholds are set on; null where there is none. */
export function errorsOf({ metrics }: Comparison): RatioSeries | null {
  for (const series of metrics) if (series.kind === 'ratio' && series.name === 'errors') return series;
  return null;
}
