import { binomial, normal } from '../random.ts';
import type { EcsService } from './group.ts';
import { putDatum } from './metrics.ts';
import type { TaskSet } from './task-set.ts';
import { byZone, sampleTraffic, type TrafficSample } from './traffic.ts';
import type { World } from './world.ts';

/** Publishes what the services' load balancers and tasks did in the period that ends now. */
export function publishPeriod(world: World, services: readonly EcsService[], periodEnd: number): void {
  const at = periodEnd - world.periodSeconds * 1000;
  for (const service of services) {
    const { requestsPerPeriod } = service;
    const arrived = Math.max(
      0,
      Math.round(requestsPerPeriod + Math.sqrt(requestsPerPeriod) * normal(world.trafficRandom)),
    );
    const secondary = service.secondary?.weight ?? 0;
    const total = service.primary.weight + secondary;
    const toSecondary = total === 0 ? 0 : binomial(world.trafficRandom, arrived, secondary / total);
    publishTargetGroup(world, service, service.primary, total === 0 ? 0 : arrived - toSecondary, at);
    if (service.secondary !== null) publishTargetGroup(world, service, service.secondary, toSecondary, at);
    publishUse(world, service, at);
    publishConnections(world, service, at);
  }
}

/**
 * ALB says nothing of a target group without requests, and counts errors only where there are any.
 * (docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html)
 */
function publishTargetGroup(world: World, service: EcsService, taskSet: TaskSet, requests: number, at: number): void {
  if (requests === 0) return;
  const minutes = minutesOfTraffic(world, taskSet, at);
  const sample = sampleTraffic(world.trafficRandom, taskSet.behaviour, minutes, requests);
  const dimensions = { TargetGroup: taskSet.targetGroup.suffix, LoadBalancer: service.loadBalancer.suffix };
  publishSample(world, dimensions, sample, at);
  for (const [zone, part] of byZone(world.zoneRandom, world.zones, sample)) {
    publishSample(world, { ...dimensions, AvailabilityZone: zone }, part, at);
  }
}

function publishSample(
  world: World,
  dimensions: Readonly<Record<string, string>>,
  sample: TrafficSample,
  at: number,
): void {
  const put = (name: string, values: readonly number[], weight: number): void =>
    putDatum(world.metrics, { namespace: 'AWS/ApplicationELB', name, dimensions }, { at, values, weight });
  if (sample.requests === 0) return;
  // Each request is one observation of 1: Sum and SampleCount are the same number.
  put('RequestCount', [1], sample.requests);
  if (sample.errors > 0) put('HTTPCode_Target_5XX_Count', [1], sample.errors);
  if (sample.clientErrors > 0) put('HTTPCode_Target_4XX_Count', [1], sample.clientErrors);
  put('TargetResponseTime', sample.responseSeconds, sample.weight);
}

/** ECS knows use by service, not by task set: what both together use, by their share of the traffic. */
function publishUse(world: World, service: EcsService, at: number): void {
  const dimensions = { ClusterName: service.cluster, ServiceName: service.name };
  for (const [name, use] of [
    ['CPUUtilization', 'cpu'],
    ['MemoryUtilization', 'memory'],
  ] as const) {
    const used = byTraffic(service, (set) => set.behaviour[use](minutesOfTraffic(world, set, at)));
    const value = Math.min(100, Math.max(0, used + normal(world.trafficRandom)));
    putDatum(world.metrics, { namespace: 'AWS/ECS', name, dimensions }, { at, values: [value], weight: 1 });
  }
}

/** The database serves both task sets, and knows nothing of them. (Amazon RDS User Guide, CloudWatch metrics for RDS) */
function publishConnections(world: World, service: EcsService, at: number): void {
  if (service.database === null) return;
  const held = (set: TaskSet) => set.behaviour.databaseConnections?.(minutesOfTraffic(world, set, at)) ?? 40;
  const metric = {
    namespace: 'AWS/RDS',
    name: 'DatabaseConnections',
    dimensions: { DBInstanceIdentifier: service.database },
  };
  putDatum(world.metrics, metric, { at, values: [Math.round(byTraffic(service, held))], weight: 1 });
}

/** What both task sets come to together, each by its share of the traffic. */
function byTraffic({ primary, secondary }: EcsService, of: (set: TaskSet) => number): number {
  const sets = secondary === null ? [primary] : [primary, secondary];
  return sets.reduce((sum, set) => sum + (set.weight / 100) * of(set), 0);
}

/** A period stands for a minute, however long it takes here. */
function minutesOfTraffic(world: World, taskSet: TaskSet, at: number): number {
  return Math.max(0, (at - (taskSet.trafficSince ?? at)) / (world.periodSeconds * 1000));
}
