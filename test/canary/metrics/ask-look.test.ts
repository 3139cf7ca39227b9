import { describe, expect, test } from '@jest/globals';
import { createAskLook } from '../../../src/canary/metrics/ask-look.ts';
import type { CloudWatchMetrics, MetricsWindow } from '../../../src/canary/metrics/cloudwatch.ts';
import type { Question } from '../../../src/canary/metrics/questions.ts';
import type { Observation, Point } from '../../../src/canary/observation.ts';
import { canaryPolicy } from '../../../src/canary/policy.ts';
import { at } from '../../support/observations.ts';

const targets = {
  loadBalancer: 'app/payments/0123456789abcdef',
  baseline: 'targetgroup/blue/1',
  canary: 'targetgroup/green/2',
  cluster: 'c',
  service: 's',
};
const policy = canaryPolicy.parse({ settle: '0s', history: 10, metrics: ['error-ratio', 'slow-p50', 'slow-p99'] });
const clock = { now: () => new Date(at(6)) };

/** Answers every period of every window by metric and phase; remembers what was asked. */
function source(value: (metric: string, phase: Point['phase'], n: number) => number | null) {
  const asked: { metric: string; phase: string; statistic: string | undefined }[] = [];
  const answer = (question: Question, window: MetricsWindow): Point[] => {
    const { metric, side } = question;
    asked.push({ metric, phase: window.phase, statistic: question.queries.at(-1)?.MetricStat?.Stat });
    const step = window.periodSeconds * 1000;
    const length = (window.to.getTime() - window.from.getTime()) / step;
    return Array.from({ length }, (_, n) => ({
      metric,
      side,
      phase: window.phase,
      periodStart: new Date(window.from.getTime() + n * step).toISOString(),
      value: value(metric, window.phase, n),
    }));
  };
  const metrics: CloudWatchMetrics = {
    async observe(questions, windows, weights) {
      const points = windows.flatMap((window) => (window.questions ?? questions).flatMap((one) => answer(one, window)));
      return { fetchedAt: at(6), status: 'complete', reasons: [], weights, points };
    },
  };
  return { asked, metrics };
}

async function look(value: Parameters<typeof source>[0], earlier: readonly Observation[] = []) {
  const { asked, metrics } = source(value);
  const ask = createAskLook({ clock, metrics, findUnknown: async (found) => found.map(({ metric }) => metric) });
  const observation = await ask({ policy, targets, startedAt: new Date(at(0)), earlier, traffic: null });
  return { asked, observation };
}

const responses = (metric: string, n: number) =>
  metric === 'response-p50' ? 0.2 + (n === 3 ? 9 : 0.001 * n) : metric === 'response-p99' ? 1.23456 : 100;

describe('the limits beyond which a request is slow', () => {
  test('are the medians of the baseline’s percentiles before the watch, and are asked by in the same look', async () => {
    const { asked, observation } = await look((metric, _phase, n) => responses(metric, n));
    expect(observation.limits).toEqual({ 'slow-p50': 0.206, 'slow-p99': 1.23 });
    expect(asked.filter(({ metric }) => metric.startsWith('response-')).map(({ phase }) => phase)).toEqual([
      'history',
      'history',
    ]);
    expect(asked.filter(({ metric }) => metric === 'slow-p99').map(({ statistic }) => statistic)).toEqual([
      'TC(1.23:)',
      'TC(1.23:)',
      'TC(1.23:)',
    ]);
  });

  test('stay what they were, whatever the baseline does later', async () => {
    const { observation } = await look((metric, _phase, n) => responses(metric, n));
    const later = await look(() => 7, [observation]);
    expect(later.observation.limits).toEqual(observation.limits);
    expect(later.asked.some(({ metric }) => metric.startsWith('response-'))).toBe(false);
  });

  test('come from the watch’s own first periods where there is nothing before', async () => {
    const value = (metric: string, phase: string, n: number) => (phase === 'history' ? null : responses(metric, n));
    const { observation } = await look(value);
    expect(observation.limits).toEqual({});
    const later = await look(value, [observation]);
    expect(later.observation.limits).toEqual({ 'slow-p50': 0.203, 'slow-p99': 1.23 });
  });
});

describe('a metric that has never had a number', () => {
  const own = { name: 'queue', metric: { namespace: 'Payments', metricName: 'Queue', stat: 'Maximum' }, limit: 9 };
  const withOwn = canaryPolicy.parse({ settle: '0s', history: 10, metrics: ['error-ratio', own] });

  test.each<[string, number | null, readonly string[]]>([
    ['is looked for in CloudWatch’s list', null, ['queue']],
    ['is not, once it has had one', 3, []],
  ])('%s', async (_name, value, expected) => {
    const { metrics } = source((metric) => (metric === 'queue' ? value : 100));
    const ask = createAskLook({ clock, metrics, findUnknown: async (found) => found.map(({ metric }) => metric) });
    const plan = { policy: withOwn, targets, startedAt: new Date(at(0)), earlier: [], traffic: null };
    expect((await ask(plan)).unknownMetrics).toEqual(expected);
  });
});
