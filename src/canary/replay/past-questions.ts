import type { MetricDataQuery, Question } from '../metrics/questions.ts';

/** Where a service's requests are counted. */
export interface PastPlaces {
  readonly loadBalancer: string;
  /** All that the service has had: a blue/green service moves between two. */
  readonly targetGroups: readonly string[];
  /** Availability zones; empty where the whole is asked for. */
  readonly zones: readonly string[];
}

/** What is counted of a period's requests. */
export type PastCount = 'requests' | 'errors' | 'connection-errors' | 'slow';

/** The name under which the answers to a question come back. */
export function pastMetric(count: PastCount, targetGroup: string, zone: string | null): string {
  return `${count} of ${targetGroup}${zone === null ? '' : ` in ${zone}`}`;
}

/**
 * The counts of every target group, zone by zone where there are zones.
 * @param slowSeconds beyond which a request is slow; null: slow ones are not counted
 */
export function pastQuestions(
  places: PastPlaces,
  periodSeconds: number,
  slowSeconds: number | null,
): readonly Question[] {
  const zones = places.zones.length === 0 ? [null] : places.zones;
  return places.targetGroups.flatMap((targetGroup) =>
    zones.flatMap((zone) => {
      const ask = (count: PastCount, MetricName: string, Stat: string): Question => {
        const Dimensions = dimensionsOf(places.loadBalancer, targetGroup, zone);
        const Metric = { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions };
        const query: MetricDataQuery = {
          Id: 'value',
          MetricStat: { Metric, Period: periodSeconds, Stat },
          ReturnData: true,
        };
        const metric = pastMetric(count, targetGroup, zone);
        return { metric, side: 'baseline', phases: ['watch'], queries: [query] };
      };
      return [
        ask('requests', 'RequestCount', 'Sum'),
        ask('errors', 'HTTPCode_Target_5XX_Count', 'Sum'),
        ask('connection-errors', 'TargetConnectionErrorCount', 'Sum'),
        ...(slowSeconds === null ? [] : [ask('slow', 'TargetResponseTime', `TC(${slowSeconds}:)`)]),
      ];
    }),
  );
}

function dimensionsOf(loadBalancer: string, targetGroup: string, zone: string | null) {
  return [
    { Name: 'TargetGroup', Value: targetGroup },
    ...(zone === null ? [] : [{ Name: 'AvailabilityZone', Value: zone }]),
    { Name: 'LoadBalancer', Value: loadBalancer },
  ];
}
