import { binomial, normal, type Random } from '../random.ts';

/** How a release answers, as a function of the minutes since it first got traffic. */
export interface ReleaseTraffic {
  /** Share of requests that end in a 5xx, 0 to 1. */
  errorRatio(minutes: number): number;
  /** Share of requests that end in a 4xx. Left out: none. */
  clientErrorRatio?(minutes: number): number;
  /** Response times are log-normal: half are below the median, and two in three between median/spread and median*spread. */
  latency(minutes: number): { readonly medianMs: number; readonly spread: number };
  /** Percent of the service's CPU and memory, at all of its traffic. */
  cpu(minutes: number): number;
  memory(minutes: number): number;
  /** Connections that it holds to the service's database, at all of its traffic. Left out: 40. */
  databaseConnections?(minutes: number): number;
}

export const healthy: ReleaseTraffic = {
  errorRatio: () => 0.002,
  latency: () => ({ medianMs: 200, spread: 1.4 }),
  cpu: () => 35,
  memory: () => 48,
};

/** One period of one target group. */
export interface TrafficSample {
  readonly requests: number;
  readonly errors: number;
  readonly clientErrors: number;
  /** Seconds, as ALB's TargetResponseTime has them; each stands for `weight` requests. */
  readonly responseSeconds: readonly number[];
  readonly weight: number;
}

/** More response times than this for a period add no accuracy, only memory. */
const maxResponseTimes = 400;

export function sampleTraffic(
  random: Random,
  release: ReleaseTraffic,
  minutes: number,
  requests: number,
): TrafficSample {
  const { medianMs, spread } = release.latency(minutes);
  const drawn = Math.min(requests, maxResponseTimes);
  const responseSeconds = Array.from(
    { length: drawn },
    () => (medianMs / 1000) * Math.exp(Math.log(spread) * normal(random)),
  );
  return {
    requests,
    errors: binomial(random, requests, release.errorRatio(minutes)),
    clientErrors: binomial(random, requests, release.clientErrorRatio?.(minutes) ?? 0),
    responseSeconds,
    weight: drawn === 0 ? 1 : requests / drawn,
  };
}

/** A period's requests by availability zone: half in each of two, but for chance. */
export function byZone(
  random: Random,
  [first, second]: readonly [] | readonly [string, string],
  { requests, errors, clientErrors, responseSeconds }: TrafficSample,
): readonly (readonly [zone: string, TrafficSample])[] {
  if (first === undefined || second === undefined) return [];
  const inFirst = binomial(random, requests, 0.5);
  const failed = Math.min(inFirst, binomial(random, errors, 0.5));
  const refused = Math.min(inFirst, binomial(random, clientErrors, 0.5));
  const times = Math.round((responseSeconds.length * inFirst) / Math.max(1, requests));
  const part = (count: number, itsErrors: number, itsClientErrors: number, seconds: readonly number[]) => ({
    requests: count,
    errors: Math.min(count, itsErrors),
    clientErrors: Math.min(count, itsClientErrors),
    responseSeconds: seconds,
    weight: seconds.length === 0 ? 1 : count / seconds.length,
  });
  return [
    [first, part(inFirst, failed, refused, responseSeconds.slice(0, times))],
    [second, part(requests - inFirst, errors - failed, clientErrors - refused, responseSeconds.slice(times))],
  ];
}
