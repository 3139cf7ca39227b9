import { z } from 'zod';
import { strictObject } from '../input/strict-object.ts';
import type { Direction } from './comparison.ts';

/** The metrics that need no query written: an ECS service behind an Application Load Balancer has them all. */
export const builtInMetrics = [
  'error-ratio',
  'slow-p50',
  'slow-p90',
  'slow-p99',
  'slow-slo',
  'latency-p50',
  'latency-p95',
  'latency-p99',
  'request-count',
  'cpu',
  'memory',
] as const;
export type BuiltInMetric = (typeof builtInMetrics)[number];

/** What a service has that names no metrics; `slow-slo` beside them where `latency.slo` is set. */
export const defaultMetrics = [
  'error-ratio',
  'slow-p50',
  'slow-p90',
  'slow-p99',
  'request-count',
  'cpu',
  'memory',
] as const satisfies readonly BuiltInMetric[];

const dimensions = z.record(z.string().min(1), z.string().min(1));

/** A CloudWatch metric. `$targetGroup`, `$loadBalancer`, `$cluster` and `$service` stand for the deployment's own. */
const metricSource = strictObject({
  namespace: z.string().min(1),
  metricName: z.string().min(1),
  dimensions: dimensions.default({}),
  stat: z.string().min(1),
});
export type MetricSource = z.output<typeof metricSource>;

const common = {
  /** The main metric has half of the error budget; `error-ratio` is it where no metric says so. */
  main: z.boolean().optional(),
  /** Whether a canary can be promoted without data of this metric. */
  required: z.boolean().optional(),
};

const judging = {
  ...common,
  /** The value beyond which the metric is bad whatever the baseline does. */
  limit: z.number().optional(),
  /** What there is of a resource, or the metric that tells it: 80 % of it in use is said, 95 % is a reason to roll back. */
  capacity: z.union([z.number().gt(0), metricSource]).optional(),
  /** The smallest factor over the baseline that matters: below it the comparison does not roll back. */
  relative: z.number().gt(1, 'a factor above 1; write 1.5 for half as much again').optional(),
  /** Which way it gets worse. */
  direction: z.enum(['increase', 'decrease', 'either']).optional(),
  /** In how many periods in a row it must be beyond its limit. */
  minimumSamples: z.int().min(1).max(60).optional(),
};

const ratioJudging = {
  ...common,
  /** The part of all requests that is too much whatever the baseline does. */
  limit: z.number().gt(0).max(1, 'a ratio from 0 to 1; write 0.25 for a quarter').optional(),
  /** The smallest rise over the baseline's ratio that matters, in ratio: 0.01 is one percentage point. */
  minimumIncrease: z.number().min(0).max(1).optional(),
};

const custom = strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,60}$/, 'not a metric name; write lower-case letters, digits and hyphens'),
  metric: metricSource.optional(),
  expression: z.string().min(1).max(1000).optional(),
  inputs: z
    .record(
      z.string().regex(/^[a-z][a-zA-Z0-9_]*$/, 'not an id; CloudWatch wants a lower-case letter first'),
      metricSource,
    )
    .optional(),
  /** A number that only ever grows: what it grew by in a period is judged, and a fall is a restart. */
  counter: z.boolean().optional(),
  ...judging,
}).superRefine((value, context) => {
  const named = builtInMetrics.includes(value.name as BuiltInMetric);
  const issue = (message: string) => context.addIssue({ code: 'custom', message, path: ['name'] });
  if (named) issue(`"${value.name}" is built in; write "- ${value.name}" or "- ${value.name}: { … }"`);
  if ((value.metric === undefined) === (value.expression === undefined)) {
    issue(
      `"${value.name}" needs either metric or expression with inputs; built-in metrics are ${builtInMetrics.join(', ')}`,
    );
  }
  for (const problem of expressionProblems(value.expression ?? '', Object.keys(value.inputs ?? {}))) {
    context.addIssue({ code: 'custom', message: problem, path: ['expression'] });
  }
});

