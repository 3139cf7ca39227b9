import { describe, expect, test } from '@jest/globals';
import { judge } from '../../src/canary/judge.ts';
import type { Observation, Point } from '../../src/canary/observation.ts';
import { canaryPolicy } from '../../src/canary/policy.ts';
import { type DataState, dataStates } from '../../src/canary/states.ts';
import { at, type Minute, type Minutes, observed } from '../support/observations.ts';

const length = 12;
const span = { startedAt: at(0), endsAt: at(length) };

function times(n: number, minute: Minute): Minute[] {
  return Array.from({ length: n }, () => minute);
}

const canary = { requests: 3000, errors: 15, queue: 40 };
const steady = { requests: 27_000, errors: 135, queue: 40 };
const history = Array.from({ length: 60 }, (_, n) => ({
  requests: 27_000,
  errors: 135 + ((n * 7) % 23) - 11,
  queue: 40 + ((n * 5) % 7) - 3,
}));
const nothing = { requests: null, errors: null, queue: null };

function minutes(over: Minutes = {}): Minutes {
  return { canary: times(length, canary), baseline: times(length, steady), history, ...over };
}

const queue = {
  name: 'queue',
  metric: { namespace: 'Payments', metricName: 'Queue', stat: 'Maximum', dimensions: { TargetGroup: '$targetGroup' } },
};
const counter = { ...queue, counter: true };

interface Case {
  readonly looks: readonly Observation[];
  readonly metrics?: readonly unknown[];
  readonly over?: object;
}

const look = (over: Minutes = {}, more: Partial<Observation> = {}) => observed(minutes(over), more);

/** The same look, with points that are different. */
function changed(observation: Observation, change: (point: Point) => Partial<Point> | null): Observation {
  return { ...observation, points: observation.points.map((point) => ({ ...point, ...change(point) })) };
}

const cases: Readonly<Record<DataState, Case>> = {
  'no-observation': { looks: [] },
  'metrics-unavailable': { looks: [observed({}, { fetchedAt: at(length), status: 'unavailable' })] },
  'metric-unknown': { looks: [look({}, { unknownMetrics: ['queue'] })], metrics: ['error-ratio', queue] },
  'no-canary-traffic': { looks: [look({ canary: times(length, { requests: 0, errors: null }) })] },
  'too-few-requests': { looks: [look({ canary: [...times(11, nothing), { requests: 3, errors: null }] })] },
  'traffic-stopped': { looks: [look({ canary: [...times(7, canary), ...times(5, nothing)] })] },
  'routing-broken': { looks: [look({}, { weights: { baseline: 50, canary: 50 } })] },
  'baseline-missing': { looks: [look({ baseline: [], history: [] })] },
  'baseline-ill': {
    looks: [
      look({
        canary: times(length, { ...canary, errors: 900 }),
        baseline: times(length, { ...steady, errors: 9000 }),
        history: history.map((minute) => ({ ...minute, errors: 9000 + minute.errors })),
      }),
    ],
    metrics: [{ 'error-ratio': { limit: 0.32 } }],
  },
  'events-unknown': { looks: [look({ canary: times(length, { requests: 3000 }) })] },
  'limit-unknown': { looks: [look()], metrics: ['error-ratio', 'slow-p90'] },
  'too-few-samples': {
    looks: [look({ canary: [canary, ...times(11, { ...canary, queue: null })] })],
    metrics: ['error-ratio', queue],
  },
  'metric-stopped': {
    looks: [look({ canary: [...times(6, canary), ...times(6, { ...canary, queue: null })] })],
    metrics: ['error-ratio', queue],
  },
  'not-a-number': {
    looks: [
      changed(look(), ({ metric, side, periodStart }) =>
        metric === 'queue' && side === 'canary' && periodStart > at(8) ? { value: null, notANumber: 'NaN' } : null,
      ),
    ],
    metrics: ['error-ratio', queue],
  },
  'warming-up': { looks: [look()], metrics: ['error-ratio'], over: { warmup: 60 } },
  'points-missing': { looks: [look({ canary: [...times(4, canary), nothing, ...times(7, canary)] })] },
  'points-revised': {
    looks: [look({ canary: [{ ...canary, errors: 9 }], baseline: [steady] }, { fetchedAt: at(1) }), look()],
  },
  'counter-reset': {
    looks: [
      look({
        canary: Array.from({ length }, (_, n) => ({ ...canary, queue: n < 6 ? 500 + 40 * n : 40 * (n - 6) })),
        baseline: Array.from({ length }, (_, n) => ({ ...steady, queue: 40 * (n + 60) })),
        history: history.map((minute, n) => ({ ...minute, queue: 40 * n })),
      }),
    ],
    metrics: ['error-ratio', counter],
  },
  'clock-skew': {
    looks: [
      {
        ...look(),
        points: [
          ...look().points,
          { metric: 'requests', side: 'canary', phase: 'watch', periodStart: at(length + 2), value: 3000 },
        ],
      },
    ],
  },
  'shared-unusual': {
    looks: [changed(look({ shared: times(length, { cpu: 80 }) }), () => null)].map((one) => ({
      ...one,
      points: [...one.points, ...pastDays(30)],
    })),
    metrics: ['error-ratio', 'cpu'],
  },
};

