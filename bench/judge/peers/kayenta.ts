import type { Comparison, MetricSeries } from '../../../src/canary/comparison.ts';
import type { BenchJudge } from '../judges.ts';
import { lookingJudge, numbersOf, pointsUntil } from './look.ts';
import { middleShift, rankStatistic, samplesOf } from './rank-shift.ts';

/** NetflixACAJudge-v1.0: intervals at 98 %, a shift counts from a quarter of its own estimate on. */
const quantile = 2.3263478740408408;
const tolerance = 0.25;
/** The least with which values that are all apart are significant at 98 %. */
const leastPoints = 5;
/** Spinnaker's canary stage: an interval below the marginal score fails at once, the last one must pass. */
const marginalScore = 75;
const passScore = 95;

/**
 * High: the interval of the shift lies above the tolerance (spinnaker/kayenta, MannWhitneyClassifier). Its lower end is
 * the shift at which the statistic falls to the quantile, so asking whether the end lies above the bound is asking for
 * the statistic at the bound.
 */
function isHigh(series: MetricSeries, period: number): boolean {
  const numbers = numbersOf(series);
  const canary = pointsUntil(numbers.canary, period);
  const baseline = pointsUntil(numbers.baseline, period);
  if (canary.length < leastPoints || baseline.length < leastPoints) return false;
  const samples = samplesOf(canary, baseline);
  if (!(rankStatistic(samples, 0) > quantile)) return false;
  return rankStatistic(samples, tolerance * Math.abs(middleShift(samples))) > quantile;
}

/** Percent of the metrics that are not high: all in one group, none critical, as the default is. */
function score({ metrics }: Comparison, period: number): number {
  const passed = metrics.filter((series) => !isHigh(series, period)).length;
  return (100 * passed) / metrics.length;
}

/** Kayenta's judge asked every minute for all since the canary began, and once at the end. */
export const kayentaJudges: readonly BenchJudge[] = [
  lookingJudge('kayenta-each-minute', (comparison) => (period) => {
    const last = period === comparison.policy.plannedPeriods - 1;
    return score(comparison, period) < (last ? passScore : marginalScore);
  }),
  lookingJudge('kayenta-at-end', (comparison) => (period) => {
    return period === comparison.policy.plannedPeriods - 1 && score(comparison, period) < passScore;
  }),
];
