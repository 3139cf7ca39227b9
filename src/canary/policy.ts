import { z } from 'zod';
import { durationWithin } from '../config/duration.ts';
import { strictObject } from '../input/strict-object.ts';
import { builtInMetrics, isShared, type MetricPolicy, metricEntry } from './metric-policy.ts';

/** Each look reads all earlier ones again (`observationsOf`), so their number is bounded: 48 hours of minutes. */
const mostPeriods = 2880;

/** GetMetricData API page, MetricStat.Period: these, or a multiple of 60. */
const shortPeriods: readonly number[] = [1, 5, 10, 20, 30];

/** A service's canary block: what is asked, how often, and what counts as bad. */
export const canaryPolicy = strictObject({
  period: durationWithin('1s', '24h').prefault('60s'),
  settle: durationWithin('0s', '1h').prefault('120s'),
  duration: durationWithin('2s', '48h').prefault('60m'),
  /** The false-rollback budget of the error test, over the whole watch. */
  alpha: z.number().gt(0).lt(0.5).default(0.01),
  /** Requests that the canary must have had before it can be promoted. */
  minimumRequests: z.int().min(1).default(50),
  /** Periods before the watch that stand in where the baseline has no traffic of its own during it. */
  history: z.int().min(0).max(1440).default(30),
  onInconclusive: z.enum(['fail', 'pass']).default('fail'),
  metrics: z
    .array(metricEntry)
    .min(1, 'is empty; leave it out for the built-in metrics')
    .max(50, 'has more than 50 metrics; keep those that tell a bad release')
    .prefault([...builtInMetrics]),
})
  .transform(({ period, settle, duration, history, ...rest }) => ({
    periodSeconds: period,
    settleSeconds: settle,
    durationSeconds: duration,
    historyPeriods: history,
    ...rest,
  }))
  .superRefine((policy, context) => {
    const issue = (field: string, message: string, ...inside: readonly number[]) =>
      context.addIssue({ code: 'custom', path: [field, ...inside], message });
    const { periodSeconds, durationSeconds: length, metrics } = policy;
    if (!shortPeriods.includes(periodSeconds) && periodSeconds % 60 !== 0) {
      issue('period', `${periodSeconds} s: CloudWatch knows 1s, 5s, 10s, 20s, 30s and multiples of 60s`);
    }
    if (length < 2 * periodSeconds) issue('duration', `${length} s is shorter than two periods of ${periodSeconds} s`);
    if (length / periodSeconds > mostPeriods) {
      const enough = shortPeriods.find((seconds) => length / seconds <= mostPeriods) ?? 60;
      issue('duration', `${length} s is more than ${mostPeriods} periods; write a period of at least ${enough}s`);
    }
    const names = metrics.map((metric) => metric.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) issue('metrics', `"${twice}" is there twice`);
    metrics.forEach((metric, index) => {
      const problem = neverBad(metric);
      if (problem !== null) issue('metrics', problem, index);
    });
    if (metrics.every((metric) => metric.kind === 'volume')) issue('metrics', onlyVolume());
  })
  .prefault({});

export type CanaryPolicy = z.output<typeof canaryPolicy>;

/** Why a metric watches nothing: what no rule can call bad would let everything pass. */
function neverBad(metric: MetricPolicy): string | null {
  if (metric.kind !== 'gauge') return null;
  const { name, limit, relative } = metric;
  const shared = isShared(metric.source);
  if (relative !== null && shared) {
    return `"${name}" has relative, but no dimension of it is $targetGroup, so both versions share it and there is no baseline to compare with; write limit instead`;
  }
  if (limit !== null || relative !== null) return null;
  const choice = shared ? 'limit: NUMBER' : 'limit: NUMBER, or relative: 1.5 to compare it with the baseline';
  return `"${name}" can never be bad; write ${choice}`;
}

function onlyVolume(): string {
  const others = builtInMetrics.filter((name) => name !== 'request-count');
  return `request-count is shown and never bad; write one of ${others.join(', ')} beside it, or one of your own`;
}

/** What a policy allows and probably does not mean. */
export function policyWarnings(policy: CanaryPolicy): readonly string[] {
  const warnings: string[] = [];
  if (policy.periodSeconds < 60) {
    warnings.push(
      `canary.period of ${policy.periodSeconds} s: load balancers publish once a minute, so shorter periods hold no data but for high-resolution metrics of your own`,
    );
  }
  if (policy.durationSeconds > 3600) {
    warnings.push(
      `canary.duration of ${policy.durationSeconds / 60} min: CodeDeploy waits an hour for a hook, so a watch that AfterAllowTraffic waits for ends 53 min after that hook began`,
    );
  }
  return warnings;
}
