import { createAwsClients } from '../aws/clients.ts';
import type { Counts } from '../canary/comparison.ts';
import { findPlaces } from '../canary/replay/find-places.ts';
import { systemClock } from '../clock.ts';
import type { ServiceConfig } from '../config/schema.ts';
import { usualMinutes } from './read-minutes.ts';
import { fetchPast } from './replay-past.ts';

const minute = 60_000;
const day = 86_400_000;

/**
 * A service's last day, minute by minute, from CloudWatch: all target groups behind its load balancer together.
 * @throws PlacesUnknown, AwsFailure, and an error where nothing usual is on record
 */
export async function serviceMinutes(service: ServiceConfig): Promise<readonly Counts[]> {
  const aws = createAwsClients();
  try {
    const found = await findPlaces(aws.cloudwatch, { loadBalancer: service.loadBalancer ?? null, targetGroups: [] });
    const settled = systemClock.now().getTime() - service.canary.settleSeconds * 1000;
    const to = new Date(Math.floor(settled / minute) * minute);
    const span = { from: new Date(to.getTime() - day), to, periodSeconds: 60 };
    const source = { client: aws.cloudwatch, clock: systemClock };
    const { past, problems, unavailable } = await fetchPast(source, { ...found, zones: [] }, span, null);
    if (unavailable) throw new Error(`CloudWatch answered nothing: ${problems.join('; ')}`);
    return usualMinutes(past.slices[0]?.errors ?? [], `the last day of ${service.name} in CloudWatch`);
  } finally {
    aws.close();
  }
}
