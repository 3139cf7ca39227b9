import type { Reason } from '../reason.ts';
import type { foldObservations, Observation, Point, Series } from './observation.ts';
import type { CanaryPolicy } from './policy.ts';

/** What was made of one metric. `open`: not bad, and not enough seen to call it good. */
export interface MetricOutcome {
  readonly metric: string;
  readonly verdict: 'good' | 'bad' | 'open';
  readonly reasons: readonly Reason[];
  /** The numbers that were compared, in the metric's own unit; null where there is none. */
  readonly canary: number | null;
  readonly baseline: number | null;
}

/** The observations as the judge's parts read them. */
export interface WatchedData {
  readonly series: ReturnType<typeof foldObservations>;
  readonly canaryRequests: Series;
  readonly baselineRequests: Series;
  /** Where the baseline's numbers come from: the same minutes, or those before the watch. */
  readonly baselinePhase: Point['phase'];
  /** Looks that the watch plans to take: the error budget is spread over them. */
  readonly plannedLooks: number;
  /** Whole periods that settle before the watch ends. */
  readonly plannedPeriods: number;
  /** Milliseconds since 1970: periods that end before have settled at the newest look. */
  readonly settledUntil: number;
  readonly periodSeconds: number;
}

/** A source that has told nothing in this many of the newest periods has stopped: what it told earlier is old. */
const silentPeriods = 3;

/**
 * Since when a series has been without a number, where that is too long: whether CloudWatch said that there is none, or
 * could not be asked. Undefined while it still tells, or before its first number.
 */
export function silentSince(series: Series, { settledUntil, periodSeconds }: WatchedData): string | undefined {
  const last = series.findLast(({ value }) => value !== null);
  if (last === undefined) return undefined;
  const end = Date.parse(last.periodStart) + periodSeconds * 1000;
  return settledUntil - end >= silentPeriods * periodSeconds * 1000 ? new Date(end).toISOString() : undefined;
}

/** Why promotion would rest on too little: each state by its name, none of them a pass. */
export function missingData(
  policy: CanaryPolicy,
  data: WatchedData,
  observations: readonly Observation[],
): readonly Reason[] {
  if (observations.length === 0) return [{ code: 'no-observation', text: 'nothing was observed yet' }];
  if (observations.every((observation) => observation.status === 'unavailable')) {
    const last = observations.at(-1)?.reasons ?? [];
    return [{ code: 'metrics-unavailable', text: 'CloudWatch has not answered in the whole watch' }, ...last];
  }
  const values = data.canaryRequests;
  const requests = values.reduce((sum, { value }) => sum + (value ?? 0), 0);
  if (requests === 0) {
    const text = values.some(({ value }) => value !== null)
      ? 'the canary had no requests: its traffic weight is 0, or nobody came'
      : 'there are no data of the canary: traffic has not moved yet, or its target group or load balancer is another one (set loadBalancer)';
    return [{ code: 'no-canary-traffic', text }];
  }
  const reasons: Reason[] = [];
  if (requests < policy.minimumRequests) {
    const text = `the canary had ${requests} requests, fewer than the ${policy.minimumRequests} of minimumRequests; give it more traffic or more time`;
    reasons.push({ code: 'too-few-requests', text, requests, minimumRequests: policy.minimumRequests });
  }
  const silent = silentSince(
    values.map((point) => (point.value === 0 ? { ...point, value: null } : point)),
    data,
  );
  if (silent !== undefined) {
    const lost = observations.at(-1)?.status === 'complete' ? 'no requests' : 'no data (CloudWatch did not answer)';
    const text = `the canary's traffic stopped: ${lost} since ${silent}; what was seen before cannot speak for the rest of the watch`;
    reasons.push({ code: 'traffic-stopped', text, since: silent });
  }
  if (
    policy.metrics.some((metric) => metric.kind === 'error-ratio') &&
    data.baselineRequests.every(({ value }) => !value)
  ) {
    const text =
      'the baseline has no requests, neither beside the canary nor before it, so there is nothing to compare with';
    reasons.push({ code: 'baseline-missing', text });
  }
  return reasons;
}
