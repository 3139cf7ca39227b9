import { z } from 'zod';
import { durationWithin } from '../config/duration.ts';
import { strictObject } from '../input/strict-object.ts';
import { defaultPromoteSizes } from './comparison.ts';
import { judgeFields, judgeProblems } from './judge-settings.ts';
import { builtIn, builtInMetrics, defaultMetrics, isShared, type MetricPolicy, metricEntry } from './metric-policy.ts';
import { stateOutcomes } from './states.ts';

/** Each look reads all earlier ones again (`observationsOf`), so their number is bounded: 48 hours of minutes. */
const mostPeriods = 2880;

/** GetMetricData API page, MetricStat.Period: these, or a multiple of 60. */
const shortPeriods: readonly number[] = [1, 5, 10, 20, 30];

function withoutUndefined(given: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([kind, size]) => (size === undefined ? [] : [[kind, size]])),
  );
}

const factor = z.number().gt(1, 'a factor above 1; write 2 for twice as much').max(1000);

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
  history: z.int().min(0).max(1440).default(120),
  /** So many days ago, the same minutes of what both versions share are asked for, to compare it with itself. */
  pastDays: z.array(z.int().min(1).max(60)).max(14).default([1, 2, 3, 7, 14]),
  /** Periods at the canary's begin that are not judged; 3 for latency percentiles and gauges, 0 for the rest where unset. */
  warmup: z.int('write a number of periods, such as 3').min(0).max(1440).nullable().default(null),
  /** The sizes of regression, as factors, that a promotion must exclude; a number is for all kinds. */
  promote: z
    .union([factor, strictObject({ ratio: factor.optional(), gauge: factor.optional(), latency: factor.optional() })])
    .default({})
    .transform((given) => {
      if (typeof given === 'number') return { ratio: given, count: given, gauge: given, latency: given };
      const { ratio, gauge, latency } = { ...defaultPromoteSizes, ...withoutUndefined(given) };
      return { ratio, count: ratio, gauge, latency };
    }),
  latency: strictObject({ slo: durationWithin('1ms', '1h').optional() }).prefault({}),
  /** `observe`: judged and recorded, with no part in any verdict and no rollback. */
  mode: z.enum(['enforce', 'observe']).default('enforce'),
  ...judgeFields,
  onInconclusive: z.enum(['fail', 'pass']).default('fail'),
  /** What a state of the data means. */
  onState: stateOutcomes,
  metrics: z
    .array(metricEntry)
    .min(1, 'is empty; leave it out for the built-in metrics')
    .max(50, 'has more than 50 metrics; keep those that tell a bad release')
    .prefault([...defaultMetrics]),
})
  .transform(({ period, settle, duration, history, latency, metrics, ...rest }) => ({
    periodSeconds: period,
    settleSeconds: settle,
    durationSeconds: duration,
    historyPeriods: history,
    sloSeconds: latency.slo ?? null,
    metrics: withMain(withObjective(metrics, latency.slo)),
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
    if (policy.sloSeconds === null && metrics.some(({ name }) => name === 'slow-slo')) {
      issue('metrics', '"slow-slo" has no objective; write latency: { slo: 500ms }');
    }
    const names = metrics.map((metric) => metric.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) issue('metrics', `"${twice}" is there twice`);
    metrics.forEach((metric, index) => {
      const problem = policy.judge === 'evidence' ? neverBad(metric) : null;
      if (problem !== null) issue('metrics', problem, index);
    });
    for (const { path, message } of judgeProblems(policy, metrics.map(judgeable))) issue(path, message);
    if (metrics.every((metric) => metric.kind === 'volume')) issue('metrics', onlyVolume());
  })
  .prefault({});

export type CanaryPolicy = z.output<typeof canaryPolicy>;

/** An objective is there to be judged by. */
function withObjective(metrics: readonly MetricPolicy[], slo: number | undefined): readonly MetricPolicy[] {
  if (slo === undefined || metrics.some(({ name }) => name === 'slow-slo')) return metrics;
  return [...metrics, builtIn('slow-slo', {})];
}

/** Errors are the main metric where none is named as such. */
function withMain(metrics: readonly MetricPolicy[]): readonly MetricPolicy[] {
  if (metrics.some((metric) => metric.kind !== 'volume' && metric.main)) return metrics;
  return metrics.map((metric) =>
    metric.kind === 'ratio' && metric.events.type === 'errors' ? { ...metric, main: true } : metric,
  );
}

function judgeable(metric: MetricPolicy) {
  const shared = metric.kind === 'gauge' && isShared(metric.source);
  return { name: metric.name, judgeable: metric.kind !== 'volume', shared };
}

/** Why a metric watches nothing: what no rule can call bad would let everything pass. */
function neverBad(metric: MetricPolicy): string | null {
  if (metric.kind !== 'gauge' || !isShared(metric.source)) return null;
  const { name, limit, relative, capacity } = metric;
  if (relative !== null) {
    return `"${name}" has relative, but no dimension of it is $targetGroup, so both versions share it and there is no baseline to compare with; write limit instead`;
  }
  if (limit !== null || capacity !== null) return null;
  return `"${name}" can never be bad, since both versions share it; write limit: NUMBER, or capacity: NUMBER`;
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
  if (policy.judge === 'evidence' && policy.metrics.every((metric) => !isCompared(metric))) {
    warnings.push(
      'canary.metrics: none is compared with the baseline, so a canary within its limits is promoted; write error-ratio beside them',
    );
  }
  return warnings;
}

function isCompared(metric: MetricPolicy): boolean {
  return metric.kind === 'ratio' || (metric.kind === 'gauge' && !isShared(metric.source));
}
