import type { Observation } from '../observation.ts';
import type { CanaryPolicy } from '../policy.ts';
import type { MetricsWindow } from './cloudwatch.ts';

/** Late points revise what was read before: each look reads this many earlier periods again. */
const periodsReadAgain = 5;

/**
 * What a look asks for: the periods since the watch began that have settled, from a few before the last one read (looks
 * may have been missed, points may have come late), and the history before the watch until some of it has been had.
 * Windows start on whole periods, so that many watches share their calls.
 */
export function windowsOf(
  policy: CanaryPolicy,
  startedAt: Date,
  earlier: readonly Observation[],
  now: Date,
): readonly MetricsWindow[] {
  const { periodSeconds, historyPeriods } = policy;
  const period = periodSeconds * 1000;
  const begin = Math.floor(startedAt.getTime() / period) * period;
  const to = Math.floor((now.getTime() - policy.settleSeconds * 1000) / period) * period;
  const from = Math.max(begin, lastRead(earlier, begin) - periodsReadAgain * period);
  const windows: MetricsWindow[] = [];
  if (historyPeriods > 0 && !hasHistory(earlier)) {
    const span = { from: new Date(begin - historyPeriods * period), to: new Date(begin) };
    windows.push({ phase: 'history', ...span, periodSeconds });
  }
  if (to > from) windows.push({ phase: 'watch', from: new Date(from), to: new Date(to), periodSeconds });
  return windows;
}

/** The next look: when the period that runs now has ended and settled. */
export function nextLookAt({ periodSeconds, settleSeconds }: CanaryPolicy, now: Date): Date {
  const period = periodSeconds * 1000;
  const settle = settleSeconds * 1000;
  return new Date((Math.floor((now.getTime() - settle) / period) + 1) * period + settle);
}

function hasHistory(earlier: readonly Observation[]): boolean {
  return earlier.some(({ points }) => points.some((point) => point.phase === 'history' && point.value !== null));
}

function lastRead(earlier: readonly Observation[], begin: number): number {
  const starts = earlier.flatMap(({ points }) =>
    points
      .filter((point) => point.phase === 'watch' && point.value !== null)
      .map((point) => Date.parse(point.periodStart)),
  );
  return starts.reduce((latest, start) => Math.max(latest, start), begin);
}
