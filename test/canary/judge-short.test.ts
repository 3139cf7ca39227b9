import { describe, expect, test } from '@jest/globals';
import { judge } from '../../src/canary/judge.ts';
import { canaryPolicy } from '../../src/canary/policy.ts';
import { at, type Minute, observed } from '../support/observations.ts';

const healthy = { requests: 70, 'latency-p95': 0.2 };
const slow = { ...healthy, 'latency-p95': 1.1 };
const baseline = { requests: 630, 'latency-p95': 0.2 };
const history = Array.from({ length: 60 }, (_, n) => ({ requests: 630, 'latency-p95': 0.2 + 0.004 * (n % 4) }));

/** A watch of two minutes and its settling, of whose periods the given ones have been seen. */
function outcome(seen: readonly Minute[], settings: object) {
  const policy = canaryPolicy.parse({ settle: '1m', duration: '2m', metrics: [{ 'latency-p95': settings }] });
  const end = at(3);
  const look = observed({ canary: seen, baseline: seen.map(() => baseline), history }, { fetchedAt: end });
  return judge(policy, { startedAt: at(0), endsAt: end }, [look]);
}

describe('a watch of two periods', () => {
  test.each<[string, readonly Minute[], object, string, string]>([
    ['slow in both', [slow, slow], {}, 'rollback', 'slower-than-baseline'],
    [
      'beyond the limit in half of them',
      [healthy, { ...healthy, 'latency-p95': 0.21 }],
      { limit: 0.205 },
      'rollback',
      'gauge-limit',
    ],
    ['as fast as the baseline', [healthy, healthy], {}, 'promote', 'gauge-good'],
    ['without a value', [{ requests: 70, 'latency-p95': null }], {}, 'inconclusive', 'too-few-samples'],
  ])('%s', (_name, seen, settings, decision, code) => {
    const found = outcome(seen, settings);
    expect([found.decision, found.reasons[0]?.code]).toEqual([decision, code]);
  });
});
