import {
  type GaugePolicy,
  type GaugeSource,
  isShared,
  type MetricSource,
  type RatioPolicy,
  responseTime,
} from '../metric-policy.ts';
import type { Limits, Phase, Side } from '../observation.ts';
import type { CanaryPolicy } from '../policy.ts';

/** A query as GetMetricData takes it (API_MetricDataQuery), as far as we use it. */
export interface MetricDataQuery {
  readonly Id: string;
  readonly MetricStat?: {
    readonly Metric: { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: string }[] };
    readonly Period: number;
    readonly Stat: string;
  };
  readonly Expression?: string;
  readonly Period?: number;
  readonly ReturnData: boolean;
}

/** Where a deployment's metrics are found: ARN suffixes as CloudWatch's dimensions want them. */
export interface MetricTargets {
  readonly loadBalancer: string | null;
  readonly baseline: string | null;
  readonly canary: string | null;
  readonly cluster: string | null;
  readonly service: string | null;
  /** Availability zones that CloudWatch tells the baseline's requests apart by. */
  readonly zones?: readonly string[];
}

/** One number a period to ask for: the queries that yield it, and whose it is. The last query has the answer. */
export interface Question {
  readonly metric: string;
  readonly side: Side;
  /** The availability zone that it is about; absent: all of them. */
  readonly part?: string;
  /** The times that it is asked about. */
  readonly phases: readonly Phase[];
  readonly queries: readonly MetricDataQuery[];
}

/** Counts that are published only when they are not zero: nothing in an answer says that there were none. */
export const errorCounts: readonly string[] = ['errors', 'connection-errors'];

const requestCounts = [
  ['requests', 'RequestCount'],
  ['errors', 'HTTPCode_Target_5XX_Count'],
  ['connection-errors', 'TargetConnectionErrorCount'],
] as const;

/**
 * What has to be asked of CloudWatch for a policy; a metric whose place is not known is left out, and so is one that
 * counts slow requests while no limit is known. The baseline is asked about its past, too, and there by zone.
 */
export function questionsOf(policy: CanaryPolicy, targets: MetricTargets, limits: Limits = {}): readonly Question[] {
  const ask = asker(policy, targets);
  const zones = (metric: string, source: GaugeSource) =>
    (targets.zones ?? []).flatMap((zone) =>
      ask(metric, 'baseline', ['history'], inZone(source), targets.baseline, zone),
    );
  const counts = requestCounts.map(([metric, name]) => ({ metric, source: loadBalancerCount(name) }));
  const slow = policy.metrics.flatMap((metric) => {
    const limit = limits[metric.name];
    if (metric.kind !== 'ratio' || limit === undefined) return [];
    return [{ metric: metric.name, source: responseTime(slowerThan(limit)) }];
  });
  const gauges = policy.metrics.filter((metric) => metric.kind === 'gauge');
  const sided = (metric: string, source: GaugeSource) => [
    ...ask(metric, 'baseline', ['history', 'watch'], source, targets.baseline),
    ...ask(metric, 'canary', ['watch'], source, targets.canary),
  ];
  return [
    ...[...counts, ...slow].flatMap(({ metric, source }) => sided(metric, source)),
    ...gauges.flatMap(({ name, capacity }) => {
      if (capacity === null || typeof capacity === 'number') return [];
      return ask(capacityMetric(name), 'shared', ['watch'], { type: 'metric', metric: capacity }, null);
    }),
    ...gauges.flatMap(({ name, source }) =>
      isShared(source) ? ask(name, 'shared', ['history', 'watch', 'past'], source, null) : sided(name, source),
    ),
    ...[...counts, ...slow].flatMap(({ metric, source }) => zones(metric, source)),
  ];
}

/** The percentiles of the baseline's response times, for the limits that are not known yet. */
export function limitQuestions(policy: CanaryPolicy, targets: MetricTargets, known: Limits): readonly Question[] {
  const open = policy.metrics.filter(({ name }) => !(name in known));
  const percentiles = new Set(open.flatMap((metric) => percentileOf(metric) ?? []));
  const ask = asker(policy, targets);
  return [...percentiles].flatMap((percentile) =>
    ask(responseMetric(percentile), 'baseline', ['history', 'watch'], responseTime(percentile), targets.baseline),
  );
}

