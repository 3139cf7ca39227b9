import { describe, expect, test } from '@jest/globals';
import { type JudgeDecision, judge } from '../../src/canary/judge.ts';
import type { Observation } from '../../src/canary/observation.ts';
import { canaryPolicy } from '../../src/canary/policy.ts';
import { at, type Minute, type Minutes, observed } from '../support/observations.ts';

const length = 10;
const span = { startedAt: at(0), endsAt: at(length) };

function policy(over: object = {}) {
  return canaryPolicy.parse({ settle: '0s', duration: '10m', metrics: ['error-ratio'], ...over });
}

function times(n: number, minute: Minute): Minute[] {
  return Array.from({ length: n }, () => minute);
}

/** An hour before the watch, with the errors that chance makes of half a percent. */
const usual = Array.from({ length: 60 }, (_, n) => ({
  requests: 630,
  errors: [3, 2, 5, 1, 4, 3, 3, 6, 0, 4][n % 10] ?? 3,
  'latency-p95': 0.2 * ([1, 1.03, 0.98, 1.01, 0.97, 1.02][n % 6] ?? 1),
}));

const healthy = { requests: 70, errors: null, 'latency-p95': 0.2 };
const steady = { requests: 630, errors: 3, 'latency-p95': 0.2 };

const connections = {
  name: 'connections',
  metric: { namespace: 'AWS/RDS', metricName: 'DatabaseConnections', stat: 'Maximum' },
};

function outcome(minutes: Minutes, over: object = {}): [JudgeDecision['decision'], ...string[]] {
  const { decision, reasons } = judge(policy(over), span, [observed({ history: usual, ...minutes })]);
  return [decision, ...reasons.map((reason) => reason.code)];
}

