import { z } from 'zod';
import { strictObject } from '../input/strict-object.ts';

/** The metrics that need no query written: an ECS service behind an Application Load Balancer has them all. */
export const builtInMetrics = [
  'error-ratio',
  'latency-p50',
  'latency-p95',
  'latency-p99',
  'request-count',
  'cpu',
  'memory',
] as const;
export type BuiltInMetric = (typeof builtInMetrics)[number];

const dimensions = z.record(z.string().min(1), z.string().min(1));

/** A CloudWatch metric. `$targetGroup`, `$loadBalancer`, `$cluster` and `$service` stand for the deployment's own. */
const metricSource = strictObject({
  namespace: z.string().min(1),
  metricName: z.string().min(1),
  dimensions: dimensions.default({}),
  stat: z.string().min(1),
});
export type MetricSource = z.output<typeof metricSource>;

const judging = {
  /** The value beyond which the metric is bad whatever the baseline does. */
  limit: z.number().optional(),
  /** How many times the baseline's value is too much. */
  relative: z.number().gt(1, 'a factor above 1; write 1.5 for half as much again').optional(),
  /** In how many periods in a row it must be so. */
  minimumSamples: z.int().min(1).max(60).optional(),
  /** Whether a canary can be promoted without data of this metric. */
  required: z.boolean().optional(),
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

const errorSettings = strictObject({
  limit: z.number().gt(0).max(1, 'a ratio from 0 to 1; write 0.25 for a quarter').optional(),
  /** The smallest rise over the baseline's ratio that matters, in ratio: 0.01 is one percentage point. */
  minimumIncrease: z.number().min(0).max(1).optional(),
});

/** An entry of `canary.metrics`: the name of a built-in one, that with settings, or one of your own. */
export const metricEntry = z
  .union(
    [
      z.enum(builtInMetrics),
      strictObject({ 'error-ratio': errorSettings }),
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

/** A metric with everything that the judge and the query need. */
export type MetricPolicy =
  | {
      readonly kind: 'error-ratio';
      readonly name: 'error-ratio';
      readonly limit: number;
      readonly minimumIncrease: number;
    }
  | { readonly kind: 'volume'; readonly name: 'request-count' }
  | {
      readonly kind: 'gauge';
      readonly name: string;
      readonly limit: number | null;
      readonly relative: number | null;
      readonly minimumSamples: number;
      /** Without data of it the canary is not promoted. */
      readonly required: boolean;
      readonly source: GaugeSource;
    };

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

function gauge(name: string, source: GaugeSource, defaults: Judging, given: Judging): MetricPolicy {
  return {
    kind: 'gauge',
    name,
    source,
    limit: given.limit ?? defaults.limit ?? null,
    relative: given.relative ?? defaults.relative ?? null,
    minimumSamples: given.minimumSamples ?? defaults.minimumSamples ?? 3,
    required: given.required ?? defaults.required ?? true,
  };
}

interface Judging {
  readonly limit?: number | undefined;
  readonly relative?: number | undefined;
  readonly minimumSamples?: number | undefined;
  readonly required?: boolean | undefined;
}

function resolveMetric(entry: string | Readonly<Record<string, unknown>>): MetricPolicy {
  if (typeof entry === 'string') return builtIn(entry as BuiltInMetric, {});
  if (!('name' in entry)) {
    const [[name, settings] = ['', {}]] = Object.entries(entry);
    return builtIn(name as BuiltInMetric, settings as Judging); // the union lets nothing else through
  }
  const { name, metric, expression = '', inputs = {}, ...judged } = entry as z.output<typeof custom>;
  const source: GaugeSource =
    metric === undefined ? { type: 'expression', expression, inputs } : { type: 'metric', metric };
  return gauge(name, source, {}, judged);
}

/** Both versions share it, so it says little of the canary: full, it is a reason to roll back; absent, it holds nobody up. */
const sharedDefaults = { limit: 95, minimumSamples: 5, required: false } as const;

function builtIn(name: BuiltInMetric, given: Judging & { minimumIncrease?: number }): MetricPolicy {
  switch (name) {
    case 'error-ratio':
      return { kind: 'error-ratio', name, limit: given.limit ?? 0.25, minimumIncrease: given.minimumIncrease ?? 0.01 };
    case 'request-count':
      return { kind: 'volume', name };
    case 'latency-p50':
    case 'latency-p95':
    case 'latency-p99':
      return gauge(name, responseTime(name.slice('latency-'.length)), { relative: 1.5 }, given);
    case 'cpu':
      return gauge(name, perService('CPUUtilization'), sharedDefaults, given);
    case 'memory':
      return gauge(name, perService('MemoryUtilization'), sharedDefaults, given);
  }
}

/** Seconds, per target group. (CloudWatch metrics for your Application Load Balancer) */
function responseTime(stat: string): GaugeSource {
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
