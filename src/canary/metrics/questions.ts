import { type GaugeSource, isShared, type MetricSource } from '../metric-policy.ts';
import type { Side } from '../observation.ts';
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
}

/** One number a period to ask for: the queries that yield it, and whose it is. The last query has the answer. */
export interface Question {
  readonly metric: string;
  readonly side: Side;
  readonly queries: readonly MetricDataQuery[];
}

/** Counts that are published only when they are not zero: nothing in an answer says that there were none. */
export const errorCounts: readonly string[] = ['errors', 'connection-errors'];

/** What has to be asked of CloudWatch for a policy; a metric whose place is not known is left out. */
export function questionsOf(policy: CanaryPolicy, targets: MetricTargets): readonly Question[] {
  const sides = [
    { side: 'baseline', targetGroup: targets.baseline },
    { side: 'canary', targetGroup: targets.canary },
  ] as const;
  const sided = (metric: string, source: GaugeSource) =>
    sides.flatMap(({ side, targetGroup }) => question(metric, side, source, policy, { ...targets, targetGroup }));
  return [
    ...sided('requests', loadBalancerCount('RequestCount')),
    ...sided('errors', loadBalancerCount('HTTPCode_Target_5XX_Count')),
    ...sided('connection-errors', loadBalancerCount('TargetConnectionErrorCount')),
    ...policy.metrics.flatMap((metric) => {
      if (metric.kind !== 'gauge') return [];
      if (!isShared(metric.source)) return sided(metric.name, metric.source);
      return question(metric.name, 'shared', metric.source, policy, { ...targets, targetGroup: null });
    }),
  ];
}

type Places = Omit<MetricTargets, 'baseline' | 'canary'> & { readonly targetGroup: string | null };

function question(
  metric: string,
  side: Side,
  source: GaugeSource,
  { periodSeconds }: CanaryPolicy,
  places: Places,
): readonly Question[] {
  const stat = (id: string, metricSource: MetricSource, returnData: boolean): MetricDataQuery | null => {
    const dimensions = placed(metricSource.dimensions, places);
    if (dimensions === null) return null;
    const { namespace, metricName, stat: statistic } = metricSource;
    const place = { Namespace: namespace, MetricName: metricName, Dimensions: dimensions };
    return { Id: id, MetricStat: { Metric: place, Period: periodSeconds, Stat: statistic }, ReturnData: returnData };
  };
  const queries =
    source.type === 'metric'
      ? [stat('value', source.metric, true)]
      : [
          ...Object.entries(source.inputs).map(([id, input]) => stat(id, input, false)),
          { Id: 'value', Expression: source.expression, Period: periodSeconds, ReturnData: true },
        ];
  const known = queries.filter((query) => query !== null);
  return known.length === queries.length ? [{ metric, side, queries: known }] : [];
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
