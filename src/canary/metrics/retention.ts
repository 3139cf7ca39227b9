export const dayMilliseconds = 86_400_000;

/**
 * The period at which a metric's points of some days ago are asked for: no finer than they are kept, and in whole
 * periods of that. CloudWatch keeps points of 1 minute for 15 days, of 5 minutes for 63, of an hour for 455, and answers a
 * question about finer ones with nothing (API_GetMetricData). Points of seconds are kept for three hours.
 * @returns seconds
 */
export function periodOnPastDay(periodSeconds: number, days: number): number {
  const kept = days < 15 ? 60 : days < 63 ? 300 : 3600;
  return Math.ceil(periodSeconds / kept) * kept;
}
