import { describe, expect, test } from '@jest/globals';
import { judge } from '../../src/canary/judge.ts';
import { canaryPolicy } from '../../src/canary/policy.ts';
import { configJsonSchema } from '../../src/cli/config.ts';
import { at, type Minute, observed } from '../support/observations.ts';

const minutes = 20;
const span = { startedAt: at(0), endsAt: at(minutes) };

function decide(block: object, canary: readonly Minute[], baseline: readonly Minute[]) {
  return judge(canaryPolicy.parse({ settle: '0s', ...block }), span, [observed({ canary, baseline })]);
}

function side(length: number, errors: number, more: Minute = {}): readonly Minute[] {
  return Array.from({ length }, (_, minute) => ({ requests: 1000, errors: errors + (minute % 3), ...more }));
}

const ranks = {
  judge: 'mann-whitney',
  mannWhitney: { metrics: [{ metric: 'error-ratio', groups: ['g'], direction: 'increase', critical: true }] },
  metrics: ['error-ratio'],
};
const ranges = {
  judge: 'thresholds',
  thresholds: { failedChecks: 3, ranges: [{ metric: 'error-ratio', as: 'complement-percent', min: 99 }] },
  metrics: ['error-ratio'],
};
const conditions = {
  judge: 'thresholds',
  thresholds: { conditions: [{ metric: 'error-ratio', every: 1, successCondition: 'result[0] <= 0.01' }] },
  metrics: ['error-ratio'],
};

describe('a watch judged by a policy of another tool', () => {
  test.each<[string, object, number, number, string, string]>([
    ['ranks: ten times the errors', ranks, 10, 50, 'rollback', 'bad'],
    ['ranks: as many errors', ranks, 10, 5, 'continue', 'good'],
    ['ranks: as many errors, at the end', ranks, minutes, 5, 'promote', 'good'],
    ['ranges: 5 % errors', ranges, 10, 50, 'rollback', 'bad'],
    ['ranges: 0.5 % errors, at the end', ranges, minutes, 5, 'promote', 'good'],
    ['conditions: 5 % errors', conditions, 10, 50, 'rollback', 'bad'],
    ['conditions: 0.5 % errors', conditions, 10, 5, 'continue', 'good'],
    ['conditions: 0.5 % errors, at the end', conditions, minutes, 5, 'promote', 'good'],
  ])('%s', (_name, block, length, errors, decision, verdict) => {
    const { decision: found, metrics, reasons } = decide(block, side(length, errors), side(length, 5));
    expect(found).toBe(decision);
    expect(metrics).toMatchObject([{ metric: 'error-ratio', verdict, evidence: null }]);
    expect(metrics[0]?.canary).toBeCloseTo((errors + ((length - 1) % 3)) / 1000, 12);
    expect(reasons.length).toBeGreaterThan(0);
  });

  test('a state of the data that holds a promotion up is not overruled by a score or a threshold', () => {
    const idle = side(minutes, 0).map(() => ({ requests: 2, errors: 0 }));
    for (const block of [ranks, ranges, conditions]) {
      const { decision, reasons } = decide({ ...block, metrics: ['error-ratio'] }, idle, side(minutes, 0));
      expect(decision).toBe('inconclusive');
      expect(reasons.map(({ code }) => code)).toContain('too-few-requests');
    }
  });

  test('traffic that stops half-way ends inconclusive, whatever was seen before', () => {
    const stopped = [
      ...side(minutes / 2, 5),
      ...Array.from({ length: minutes / 2 }, () => ({ requests: 0, errors: 0 })),
    ];
    for (const block of [ranks, ranges, conditions]) {
      expect(decide(block, stopped, side(minutes, 5)).decision).toBe('inconclusive');
    }
  });

  test('periods of a warm-up that the policy names do not count', () => {
    const bad = [...side(2, 50), ...side(minutes - 2, 5)];
    for (const block of [ranges, conditions]) {
      const strict = {
        ...block,
        ...(block === ranges ? { thresholds: { ...ranges.thresholds, failedChecks: 1 } } : {}),
      };
      expect(decide(strict, bad, side(minutes, 5)).decision).toBe('rollback');
      expect(decide({ ...strict, warmup: 2 }, bad, side(minutes, 5)).decision).toBe('promote');
    }
  });

  test('thresholds do not need a baseline, ranks do', () => {
    expect(decide(ranges, side(minutes, 5), []).decision).toBe('promote');
    expect(decide(ranks, side(minutes, 5), []).decision).toBe('inconclusive');
  });

  test('an absolute limit of the policy ends the watch under any judge', () => {
    const block = { ...ranks, metrics: [{ 'error-ratio': { limit: 0.1 } }] };
    const { decision, reasons } = decide(block, side(3, 400), side(3, 400));
    expect(decision).toBe('rollback');
    expect(reasons.map(({ code }) => code)).toContain('error-limit');
  });
});

describe('the choice of a judge', () => {
  test.each<[string, object, RegExp]>([
    [
      'a judge without its settings',
      { judge: 'mann-whitney' },
      /mannWhitney: judge: mann-whitney needs its settings; safety-gate import/,
    ],
    [
      'settings of another judge',
      { thresholds: ranges.thresholds },
      /thresholds: judge is evidence, so it has no effect; write judge: thresholds/,
    ],
    [
      'a metric that is not asked',
      { ...ranks, metrics: ['latency-p99'] },
      /mannWhitney: "error-ratio" is none of canary\.metrics: latency-p99/,
    ],
    [
      'a metric that both versions share',
      { judge: 'mann-whitney', mannWhitney: { metrics: [{ metric: 'cpu', groups: ['g'] }] }, metrics: ['cpu'] },
      /"cpu" is one number for both versions/,
    ],
    [
      'a metric that is never bad',
      {
        judge: 'thresholds',
        thresholds: { ranges: [{ metric: 'request-count', max: 1 }] },
        metrics: ['request-count', 'error-ratio'],
      },
      /"request-count" is shown and never bad/,
    ],
    ['a judge that nobody knows', { judge: 'kayenta' }, /judge: .*evidence/],
  ])('%s is refused', (_name, block, message) => {
    const { error } = canaryPolicy.safeParse(block);
    expect(error?.issues.map(({ path, message: text }) => `${path.join('.')}: ${text}`).join('\n')).toMatch(message);
  });

  test('a metric of your own needs no limit where another judge judges it', () => {
    const own = { name: 'pool', metric: { namespace: 'App', metricName: 'Pool', stat: 'Maximum' } };
    const block = { judge: 'thresholds', thresholds: { ranges: [{ metric: 'pool', max: 90 }] }, metrics: [own] };
    expect(canaryPolicy.safeParse(block).error?.issues ?? []).toEqual([]);
    expect(canaryPolicy.safeParse({ metrics: [own] }).success).toBe(false);
  });

  test('a policy survives being stored with its watch', () => {
    for (const block of [ranks, ranges, conditions]) {
      const policy = canaryPolicy.parse({ settle: '0s', ...block });
      const stored = JSON.parse(JSON.stringify(policy));
      const look = [observed({ canary: side(10, 50), baseline: side(10, 5) })];
      expect(judge(stored, span, look)).toEqual(judge(policy, span, look));
    }
  });

  test('the JSON Schema of the configuration has the judges and their settings', () => {
    const schema = JSON.stringify(configJsonSchema());
    for (const word of ['mann-whitney', 'thresholds', 'groupWeights', 'failureCondition', 'complement-percent']) {
      expect(schema).toContain(word);
    }
  });
});
