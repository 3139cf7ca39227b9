/** How long CloudWatch keeps points, by the shortest period that it then still has. (API_MetricStat, Period) */
const kept: readonly { readonly days: number; readonly seconds: number }[] = [
  { days: 0.125, seconds: 1 },
  { days: 15, seconds: 60 },
  { days: 63, seconds: 300 },
];

/** The oldest time of which a canary's hour still has more than a point. */
export const oldestReplayDays = 63;

/**
 * The period in which points of that age can be had: the wanted one, or the next multiple of what is kept. A finer one is
 * answered with nothing at all, not with an error.
 * @returns null where only hours are kept
 */
export function keptPeriod(wantedSeconds: number, oldest: Date, now: Date): number | null {
  const days = (now.getTime() - oldest.getTime()) / 86_400_000;
  const finest = kept.find((one) => days < one.days)?.seconds;
  return finest === undefined ? null : Math.ceil(Math.max(wantedSeconds, finest) / finest) * finest;
}
