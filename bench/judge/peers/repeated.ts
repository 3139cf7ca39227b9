import type { Comparison, MetricSeries } from '../../../src/canary/comparison.ts';
import { periodValues } from '../../../src/canary/period-values.ts';
import { mannWhitney } from '../../../src/canary/statistics/mann-whitney.ts';
import type { BenchJudge } from '../judges.ts';
import { lookingJudge, pointsUntil } from './look.ts';

const level = 0.05;
/** One-sided 5 % and 1 % points of the normal distribution. */
const fivePercent = 1.6448536269514722;
const onePercent = 2.3263478740408408;
const leastPoints = 5;

/** A test that is asked again at each look as if it were the only one: any metric that it calls worse rolls back. */
function repeated(
  name: string,
  isWorse: (series: MetricSeries, period: number) => boolean,
  able: (series: MetricSeries) => boolean = () => true,
): BenchJudge {
  return lookingJudge(name, (comparison: Comparison) => {
    const metrics = comparison.metrics.filter(able);
    return metrics.length === 0 ? null : (period) => metrics.some((series) => isWorse(series, period));
  });
}

/** The two-proportion test with pooled variance, of all requests so far. */
function proportions(series: MetricSeries, period: number): number {
  if (series.kind !== 'ratio') return 0;
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
  const numbers = periodValues(series);
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

/** One-sided: half of the two-sided p where the canary tends to be the larger. */
function ranksHigher(series: MetricSeries, period: number): boolean {
  const numbers = periodValues(series);
  const canary = pointsUntil(numbers.canary, period);
  const baseline = pointsUntil(numbers.baseline, period);
  if (canary.length < leastPoints || baseline.length < leastPoints) return false;
  const { u, p } = mannWhitney(canary, baseline);
  return u > (canary.length * baseline.length) / 2 && p < 2 * level;
}

const isRatio = (series: MetricSeries) => series.kind === 'ratio';

export const repeatedJudges: readonly BenchJudge[] = [
  repeated('z-test-5%', (series, period) => proportions(series, period) > fivePercent, isRatio),
  repeated('z-test-1%', (series, period) => proportions(series, period) > onePercent, isRatio),
  repeated('t-test-5%', (series, period) => welch(series, period) > fivePercent),
  repeated('mann-whitney-5%', ranksHigher),
];