/** What the same minutes of three past days had, give or take one. */
function pastDays(level: number): Point[] {
  return [1, 2, 3].flatMap((days) =>
    Array.from({ length }, (_, n) => ({
      metric: 'cpu',
      side: 'shared' as const,
      phase: 'past' as const,
      periodStart: new Date(Date.parse(at(n)) - days * 86_400_000).toISOString(),
      value: level + ((n + days) % 3) - 1,
    })),
  );
}

function decided(state: DataState, outcome?: string) {
  const { looks, metrics = ['error-ratio'], over = {} } = cases[state];
  const onState = outcome === undefined ? {} : { [state]: outcome };
  const policy = canaryPolicy.parse({ settle: '0s', duration: `${length}m`, metrics, ...over, onState });
  const end = looks.length === 0 ? { ...span, endsAt: at(0) } : span;
  const { decision, reasons } = judge(policy, end, looks);
  return { decision, codes: reasons.map(({ code }) => code) };
}

const states = Object.keys(dataStates) as DataState[];

describe('no data are not good data', () => {
  test('the same watch with good data is promoted', () => {
    const policy = canaryPolicy.parse({ settle: '0s', duration: `${length}m`, metrics: ['error-ratio', queue] });
    expect(judge(policy, span, [look()])).toMatchObject({ decision: 'promote' });
  });

  test.each(states)('%s is told, and has its usual outcome', (state) => {
    const { decision, codes } = decided(state);
    expect(codes).toContain(state);
    expect(decision).toBe(dataStates[state] === 'ignore' ? 'promote' : 'inconclusive');
  });

  test.each(states)('%s rolls back where the policy says fail', (state) => {
    const { decision, codes } = decided(state, 'fail');
    expect([decision, codes[0]]).toEqual(['rollback', state]);
  });

  test.each(states)('%s is only told where the policy ignores it', (state) => {
    expect(decided(state, 'ignore').codes).toContain(state);
  });
});

describe('a state that is usual before the end', () => {
  const early = { startedAt: at(0), endsAt: at(60) };
  const policy = (state: DataState) =>
    canaryPolicy.parse({ settle: '0s', metrics: ['error-ratio'], onState: { [state]: 'fail' } });

  test('no traffic yet does not end the watch at once', () => {
    const { looks } = cases['no-canary-traffic'];
    expect(judge(policy('no-canary-traffic'), early, looks).decision).toBe('continue');
  });

  test('traffic that has stopped does, where it is a failure', () => {
    const { looks } = cases['traffic-stopped'];
    expect(judge(policy('traffic-stopped'), early, looks).decision).toBe('rollback');
  });
});

describe('a canary’s share of the requests', () => {
  const requests = (share: number) => ({
    canary: times(length, { ...canary, requests: 30_000 * share, errors: 150 * share }),
    baseline: times(length, { ...steady, requests: 30_000 * (1 - share), errors: 150 * (1 - share) }),
  });
  test.each<[number, number, boolean]>([
    [0.1, 10, false],
    [0.08, 10, false],
    [0.01, 10, true],
    [0.4, 10, true],
    [0.9, 100, false],
    [0.2, 100, true],
    [0.5, 0, false],
  ])('%s of them at a weight of %s %%: broken routing is %s', (share, weight, broken) => {
    const weights = { baseline: 100 - weight, canary: weight };
    const policy = canaryPolicy.parse({ settle: '0s', duration: `${length}m`, metrics: ['error-ratio'] });
    const { reasons } = judge(policy, span, [look(requests(share), { weights })]);
    expect(reasons.some(({ code }) => code === 'routing-broken')).toBe(broken);
  });
});
