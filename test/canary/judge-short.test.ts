import { describe, expect, test } from '@jest/globals';
import { judge } from '../../src/canary/judge.ts';
import { canaryPolicy } from '../../src/canary/policy.ts';
import { at, type Minute, observed } from '../support/observations.ts';

const healthy = { requests: 70, 'latency-p95': 0.2 };
const slow = { ...healthy, 'latency-p95': 1.1 };
const baseline = { requests: 630, 'latency-p95': 0.2, 'latency-p99': 0.2 };

/** A watch of so many minutes and its settling, of whose periods the given ones have been seen. */
function outcome(minutes: number, settleMinutes: number, seen: readonly Minute[], metric: unknown) {
  const duration = `${minutes}m`;
  const policy = canaryPolicy.parse({ settle: `${settleMinutes}m`, duration, metrics: [metric] });
  const end = at(minutes + settleMinutes);
  const look = observed({ canary: seen, baseline: seen.map(() => baseline) }, { fetchedAt: end });
  return judge(policy, { startedAt: at(0), endsAt: end }, [look]);
}

describe('a watch too short for minimumSamples asks for no more periods to call a gauge bad than to call it good', () => {
  test.each<[string, readonly Minute[], object, string, string]>([
    ['slow in both periods', [slow, slow], {}, 'rollback', 'gauge-worse'],
    ['slow in the only period of 700 requests', [{ ...slow, requests: 700 }], {}, 'rollback', 'gauge-worse'],
    ['slow in one of two periods of 70', [healthy, slow], {}, 'promote', 'gauge-good'],
    ['beyond the limit', [healthy, { ...healthy, 'latency-p95': 0.21 }], { limit: 0.205 }, 'rollback', 'gauge-limit'],
    ['as fast as the baseline', [healthy, healthy], {}, 'promote', 'gauge-good'],
    ['without a value', [{ requests: 70, 'latency-p95': null }], {}, 'inconclusive', 'too-few-samples'],
  ])('%s', (_name, seen, settings, decision, code) => {
    const found = outcome(2, 1, seen, { 'latency-p95': settings });
    expect([found.decision, found.reasons.at(-1)?.code]).toEqual([decision, code]);
  });

  test('a percentile of few requests is bad when all that the watch can have is slow', () => {
    const seen = Array.from({ length: 5 }, () => ({ requests: 70, 'latency-p99': 0.5 }));
    expect(outcome(5, 2, seen, 'latency-p99').reasons[0]).toMatchObject({
      code: 'gauge-worse',
      values: seen.map(() => 0.5),
    });
  });
});