/** The name under which a percentile of the baseline's response times is kept. */
export function responseMetric(percentile: string): string {
  return `response-${percentile}`;
}

/** The name under which the capacity of a gauge's resource is kept, where a metric tells it. */
export function capacityMetric(name: string): string {
  return `${name}.capacity`;
}

/** The percentile that a metric counts slower requests than; null where it needs none. */
export function percentileOf(metric: RatioPolicy | GaugePolicy | { readonly kind: 'volume' }): string | null {
  if (metric.kind !== 'ratio' || metric.events.type !== 'slow') return null;
  return metric.events.percentile === 'slo' ? null : metric.events.percentile;
}

/** The lower bound is exclusive, and the upper one open. (User Guide, "CloudWatch statistics definitions", TC) */
function slowerThan(seconds: number): string {
  return `TC(${seconds}:)`;
}

type Places = Omit<MetricTargets, 'baseline' | 'canary' | 'zones'> & {
  readonly targetGroup: string | null;
  readonly zone: string | null;
};

function asker({ periodSeconds }: CanaryPolicy, targets: MetricTargets) {
  return (
    metric: string,
    side: Side,
    phases: readonly Phase[],
    source: GaugeSource,
    targetGroup: string | null,
    zone: string | null = null,
  ): readonly Question[] => {
    const places = { ...targets, targetGroup, zone };
    const queries =
      source.type === 'metric'
        ? [statQuery('value', source.metric, { periodSeconds, places, returnData: true })]
        : [
            ...Object.entries(source.inputs).map(([id, input]) =>
              statQuery(id, input, { periodSeconds, places, returnData: false }),
            ),
            { Id: 'value', Expression: source.expression, Period: periodSeconds, ReturnData: true },
          ];
    const known = queries.filter((query) => query !== null);
    if (known.length < queries.length) return [];
    return [{ metric, side, ...(zone === null ? {} : { part: zone }), phases, queries: known }];
  };
}

function statQuery(
  id: string,
  { namespace, metricName, dimensions, stat }: MetricSource,
  asked: { readonly periodSeconds: number; readonly places: Places; readonly returnData: boolean },
): MetricDataQuery | null {
  const found = placed(dimensions, asked.places);
  if (found === null) return null;
  const place = { Namespace: namespace, MetricName: metricName, Dimensions: found };
  return {
    Id: id,
    MetricStat: { Metric: place, Period: asked.periodSeconds, Stat: stat },
    ReturnData: asked.returnData,
  };
}

function placed(
  dimensions: Readonly<Record<string, string>>,
  places: Places,
): { Name: string; Value: string }[] | null {
  const values: Readonly<Record<string, string | null>> = {
    $targetGroup: places.targetGroup,
    $loadBalancer: places.loadBalancer,
    $cluster: places.cluster,
    $service: places.service,
    $zone: places.zone,
  };
  const list = Object.entries(dimensions).map(([Name, value]) => ({
    Name,
    Value: value in values ? values[value] : value,
  }));
  return list.every((dimension): dimension is { Name: string; Value: string } => typeof dimension.Value === 'string')
    ? list
    : null;
}

/** Counts per target group. (CloudWatch metrics for your Application Load Balancer) */
function loadBalancerCount(metricName: string): GaugeSource {
  const dimensions = { TargetGroup: '$targetGroup', LoadBalancer: '$loadBalancer' };
  return { type: 'metric', metric: { namespace: 'AWS/ApplicationELB', metricName, dimensions, stat: 'Sum' } };
}

/** The same metric of one availability zone: load balancers publish both. */
function inZone(source: GaugeSource): GaugeSource {
  if (source.type === 'expression') return source;
  const { metric } = source;
  return { ...source, metric: { ...metric, dimensions: { ...metric.dimensions, AvailabilityZone: '$zone' } } };
}