/**
 * An expression shares its call with those of other watches, so it may use its own inputs only, and must give one series.
 * (Amazon CloudWatch User Guide, "Using math expressions": METRICS() is every metric of the request.)
 */
function expressionProblems(expression: string, inputs: readonly string[]): readonly string[] {
  const unquoted = expression.replace(/'[^']*'|"[^"]*"/g, "''");
  const many = /\b(SEARCH|METRICS|SELECT|SERVICE_QUOTA|INSIGHT_RULE_METRIC|DB_PERF_INSIGHTS|LAMBDA)\b/.exec(
    unquoted,
  )?.[1];
  const unknown = new Set((unquoted.match(/\b[a-z]\w*/g) ?? []).filter((word) => !inputs.includes(word)));
  return [
    ...(many === undefined ? [] : [`"${expression}" uses ${many}; write arithmetic and functions of its inputs`]),
    ...[...unknown].map(
      (word) =>
        `"${expression}" uses ${word}, which is no input; there are ${inputs.join(', ') || 'none, write inputs'}`,
    ),
  ];
}

/** An entry of `canary.metrics`: the name of a built-in one, that with settings, or one of your own. */
export const metricEntry = z
  .union(
    [
      z.enum(builtInMetrics),
      strictObject({ 'error-ratio': strictObject(ratioJudging) }),
      strictObject({ 'slow-p50': strictObject(ratioJudging) }),
      strictObject({ 'slow-p90': strictObject(ratioJudging) }),
      strictObject({ 'slow-p99': strictObject(ratioJudging) }),
      strictObject({ 'slow-slo': strictObject(ratioJudging) }),
      strictObject({ 'latency-p50': strictObject(judging) }),
      strictObject({ 'latency-p95': strictObject(judging) }),
      strictObject({ 'latency-p99': strictObject(judging) }),
      strictObject({ cpu: strictObject(judging) }),
      strictObject({ memory: strictObject(judging) }),
      custom,
    ],
    {
      error: () =>
        `not a metric; write one of ${builtInMetrics.join(', ')}, one of these with its settings, or { name, metric } of your own`,
    },
  )
  .transform(resolveMetric);

/** Which requests a ratio counts: those that failed, or those slower than a limit. */
export type RatioEvents =
  | { readonly type: 'errors' }
  /** Slower than the response time that this percentile of the baseline had before the watch. */
  | { readonly type: 'slow'; readonly percentile: 'p50' | 'p90' | 'p99' }
  /** Slower than the service's own objective. */
  | { readonly type: 'slow'; readonly percentile: 'slo' };

interface Judged {
  readonly name: string;
  readonly main: boolean;
  /** Without data of it the canary is not promoted. */
  readonly required: boolean;
}

export interface RatioPolicy extends Judged {
  readonly kind: 'ratio';
  readonly events: RatioEvents;
  readonly limit: number | null;
  readonly minimumIncrease: number;
}

export interface GaugePolicy extends Judged {
  readonly kind: 'gauge';
  /** `latency`: a percentile of response times. */
  readonly measure: 'latency' | 'level';
  readonly direction: Direction;
  readonly limit: number | null;
  readonly capacity: number | MetricSource | null;
  readonly relative: number | null;
  readonly minimumSamples: number;
  readonly counter: boolean;
  readonly source: GaugeSource;
}

/** A metric with everything that the judge and the query need. */
export type MetricPolicy = RatioPolicy | GaugePolicy | { readonly kind: 'volume'; readonly name: 'request-count' };

export type GaugeSource =
  | { readonly type: 'metric'; readonly metric: MetricSource }
  | {
      readonly type: 'expression';
      readonly expression: string;
      readonly inputs: Readonly<Record<string, MetricSource>>;
    };

/** True when no part of the metric is told apart by target group: then both versions share it. */
export function isShared(source: GaugeSource): boolean {
  const metrics = source.type === 'metric' ? [source.metric] : Object.values(source.inputs);
  return !metrics.some((metric) => Object.values(metric.dimensions).includes('$targetGroup'));
}

