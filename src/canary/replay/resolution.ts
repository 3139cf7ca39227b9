import { dayMilliseconds, periodOnPastDay } from '../metrics/retention.ts';

/** The oldest time of which a canary's hour still has more than a point. (API_GetMetricData) */
export const oldestReplayDays = 63;

/** So long points of seconds are kept. */
const daysOfSeconds = 0.125;

/**
 * The period in which points of that age can be had: the wanted one, or the next multiple of what is kept. A finer one is
 * answered with nothing at all, not with an error.
 * @returns seconds; null where only hours are kept
 */
export function keptPeriod(wantedSeconds: number, oldest: Date, now: Date): number | null {
  const days = (now.getTime() - oldest.getTime()) / dayMilliseconds;
  if (days >= oldestReplayDays) return null;
  return days < daysOfSeconds ? wantedSeconds : periodOnPastDay(wantedSeconds, days);
}
