import type { Observation } from '../observation.ts';
import type { CanaryPolicy } from '../policy.ts';
import type { MetricsWindow } from './cloudwatch.ts';
import { errorCounts, type Question } from './questions.ts';
import { dayMilliseconds, periodOnPastDay } from './retention.ts';

/** Late points revise what was read before: each look reads this many earlier periods again. */
const periodsReadAgain = 5;

/** The furthest that a look goes back for what earlier ones could not have: every look's points are kept. */
const periodsCaughtUp = 60;

/** A number that is missing for longer has not been delayed, the metric has stopped. */
const periodsLate = 15;

/** So far ahead of its own clock a look asks, to see whether that clock is wrong. */
const periodsAhead = 10;

/** A hook may begin to wait between two looks, and its deadline cut the watch short: a look must come before that. */
const longestGapSeconds = 120;

/**
 * What a look asks for: the periods since the watch began that have settled, from a few before the last one that was read
 * of every question (looks may have been missed, points may have come late); and the time before the watch, and the same
 * minutes of past days, for the questions that have no answer about them yet.
 * Windows start on whole periods, so that many watches share their calls.
 */
export function windowsOf(
  policy: CanaryPolicy,
  questions: readonly Question[],
  startedAt: Date,
  earlier: readonly Observation[],
  now: Date,
): readonly MetricsWindow[] {
  const { periodSeconds } = policy;
  const period = periodSeconds * 1000;
  const begin = Math.floor(startedAt.getTime() / period) * period;
  const to = Math.floor((now.getTime() - policy.settleSeconds * 1000) / period) * period;
  const open = questions.filter(({ phases }) => phases.includes('watch'));
  const read = readUntil(open, earlier, { begin, to, period });
  const from = Math.max(begin, read - periodsReadAgain * period);
  const before = [historyWindow(policy, begin), ...pastWindows(policy, begin)].flatMap((window) => {
    const unanswered = questions.filter((one) => one.phases.includes(window.phase) && !answered(one, window, earlier));
    return unanswered.length === 0 || window.from >= window.to ? [] : [{ ...window, questions: unanswered }];
  });
  const until = new Date(Math.ceil(now.getTime() / period + periodsAhead) * period);
  const watch = { phase: 'watch' as const, from: new Date(from), to: new Date(to), until, periodSeconds };
  return to > from && open.length > 0 ? [...before, { ...watch, questions: open }] : before;
}

/** The time just before the watch. */
export function historyWindow({ periodSeconds, historyPeriods }: CanaryPolicy, begin: number): MetricsWindow {
  const from = new Date(begin - historyPeriods * periodSeconds * 1000);
  return { phase: 'history', from, to: new Date(begin), periodSeconds };
}

/** The watch's own minutes on past days, as fine as they are kept. */
function pastWindows(policy: CanaryPolicy, begin: number): readonly MetricsWindow[] {
  return policy.pastDays.map((days) => {
    const periodSeconds = periodOnPastDay(policy.periodSeconds, days);
    const whole = (time: number, round: (steps: number) => number) =>
      new Date(round((time - days * dayMilliseconds) / (periodSeconds * 1000)) * periodSeconds * 1000);
    const end = begin + policy.durationSeconds * 1000;
    return { phase: 'past', from: whole(begin, Math.floor), to: whole(end, Math.ceil), periodSeconds };
  });
}

/** Whether a question has been answered about a window, if only with nothing: then it is not asked about it again. */
function answered(
  { metric, side, part }: Question,
  { phase, from, to }: MetricsWindow,
  earlier: readonly Observation[],
) {
  const [first, end] = [from.toISOString(), to.toISOString()];
  return earlier.some(({ points }) =>
    points.some(
      (point) =>
        point.metric === metric &&
        point.side === side &&
        point.part === part &&
        point.phase === phase &&
        point.periodStart >= first &&
        point.periodStart < end,
    ),
  );
}

/** The next look: when the period that runs now has ended and settled, or at the watch's end where that is sooner. */
export function nextLookAt({ periodSeconds, settleSeconds }: CanaryPolicy, now: Date, end: Date): Date {
  const period = periodSeconds * 1000;
  const settle = settleSeconds * 1000;
  const settled = (Math.floor((now.getTime() - settle) / period) + 1) * period + settle;
  const latest = Math.min(settled, end.getTime(), now.getTime() + longestGapSeconds * 1000);
  return new Date(Math.max(now.getTime(), latest));
}

interface Range {
  readonly begin: number;
  readonly to: number;
  readonly period: number;
}

/**
 * Up to where every question has been answered: one that failed while others were answered holds it back until it is
 * answered. A question without any answer does not, once another has one: it may be refused for good, and each look would
 * ask for everything again; with its first answer it holds back like the rest, and the next look has what it lacks.
 */
function readUntil(questions: readonly Question[], earlier: readonly Observation[], range: Range): number {
  const watched = earlier.flatMap(({ points }) => points.filter(({ phase }) => phase === 'watch'));
  const series = Map.groupBy(watched, ({ metric, side }) => `${metric} ${side}`);
  const ends = questions.flatMap(({ metric, side }) => {
    const points = series.get(`${metric} ${side}`);
    return points === undefined ? [] : [answeredUntil(metric, points, range)];
  });
  return ends.length === 0 ? range.begin : Math.min(...ends);
}

/**
 * The end of the periods in a row, from the watch's begin on, that have a point. Nothing at the end of them, where there
 * were numbers before, may be late: it is read again, until it is too old to be that. Errors are published only when
 * there are some, so no number of them is an answer.
 */
function answeredUntil(metric: string, points: Observation['points'], { begin, to, period }: Range): number {
  const known = new Map<number, boolean>();
  for (const { periodStart, value } of points) {
    const start = Date.parse(periodStart);
    known.set(start, value !== null || known.get(start) === true);
  }
  let end = begin;
  while (end < to && known.has(end)) end += period;
  const oldest = to - periodsCaughtUp * period;
  if (end < oldest) return Math.max(...known.keys()) >= oldest ? to : oldest; // answered since: the hole stays
  if (errorCounts.includes(metric)) return end;
  let number = end;
  while (number > begin && known.get(number - period) !== true) number -= period;
  return number > begin && end - number <= periodsLate * period ? number : end;
}
