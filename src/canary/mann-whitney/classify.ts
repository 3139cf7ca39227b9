import type { PeriodValues } from '../period-values.ts';
import { readAs } from '../reading.ts';
import { commonLanguageEffect } from '../statistics/common-language-effect.ts';
import { type LocationShift, locationShift, shiftSide } from '../statistics/location-shift.ts';
import { mean, meanRatio } from '../statistics/mean-ratio.ts';
import { withoutOutliers } from '../statistics/outliers.ts';
import type { MannWhitneyMetric, MannWhitneySettings } from './settings.ts';

/** Kayenta's words. `Nodata`: not compared, and not counted; `NodataFailMetric`: not compared, and counted as failed. */
export type Classification = 'Pass' | 'High' | 'Low' | 'Nodata' | 'NodataFailMetric';

/** What became of one side's values before they were compared. */
export interface SideFacts {
  /** Periods that were looked at. */
  readonly periods: number;
  /** Periods without a number: left out, or counted as 0. */
  readonly missing: number;
  readonly outliers: readonly number[];
  readonly points: number;
  /** Null for no points. */
  readonly mean: number | null;
}

/** Each number that the classification rests on. */
export interface Compared {
  readonly shift: LocationShift;
  /** How far from 0 the interval must lie: the tolerance times the shift's estimate. */
  readonly bound: number;
  /** Null where it cannot be computed (a mean of 0); then no threshold on it is asked. */
  readonly effect: number | null;
}

export interface ClassifiedMetric {
  readonly metric: MannWhitneyMetric;
  readonly classification: Classification;
  /** High, Low or without data so that the whole canary fails. */
  readonly criticalFailure: boolean;
  readonly canary: SideFacts;
  readonly baseline: SideFacts;
  /** `compared`: the numbers are in `compared`, where they were asked for. The others say why there was nothing to compare. */
  readonly outcome: 'compared' | 'same-values' | 'no-data' | 'too-few-points' | 'canary-missing' | 'baseline-missing';
  readonly compared: Compared | null;
  /** What was compared, oldest first. */
  readonly points: { readonly canary: readonly number[]; readonly baseline: readonly number[] };
}

/** `class`: the class alone; what plainly passes comes without its numbers. It takes a fifth of the time. */
export type Detail = 'full' | 'class';

type Limits = Pick<MannWhitneySettings, 'confidence' | 'tolerance' | 'interval' | 'minimumPoints'>;

/**
 * Classes one metric as Kayenta's judge does (spinnaker/kayenta, MannWhitneyClassifier and NetflixACAJudge-v1.0): High or
 * Low where the confidence interval of the shift lies beyond the tolerance, in a direction that matters, and the effect
 * reaches what is allowed. Two things differ on purpose. A period without a number counts as 0 under `replace` also on a
 * side that has no numbers at all (kayenta#377, #799: a baseline without errors passed a canary full of them). Two
 * constant sides are compared as they are, without added noise, so the same values always give the same answer.
 */
export function classifyMetric(
  metric: MannWhitneyMetric,
  values: PeriodValues,
  limits: Limits,
  detail: Detail,
): ClassifiedMetric {
  const canary = preparedSide(metric, values.canary);
  const baseline = preparedSide(metric, values.baseline);
  const points = { canary: canary.points, baseline: baseline.points };
  const facts = { metric, canary: canary.facts, baseline: baseline.facts, points };
  const missing = missingSide(canary.points.length, baseline.points.length, limits.minimumPoints);
  if (missing !== null) {
    const classification = metric.mustHaveData && !metric.critical ? 'NodataFailMetric' : 'Nodata';
    return { ...facts, classification, criticalFailure: metric.critical, outcome: missing, compared: null };
  }
  if (sameValues(canary.points, baseline.points)) {
    return { ...facts, classification: 'Pass', criticalFailure: false, outcome: 'same-values', compared: null };
  }
  if (detail === 'class' && !mayDiffer(metric, canary.points, baseline.points, limits)) {
    return { ...facts, classification: 'Pass', criticalFailure: false, outcome: 'compared', compared: null };
  }
  const compared = compare(metric, canary.points, baseline.points, limits);
  const classification = classOf(metric, compared);
  const criticalFailure = metric.critical && classification !== 'Pass' && isCritical(metric, classification, compared);
  return { ...facts, classification, criticalFailure, outcome: 'compared', compared };
}

