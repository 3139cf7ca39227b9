import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { listMetrics } from '../metrics/listing.ts';
import type { PastPlaces } from './past-questions.ts';

/** What is known of a service's places before CloudWatch is asked. */
export interface KnownPlaces {
  readonly loadBalancer: string | null;
  readonly targetGroups: readonly string[];
}

/** The service's places cannot be told from what is known: says what to give. */
export class PlacesUnknown extends Error {
  override readonly name = 'PlacesUnknown';
}

const requestCount = { Namespace: 'AWS/ApplicationELB', MetricName: 'RequestCount' };

/**
 * Completes what is known with what CloudWatch lists: the target groups behind the load balancer, and the zones in which
 * all of them are counted. ListMetrics knows the metrics of the last two weeks.
 * @throws PlacesUnknown, AwsFailure
 */
export async function findPlaces(client: CloudWatchClient, known: KnownPlaces): Promise<PastPlaces> {
  const { loadBalancer } = known;
  if (loadBalancer === null) {
    throw new PlacesUnknown(
      'the load balancer is not known: write loadBalancer: app/NAME/ID, the end of its ARN, into the service',
    );
  }
  const Dimensions = [{ Name: 'LoadBalancer', Value: loadBalancer }, { Name: 'TargetGroup' }];
  const listed = await listMetrics(client, { ...requestCount, Dimensions });
  const found = listed.flatMap(({ TargetGroup }) => TargetGroup ?? []);
  const targetGroups = known.targetGroups.length > 0 ? known.targetGroups : [...new Set(found)].sort();
  if (targetGroups.length === 0) {
    throw new PlacesUnknown(`CloudWatch lists no target group behind ${loadBalancer}: check the name and the Region`);
  }
  const zonesOf = (group: string) =>
    new Set(listed.flatMap((one) => (one.TargetGroup === group ? (one.AvailabilityZone ?? []) : [])));
  const [first = new Set<string>(), ...others] = targetGroups.map(zonesOf);
  const zones = [...first].filter((zone) => others.every((other) => other.has(zone)));
  return { loadBalancer, targetGroups, zones: zones.sort() };
}
