import type { Limits, Observation } from '../observation.ts';
import type { CanaryPolicy } from '../policy.ts';
import { median } from '../statistics/median.ts';
import { percentileOf, responseMetric } from './questions.ts';

/**
 * The limits of a watch: the objective, and the baseline's percentiles of the window before, each the median of the
 * periods' own, so that one bad minute moves none. They are learned once; earlier looks have them.
 */
export function limitsOf(policy: CanaryPolicy, known: Limits, points: Observation['points']): Limits {
  const limits: Record<string, number> = { ...known };
  for (const metric of policy.metrics) {
    if (metric.kind !== 'ratio' || metric.events.type !== 'slow' || metric.name in limits) continue;
    const percentile = percentileOf(metric);
    const seconds = percentile === null ? policy.sloSeconds : medianOf(points, responseMetric(percentile));
    if (seconds !== null && seconds > 0) limits[metric.name] = Number(seconds.toPrecision(3));
  }
  return limits;
}

/** What earlier looks have learned. */
export function knownLimits(earlier: readonly Observation[]): Limits {
  return earlier.findLast(({ limits }) => limits !== undefined)?.limits ?? {};
}

/** A percentile of one or two periods may be anything. */
const leastPeriods = 3;

function medianOf(points: Observation['points'], metric: string): number | null {
  const values = points.flatMap((point) => (point.metric === metric && point.value !== null ? [point.value] : []));
  return values.length < leastPeriods ? null : (median(values) ?? null);
}