/** An interval that holds 0 lies beyond no tolerance, in no direction. */
function mayDiffer(
  { direction }: MannWhitneyMetric,
  canary: readonly number[],
  baseline: readonly number[],
  { confidence, interval }: Limits,
): boolean {
  const side = shiftSide(canary, baseline, confidence, interval);
  return direction === 'either' ? side !== 'neither' : side === (direction === 'increase' ? 'above' : 'below');
}

function preparedSide(metric: MannWhitneyMetric, periods: PeriodValues['canary']) {
  const read = periods.map((value) => (value === null || Number.isNaN(value) ? null : readAs(metric.as, value)));
  const numbers = read.flatMap((value) => (value === null ? (metric.nanStrategy === 'replace' ? [0] : []) : [value]));
  const points =
    metric.outliers.strategy === 'remove' ? withoutOutliers(numbers, metric.outliers.outlierFactor) : numbers;
  const kept = new Set(points);
  const facts: SideFacts = {
    periods: periods.length,
    missing: read.filter((value) => value === null).length,
    outliers: points.length === numbers.length ? [] : numbers.filter((value) => !kept.has(value)),
    points: points.length,
    mean: points.length === 0 ? null : mean(points),
  };
  return { points, facts };
}

function missingSide(canary: number, baseline: number, least: number): ClassifiedMetric['outcome'] | null {
  if (canary === 0 && baseline === 0) return 'no-data';
  if (canary === 0) return 'canary-missing';
  if (baseline === 0) return 'baseline-missing';
  return Math.min(canary, baseline) < least ? 'too-few-points' : null;
}

function sameValues(canary: readonly number[], baseline: readonly number[]): boolean {
  const [one, other] = [canary.toSorted((a, b) => a - b), baseline.toSorted((a, b) => a - b)];
  if (one.length === other.length && one.every((value, at) => value === other[at])) return true;
  return one[0] === other[0] && one[0] === one.at(-1) && other[0] === other.at(-1);
}

function compare(
  { effectSize }: MannWhitneyMetric,
  canary: readonly number[],
  baseline: readonly number[],
  { confidence, tolerance, interval }: Limits,
): Compared {
  const shift = locationShift(canary, baseline, confidence, interval);
  const effect = effectSize.measure === 'cles' ? commonLanguageEffect(canary, baseline) : meanRatio(canary, baseline);
  return { shift, bound: tolerance * Math.abs(shift.estimate), effect };
}

/** No shift in the ratio of means is 1, in the chance to be larger one half. */
export function neutralEffect({ effectSize }: MannWhitneyMetric): number {
  return effectSize.measure === 'cles' ? 0.5 : 1;
}

function classOf(metric: MannWhitneyMetric, { shift, bound, effect }: Compared): 'Pass' | 'High' | 'Low' {
  const { direction, effectSize } = metric;
  const neutral = neutralEffect(metric);
  if (direction !== 'decrease' && shift.lower > bound) {
    if (effect === null || effect >= (effectSize.allowedIncrease ?? neutral)) return 'High';
  }
  if (direction !== 'increase' && shift.upper < -bound) {
    if (effect === null || effect <= (effectSize.allowedDecrease ?? neutral)) return 'Low';
  }
  return 'Pass';
}

function isCritical(metric: MannWhitneyMetric, classification: 'High' | 'Low', { effect }: Compared): boolean {
  if (effect === null) return true;
  const { effectSize } = metric;
  const neutral = neutralEffect(metric);
  if (classification === 'High') return effect >= (effectSize.criticalIncrease ?? neutral);
  return effect <= (effectSize.criticalDecrease ?? neutral);
}
