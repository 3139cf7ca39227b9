import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DescribeTaskSetsCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { AwsFailure, callAws } from '../../aws/failure.ts';
import type { Traffic } from '../../providers/provider.ts';
import { listMetrics } from './listing.ts';
import type { MetricTargets } from './questions.ts';

export type FindTargets = (traffic: Traffic, loadBalancer: string | undefined) => Promise<MetricTargets>;

/**
 * CodeDeploy tells the target groups' names; CloudWatch's dimensions want the ends of their ARNs. The ECS task sets have
 * the ARNs; else, and for the load balancer unless it is configured, the metrics that CloudWatch itself lists.
 * What cannot be found yet stays null and is looked for again at the next look.
 */
export function createFindTargets(clients: { cloudwatch: CloudWatchClient; ecs: ECSClient }): FindTargets {
  return async (traffic, configured) => {
    const names = [traffic.baseline.targetGroup, traffic.canary.targetGroup];
    const fromEcs = await orNothing(() => taskSetTargetGroups(clients.ecs, traffic), new Map<string, string>());
    const complete = names.every((name) => name === null || fromEcs.has(name)) && configured !== undefined;
    const listed = complete ? [] : await orNothing(() => listedPlaces(clients.cloudwatch), []);
    const suffix = (name: string | null) =>
      name === null
        ? null
        : (fromEcs.get(name) ?? listed.find((place) => nameOf(place.targetGroup) === name)?.targetGroup ?? null);
    const baseline = suffix(traffic.baseline.targetGroup);
    const canary = suffix(traffic.canary.targetGroup);
    const behind = listed.find((place) => place.targetGroup === baseline || place.targetGroup === canary);
    const loadBalancer = configured ?? behind?.loadBalancer ?? null;
    const place = { loadBalancer, baseline, canary, cluster: traffic.cluster, service: traffic.service };
    if (loadBalancer === null || baseline === null) return place;
    const zones = await orNothing(() => listedZones(clients.cloudwatch, loadBalancer, baseline), []);
    return { ...place, zones };
  };
}

/** Names to ARN ends: `targetgroup/NAME/ID`. */
async function taskSetTargetGroups(ecs: ECSClient, { cluster, service }: Traffic): Promise<Map<string, string>> {
  if (cluster === null || service === null) return new Map();
  const command = new DescribeTaskSetsCommand({ cluster, service });
  const answer = await callAws('DescribeTaskSets', (abortSignal) => ecs.send(command, { abortSignal }));
  const arns = (answer.taskSets ?? []).flatMap((set) =>
    (set.loadBalancers ?? []).flatMap((one) => one.targetGroupArn ?? []),
  );
  const suffixes = arns.map((arn) => arn.slice(arn.lastIndexOf(':') + 1));
  return new Map(suffixes.map((suffix) => [nameOf(suffix), suffix]));
}

/** The pairs of target group and load balancer for which CloudWatch has request counts. */
async function listedPlaces(client: CloudWatchClient): Promise<{ targetGroup: string; loadBalancer: string }[]> {
  const listed = await listMetrics(client, { ...requestCount, Dimensions: [{ Name: 'TargetGroup' }] });
  return listed.flatMap(({ TargetGroup: targetGroup, LoadBalancer: loadBalancer }) =>
    targetGroup === undefined || loadBalancer === undefined ? [] : [{ targetGroup, loadBalancer }],
  );
}

/**
 * The availability zones that a target group's requests are told apart by.
 * (CloudWatch metrics for your Application Load Balancer, metric dimensions)
 */
async function listedZones(
  client: CloudWatchClient,
  loadBalancer: string,
  targetGroup: string,
): Promise<readonly string[]> {
  const Dimensions = [
    { Name: 'AvailabilityZone' },
    { Name: 'LoadBalancer', Value: loadBalancer },
    { Name: 'TargetGroup', Value: targetGroup },
  ];
  const listed = await listMetrics(client, { ...requestCount, Dimensions });
  const zones = listed.flatMap((found) => (found.TargetGroup === targetGroup ? (found.AvailabilityZone ?? []) : []));
  return [...new Set(zones)].sort();
}

const requestCount = { Namespace: 'AWS/ApplicationELB', MetricName: 'RequestCount' };

function nameOf(suffix: string): string {
  return suffix.split('/')[1] ?? '';
}

async function orNothing<T>(ask: () => Promise<T>, nothing: T): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof AwsFailure) return nothing; // the other way is tried, and all again at the next look
    throw cause;
  }
}
