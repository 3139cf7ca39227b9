import type { PlayedTraffic } from '../canary/import/played-values.ts';
import type { ServiceConfig } from '../config/schema.ts';
import type { GivenTraffic } from './import-arguments.ts';
import { serviceMinutes } from './service-minutes.ts';

/** The incident of the README: 700 requests a minute, 0.5 % of them failing. */
const assumed = { requestsPerMinute: 700, errorRatio: 0.005 };

/** The traffic that an imported policy is played at, and whose it is. */
export interface FoundTraffic {
  readonly traffic: PlayedTraffic;
  readonly source: 'given' | 'cloudwatch' | 'assumed';
  /** How to have the service's own; null where it is. */
  readonly remark: string | null;
}

/**
 * What was given; else the service's last day in CloudWatch; else an assumed one, which is said. Never an error: the
 * imported block does not depend on it.
 */
export async function findTraffic(given: GivenTraffic, service: ServiceConfig | undefined): Promise<FoundTraffic> {
  const { requestsPerMinute, errorRatio, canaryShare, latencySeconds } = given;
  const played = (rates: { readonly requestsPerMinute: number; readonly errorRatio: number }): PlayedTraffic => ({
    requestsPerMinute: requestsPerMinute ?? rates.requestsPerMinute,
    errorRatio: errorRatio ?? rates.errorRatio,
    canaryShare,
    latencySeconds,
  });
  if (requestsPerMinute !== undefined && errorRatio !== undefined) {
    return { traffic: played(assumed), source: 'given', remark: null };
  }
  if (service === undefined) {
    const remark =
      'That traffic is assumed where it was not given: write --requests-per-minute and --error-ratio, or --service NAME for its last day in CloudWatch.';
    return { traffic: played(assumed), source: 'assumed', remark };
  }
  try {
    return { traffic: played(await lastDay(service)), source: 'cloudwatch', remark: null };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const remark = `That traffic is assumed, since that of ${service.name} could not be read: ${why}; or write --requests-per-minute and --error-ratio.`;
    return { traffic: played(assumed), source: 'assumed', remark };
  }
}

async function lastDay(service: ServiceConfig) {
  const minutes = await serviceMinutes(service);
  const events = minutes.reduce((sum, minute) => sum + minute.events, 0);
  const total = minutes.reduce((sum, minute) => sum + minute.total, 0);
  return { requestsPerMinute: Math.round(total / minutes.length), errorRatio: events / total };
}
