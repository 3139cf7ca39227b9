import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { createCloudWatchMetrics } from '../canary/metrics/cloudwatch.ts';
import type { Point } from '../canary/observation.ts';
import { type PastPlaces, pastQuestions } from '../canary/replay/past-questions.ts';
import { type PastTraffic, pastTraffic } from '../canary/replay/past-traffic.ts';
import type { Clock } from '../clock.ts';

/** Periods asked for in a call: a day of minutes. */
const periodsPerCall = 1440;

export interface FetchedPast {
  readonly past: PastTraffic;
  /** What CloudWatch did not answer. */
  readonly problems: readonly string[];
  /** Nothing was answered at all. */
  readonly unavailable: boolean;
}

/** Reads a span of a service's counts, a day a call, one call after the other: nobody waits for it, and the API is shared. */
export async function fetchPast(
  { client, clock }: { readonly client: CloudWatchClient; readonly clock: Clock },
  places: PastPlaces,
  span: { readonly from: Date; readonly to: Date; readonly periodSeconds: number },
  slowSeconds: number | null,
): Promise<FetchedPast> {
  const metrics = createCloudWatchMetrics({ client, clock });
  const questions = pastQuestions(places, span.periodSeconds, slowSeconds);
  const step = periodsPerCall * span.periodSeconds * 1000;
  const points: Point[] = [];
  const problems = new Set<string>();
  let answered = false;
  for (let start = span.from.getTime(); start < span.to.getTime(); start += step) {
    const to = new Date(Math.min(start + step, span.to.getTime()));
    const window = { phase: 'history', from: new Date(start), to, periodSeconds: span.periodSeconds } as const;
    const { status, reasons, points: found } = await metrics.observe(questions, [window], null);
    for (const point of found) points.push(point);
    for (const { text } of reasons) problems.add(text);
    answered ||= status !== 'unavailable';
  }
  const past = pastTraffic(points, places, span, slowSeconds !== null);
  return { past, problems: [...problems], unavailable: !answered };
}