describe('the judge', () => {
  test.each<[string, Minutes, object, unknown]>([
    [
      'goes on while nothing is bad',
      { canary: times(3, healthy), baseline: times(3, steady) },
      {},
      ['continue', 'good-so-far', 'underpowered'],
    ],
    [
      'promotes at the end when all was seen good',
      { canary: times(length, healthy), baseline: times(length, steady) },
      {},
      ['promote', 'errors-good'],
    ],
    [
      '45 % of payments failing ends it at the first point',
      { canary: [{ ...healthy, errors: 31 }], baseline: times(1, steady) },
      {},
      ['rollback', 'errors-worse'],
    ],
    [
      'a leak after healthy minutes ends it within two points',
      { canary: [...times(7, healthy), ...times(2, { ...healthy, errors: 31 })], baseline: times(9, steady) },
      {},
      ['rollback', 'error-limit', 'errors-worse'],
    ],
    [
      'errors of the canary are seen though the baseline has no error points (kayenta#377)',
      { canary: times(3, { ...healthy, errors: 10 }), baseline: times(3, { requests: 630, errors: null }) },
      {},
      ['rollback', 'errors-worse'],
    ],
    [
      'a certain but tiny rise is let be',
      {
        canary: times(5, { requests: 100_000, errors: 300 }),
        baseline: times(5, { requests: 900_000, errors: 1800 }),
        history: usual.map(({ errors }) => ({ requests: 900_000, errors: 1770 + 10 * errors })),
      },
      {},
      ['continue', 'too-small-to-matter'],
    ],
    [
      'an absolute limit needs no baseline',
      { canary: times(2, { requests: 700, errors: 400 }), history: [] },
      {},
      ['rollback', 'error-limit'],
    ],
    [
      'when all traffic is on the canary, the minutes before are the baseline',
      {
        canary: times(2, { requests: 700, errors: 70 }),
        baseline: times(2, { requests: null, errors: null }),
      },
      {},
      ['rollback', 'errors-worse', 'baseline-stand-in'],
    ],
    [
      'no traffic at the end is no promotion',
      { canary: times(length, { requests: 0, errors: null }), baseline: times(length, steady) },
      {},
      ['inconclusive', 'no-canary-traffic'],
    ],
    [
      'no data at the end is no promotion',
      { canary: times(length, { requests: null, errors: null }), baseline: times(length, steady) },
      {},
      ['inconclusive', 'no-canary-traffic'],
    ],
    [
      'two requests are not enough (flagger#1035)',
      {
        canary: [...times(9, { requests: 0, errors: null }), { requests: 2, errors: null }],
        baseline: times(length, steady),
      },
      {},
      ['inconclusive', 'too-few-requests'],
    ],
    [
      'traffic that stops half-way is said (flagger#1011)',
      {
        canary: [...times(6, healthy), ...times(4, { requests: null, errors: null })],
        baseline: times(length, steady),
      },
      {},
      ['inconclusive', 'traffic-stopped'],
    ],
    [
      'a canary without any baseline is not promoted',
      { canary: times(length, healthy), history: [] },
      {},
      ['inconclusive', 'baseline-missing'],
    ],
    [
      'a baseline that is ill itself proves nothing',
      { canary: times(length, { requests: 70, errors: 20 }), baseline: times(length, { requests: 630, errors: 250 }) },
      { metrics: [{ 'error-ratio': { limit: 0.3 } }] },
      ['inconclusive', 'baseline-ill'],
    ],
  ])('%s', (_name, minutes, over, expected) => {
    expect(outcome(minutes, over)).toEqual(expected);
  });

  test.each<[string, Minutes, object, unknown]>([
    [
      'a jump from 200 ms to 15 s ends it at the second point',
      {
        canary: [...times(4, healthy), ...times(2, { ...healthy, 'latency-p95': 15 })],
        baseline: times(6, steady),
      },
      { metrics: ['latency-p95'] },
      ['rollback', 'slower-than-baseline'],
    ],
    [
      'one slow minute does not end it',
      { canary: [...times(4, healthy), { ...healthy, 'latency-p95': 15 }], baseline: times(5, steady) },
      { metrics: ['latency-p95'] },
      ['continue', 'good-so-far'],
    ],
    [
      'twice as slow is found',
      { canary: times(5, { ...healthy, 'latency-p95': 0.4 }), baseline: times(5, steady) },
      { metrics: ['latency-p95'] },
      ['rollback', 'slower-than-baseline'],
    ],
    [
      'what is slower by less than the policy minds is let be',
      { canary: times(9, { ...healthy, 'latency-p95': 0.24 }), baseline: times(9, steady) },
      { metrics: [{ 'latency-p95': { relative: 1.5 } }] },
      ['continue', 'too-small-to-matter'],
    ],
    [
      'a limit on latency holds whatever the baseline does',
      { canary: times(3, { ...healthy, 'latency-p95': 2.5 }), baseline: times(3, { ...steady, 'latency-p95': 2.4 }) },
      { metrics: [{ 'latency-p95': { limit: 2 } }] },
      ['rollback', 'gauge-limit'],
    ],
    [
      'what both share can be full, and may not be the release',
      { canary: times(5, healthy), baseline: times(5, steady), shared: times(5, { cpu: 99 }) },
      { metrics: ['cpu'] },
      ['rollback', 'shared-limit'],
    ],
    [
      'what is all but full is a reason to roll back, and may not be the release',
      { canary: times(4, healthy), baseline: times(4, steady), shared: times(4, { connections: 480 }) },
      { metrics: [{ ...connections, capacity: 500 }] },
      ['rollback', 'saturated'],
    ],
    [
      'what is nearly full is said',
      { canary: times(4, healthy), baseline: times(4, steady), shared: times(4, { connections: 410 }) },
      { metrics: [{ ...connections, capacity: 500 }] },
      ['continue', 'nearly-saturated'],
    ],
    [
      'a capacity may be a metric',
      {
        canary: times(4, healthy),
        baseline: times(4, steady),
        shared: times(4, { connections: 480, 'connections.capacity': 500 }),
      },
      { metrics: [{ ...connections, capacity: { ...connections.metric, metricName: 'MaxConnections' } }] },
      ['rollback', 'saturated'],
    ],
    [
      'latency without samples at the end is no promotion',
      { canary: times(length, { ...healthy, 'latency-p95': null }), baseline: times(length, steady) },
      { metrics: ['latency-p95'] },
      ['inconclusive', 'too-few-samples'],
    ],
  ])('%s', (_name, minutes, over, expected) => {
    expect(outcome(minutes, over)).toEqual(expected);
  });

  test.each<[string, Minutes, object, unknown]>([
    [
      'requests whose errors CloudWatch did not tell are not requests that went well',
      { canary: times(length, { requests: 70 }), baseline: times(length, steady) },
      {},
      ['inconclusive', 'events-unknown'],
    ],
    [
      'a baseline whose errors are unknown is nothing to compare with',
      { canary: times(length, healthy), baseline: times(length, { requests: 630 }) },
      {},
      ['inconclusive', 'events-unknown'],
    ],
    [
      'a canary that takes no connections has requests and no 5XX, and is seen',
      { canary: [{ ...healthy, 'connection-errors': 70 }], baseline: times(1, steady) },
      {},
      ['rollback', 'error-limit', 'errors-worse'],
    ],
    [
      'latency that stops half-way is no promotion',
      {
        canary: [...times(6, healthy), ...times(4, { ...healthy, 'latency-p95': null })],
        baseline: times(length, steady),
      },
      { metrics: ['latency-p95'] },
      ['inconclusive', 'metric-stopped'],
    ],
    [
      'a required gauge that nobody publishes is no promotion',
      { canary: times(length, healthy), baseline: times(length, steady), shared: times(length, { cpu: null }) },
      { metrics: [{ cpu: { required: true } }] },
      ['inconclusive', 'too-few-samples'],
    ],
    [
      'when both sides slow down together it is not the release',
      {
        canary: [...times(6, healthy), ...times(4, { ...healthy, 'latency-p95': 0.81 })],
        baseline: [...times(6, steady), ...times(4, { ...steady, 'latency-p95': 0.8 })],
      },
      { metrics: ['latency-p95'] },
      ['promote', 'gauge-good'],
    ],
  ])('%s', (_name, minutes, over, expected) => {
    expect(outcome(minutes, over)).toEqual(expected);
  });

  test('CloudWatch away from the middle of the watch on is no promotion', () => {
    const early = observed({ canary: times(5, healthy), baseline: times(5, steady) });
    const reason = { code: 'aws-timed-out', text: 'CloudWatch did not answer' };
    const away = observed({}, { fetchedAt: at(length), status: 'unavailable', reasons: [reason] });
    const { decision, reasons } = judge(policy(), span, [early, away]);
    expect([decision, ...reasons.map(({ code }) => code)]).toEqual(['inconclusive', 'traffic-stopped']);
  });

  test('values that are no numbers are named, and no promotion', () => {
    const look = observed({ canary: times(length, healthy), baseline: times(length, steady), history: usual });
    const points = look.points.map((point) =>
      point.metric === 'latency-p95' && point.side === 'canary' ? { ...point, value: null, notANumber: 'NaN' } : point,
    );
    const { decision, reasons } = judge(policy({ metrics: ['latency-p95'] }), span, [{ ...look, points }]);
    expect([decision, ...reasons.map(({ code }) => code)]).toEqual(['inconclusive', 'not-a-number', 'too-few-samples']);
  });

  test('a value and its limit never look the same (keptn#5900)', () => {
    const minutes = { shared: times(5, { cpu: 95.0001 }) };
    const { reasons } = judge(policy({ metrics: ['cpu'] }), span, [observed(minutes)]);
    expect(reasons[0]?.text).toMatch(/95\.0001, .* above the limit of 95;/);
  });

  test('nothing observed at all is no promotion', () => {
    expect(judge(policy(), span, []).reasons.map((reason) => reason.code)).toContain('no-observation');
  });

  test('CloudWatch away for the whole watch is inconclusive, and says why', () => {
    const away: Observation = observed(
      {},
      { fetchedAt: at(length), status: 'unavailable', reasons: [{ code: 'aws-throttled', text: 'slow down' }] },
    );
    const { decision, reasons } = judge(policy(), span, [away]);
    expect([decision, ...reasons.map((reason) => reason.code)]).toEqual([
      'inconclusive',
      'metrics-unavailable',
      'aws-throttled',
    ]);
  });

  test('late points revise a minute, and a replay of the looks gives the same verdict', () => {
    const looks = [
      observed({ canary: [{ requests: 70, errors: null }], baseline: times(1, steady), history: usual }),
      observed({ canary: [{ requests: 70, errors: 31 }, healthy], baseline: times(2, steady) }),
    ];
    expect(judge(policy(), span, looks.slice(0, 1)).decision).toBe('continue');
    expect(judge(policy(), span, looks).decision).toBe('rollback');
    expect(judge(policy(), span, looks)).toEqual(judge(policy(), span, structuredClone(looks)));
  });

  test('reasons show the numbers that were compared', () => {
    const { reasons } = judge(policy(), span, [
      observed({ canary: [{ requests: 70, errors: 31 }], baseline: times(1, steady), history: usual }),
    ]);
    expect(reasons[0]?.text).toMatch(/canary 31 of 70 \(44\.3 %\) against the baseline's 3 of 630 \(0\.476 %\)/);
  });
});
