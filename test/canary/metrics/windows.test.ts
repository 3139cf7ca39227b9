import { describe, expect, test } from '@jest/globals';
import { nextLookAt, windowsOf } from '../../../src/canary/metrics/windows.ts';
import { canaryPolicy } from '../../../src/canary/policy.ts';
import { at, type Minute, observed } from '../../support/observations.ts';

const policy = canaryPolicy.parse({ settle: '0s', history: 0 });
const seconds = (n: number) => new Date(Date.parse(at(0)) + n * 1000);
const questions = ['requests', 'errors', 'cpu'].map((metric) => ({
  metric,
  side: 'canary' as const,
  phases: ['watch'] as const,
  queries: [],
}));

/** The first minute that a look at `now` asks for, after one look that had these. */
function firstAsked(canary: readonly Minute[], now: number): number | undefined {
  const [window] = windowsOf(policy, questions, seconds(0), [observed({ canary })], seconds(now * 60));
  return window === undefined ? undefined : (window.from.getTime() - seconds(0).getTime()) / 60_000;
}

function minutes(n: number, minute: Minute): Minute[] {
  return Array.from({ length: n }, () => minute);
}

const all = { requests: 70, errors: null, cpu: 40 };

describe('a look asks again', () => {
  test.each<[string, readonly Minute[], number, number]>([
    ['for the last five minutes', minutes(20, all), 21, 15],
    ['for all, when nothing was had yet', [], 21, 0],
    ['for a hole in the requests, while cpu answered', [...minutes(10, all), ...minutes(10, { cpu: 40 })], 21, 5],
    ['for a hole in the errors alone', [...minutes(10, all), ...minutes(10, { requests: 70, cpu: 40 })], 21, 5],
    ['for requests that may be late', [...minutes(10, all), ...minutes(9, { ...all, requests: null })], 20, 5],
    ['not for requests that have stopped', [...minutes(10, all), ...minutes(20, { ...all, requests: null })], 31, 25],
    ['not for a metric that nobody publishes', minutes(20, { ...all, cpu: null }), 21, 15],
    ['not for a metric that is always refused', minutes(20, { requests: 70, errors: null }), 21, 15],
    ['for what a metric lacks that is answered at last', [...minutes(19, { requests: 70, errors: 0 }), all], 21, 0],
    ['for an hour of what was away for longer', minutes(10, all), 100, 35],
    ['not for a hole that stayed, an hour ago', [{ requests: 1, errors: 1 }, ...minutes(89, all)], 91, 85],
  ])('%s', (_name, seen, now, expected) => {
    expect(firstAsked(seen, now)).toBe(expected);
  });
});

describe('the next look', () => {
  const long = canaryPolicy.parse({ period: '10m', settle: '0s' });
  test.each<[string, typeof policy, number, number, number]>([
    ['is when the period has ended', policy, 130, 3600, 180],
    ['waits for it to settle', canaryPolicy.parse({ settle: '30s' }), 130, 3600, 150],
    ['is no later than the end, so that a hook that waits has its answer in time', policy, 130, 145, 145],
    ['is at once when the end has passed', policy, 130, 100, 130],
    ['is never far away, since a hook may begin to wait', long, 130, 3600, 250],
  ])('%s', (_name, its, now, end, expected) => {
    expect(nextLookAt(its, seconds(now), seconds(end))).toEqual(seconds(expected));
  });
});

describe('what was before the watch', () => {
  const shared = { metric: 'cpu', side: 'shared' as const, phases: ['history', 'watch', 'past'] as const, queries: [] };
  const windows = (over: object, earlier: Parameters<typeof windowsOf>[3] = []) =>
    windowsOf(canaryPolicy.parse({ settle: '0s', ...over }), [shared], seconds(0), earlier, seconds(600))
      .filter(({ phase }) => phase !== 'watch')
      .map(({ phase, from, to, periodSeconds }) => [phase, from.toISOString(), to.toISOString(), periodSeconds]);

  test('is asked about: the periods before, and the same minutes of past days as finely as they are kept', () => {
    expect(windows({ history: 120, pastDays: [1, 20, 60] })).toEqual([
      ['history', '2026-11-24T18:30:00.000Z', '2026-11-24T20:30:00.000Z', 60],
      ['past', '2026-11-23T20:30:00.000Z', '2026-11-23T21:30:00.000Z', 60],
      ['past', '2026-11-04T20:30:00.000Z', '2026-11-04T21:30:00.000Z', 300],
      ['past', '2026-09-25T20:30:00.000Z', '2026-09-25T21:30:00.000Z', 300],
    ]);
  });

  test('a second is asked about as a minute on past days: finer points are kept for three hours', () => {
    expect(windows({ period: '1s', duration: '60s', history: 0, pastDays: [1] })).toEqual([
      ['past', '2026-11-23T20:30:00.000Z', '2026-11-23T20:31:00.000Z', 60],
    ]);
  });

  test('is not asked about again once it was answered, if only with nothing', () => {
    const points = ['history', 'past'].map((phase) => ({
      metric: 'cpu',
      side: 'shared' as const,
      phase: phase as 'history' | 'past',
      periodStart: phase === 'past' ? '2026-11-23T20:30:00.000Z' : '2026-11-24T20:29:00.000Z',
      value: null,
    }));
    expect(windows({ pastDays: [1] }, [observed({}, { points })])).toEqual([]);
  });
});