interface Given {
  readonly main?: boolean | undefined;
  readonly required?: boolean | undefined;
  readonly limit?: number | undefined;
  readonly minimumIncrease?: number | undefined;
  readonly capacity?: number | MetricSource | undefined;
  readonly relative?: number | undefined;
  readonly direction?: Direction | undefined;
  readonly minimumSamples?: number | undefined;
  readonly counter?: boolean | undefined;
}

function gauge(name: string, measure: GaugePolicy['measure'], source: GaugeSource, given: Given): GaugePolicy {
  return {
    kind: 'gauge',
    name,
    measure,
    source,
    main: given.main ?? false,
    direction: given.direction ?? 'increase',
    limit: given.limit ?? null,
    capacity: given.capacity ?? null,
    relative: given.relative ?? null,
    minimumSamples: given.minimumSamples ?? 3,
    required: given.required ?? true,
    counter: given.counter ?? false,
  };
}

function ratio(name: string, events: RatioEvents, given: Given): RatioPolicy {
  const { main = false, required = true, limit = null, minimumIncrease = 0.01 } = given;
  return { kind: 'ratio', name, events, main, required, limit, minimumIncrease };
}

function resolveMetric(entry: string | Readonly<Record<string, unknown>>): MetricPolicy {
  if (typeof entry === 'string') return builtIn(entry as BuiltInMetric, {});
  if (!('name' in entry)) {
    const [[name, settings] = ['', {}]] = Object.entries(entry);
    return builtIn(name as BuiltInMetric, settings as Given); // the union lets nothing else through
  }
  const { name, metric, expression = '', inputs = {}, ...judged } = entry as z.output<typeof custom>;
  const source: GaugeSource =
    metric === undefined ? { type: 'expression', expression, inputs } : { type: 'metric', metric };
  return gauge(name, 'level', source, judged);
}

/** Both versions share it, so it says little of the canary: full, it is a reason to roll back; absent, it holds nobody up. */
const sharedDefaults = { limit: 95, minimumSamples: 5, required: false } as const;

/** A built-in metric; `slow-slo` only where the policy has an objective. */
export function builtIn(name: BuiltInMetric, given: Given): MetricPolicy {
  switch (name) {
    case 'error-ratio':
      return ratio(name, { type: 'errors' }, { limit: 0.25, ...given });
    case 'slow-p50':
      return ratio(name, { type: 'slow', percentile: 'p50' }, { minimumIncrease: 0.02, ...given });
    case 'slow-p90':
      return ratio(name, { type: 'slow', percentile: 'p90' }, { minimumIncrease: 0.01, ...given });
    case 'slow-p99':
      return ratio(name, { type: 'slow', percentile: 'p99' }, { minimumIncrease: 0.005, ...given });
    case 'slow-slo':
      return ratio(name, { type: 'slow', percentile: 'slo' }, given);
    case 'request-count':
      return { kind: 'volume', name };
    case 'latency-p50':
    case 'latency-p95':
    case 'latency-p99':
      return gauge(name, 'latency', responseTime(name.slice('latency-'.length)), { relative: 1.05, ...given });
    case 'cpu':
      return gauge(name, 'level', perService('CPUUtilization'), { ...sharedDefaults, ...given });
    case 'memory':
      return gauge(name, 'level', perService('MemoryUtilization'), { ...sharedDefaults, ...given });
  }
}

/** Seconds, per target group. (CloudWatch metrics for your Application Load Balancer) */
export function responseTime(stat: string): GaugeSource {
  const place = { TargetGroup: '$targetGroup', LoadBalancer: '$loadBalancer' };
  return {
    type: 'metric',
    metric: { namespace: 'AWS/ApplicationELB', metricName: 'TargetResponseTime', dimensions: place, stat },
  };
}

/** Percent, per ECS service: both versions together (Amazon ECS CloudWatch metrics). */
function perService(metricName: string): GaugeSource {
  const place = { ClusterName: '$cluster', ServiceName: '$service' };
  return { type: 'metric', metric: { namespace: 'AWS/ECS', metricName, dimensions: place, stat: 'Average' } };
}
