import type { Comparison, MetricSeries } from '../../../src/canary/comparison.ts';
import type { BenchJudge } from '../judges.ts';
import { lookingJudge, numbersOf, pointsUntil } from './look.ts';
import { rankStatistic, samplesOf } from './rank-shift.ts';

/** One-sided 5 % and 1 % points of the normal distribution. */
const fivePercent = 1.6448536269514722;
const onePercent = 2.3263478740408408;
const leastPoints = 5;

/** A test that is asked again at each look as if it were the only one: any metric beyond the quantile rolls back. */
function repeated(
  name: string,
  quantile: number,
  statistic: (series: MetricSeries, period: number) => number | null,
): BenchJudge {
  return lookingJudge(name, (comparison: Comparison) => {
    const able = comparison.metrics.filter((series) => statistic(series, 0) !== null);
    if (able.length === 0) return null;
    return (period) => able.some((series) => (statistic(series, period) ?? 0) > quantile);
  });
}

/** The two-proportion test with pooled variance, of all requests so far. */
function proportions(series: MetricSeries, period: number): number | null {
  if (series.kind !== 'ratio') return null;
  const sum = (side: 'canary' | 'baseline') => {
    let events = 0;
    let total = 0;
    for (let at = 0; at <= period; at += 1) {
      events += series[side][at]?.events ?? 0;
      total += series[side][at]?.total ?? 0;
    }
    return { events, total };
  };
  const canary = sum('canary');
  const baseline = sum('baseline');
  if (canary.total === 0 || baseline.total === 0) return 0;
  const pooled = (canary.events + baseline.events) / (canary.total + baseline.total);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / canary.total + 1 / baseline.total));
  return spread === 0 ? 0 : (canary.events / canary.total - baseline.events / baseline.total) / spread;
}

/** Welch's t of the minutes so far, on the normal scale (D. L. Wallace 1959, Ann. Math. Stat. 30:1124). */
function welch(series: MetricSeries, period: number): number {
  const numbers = numbersOf(series);
  const canary = moments(pointsUntil(numbers.canary, period));
  const baseline = moments(pointsUntil(numbers.baseline, period));
  const error = canary.ofMean + baseline.ofMean;
  if (canary.count < leastPoints || baseline.count < leastPoints || error === 0) return 0;
  const t = (canary.mean - baseline.mean) / Math.sqrt(error);
  const freedom = error ** 2 / (canary.ofMean ** 2 / (canary.count - 1) + baseline.ofMean ** 2 / (baseline.count - 1));
  const scale = (8 * freedom + 1) / (8 * freedom + 3);
  return Math.sign(t) * scale * Math.sqrt(freedom * Math.log1p(t ** 2 / freedom));
}

/** Mean, and the squared standard error of it. */
function moments(values: readonly number[]) {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, ofMean: squares / (count * (count - 1)) };
}

function ranks(series: MetricSeries, period: number): number {
  const numbers = numbersOf(series);
  const canary = pointsUntil(numbers.canary, period);
  const baseline = pointsUntil(numbers.baseline, period);
  if (canary.length < leastPoints || baseline.length < leastPoints) return 0;
  return rankStatistic(samplesOf(canary, baseline), 0) || 0;
}

export const repeatedJudges: readonly BenchJudge[] = [
  repeated('z-test-5%', fivePercent, proportions),
  repeated('z-test-1%', onePercent, proportions),
  repeated('t-test-5%', fivePercent, welch),
  repeated('mann-whitney-5%', fivePercent, ranks),
];
