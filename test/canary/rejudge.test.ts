import { describe, expect, test } from '@jest/globals';
import { conclude } from '../../src/canary/conclude.ts';
import type { Observation, Surroundings } from '../../src/canary/observation.ts';
import { canaryPolicy } from '../../src/canary/policy.ts';
import { rejudge } from '../../src/canary/rejudge.ts';
import type { StoredWatch } from '../../src/canary/store.ts';
import { at, observed } from '../support/observations.ts';

const policy = canaryPolicy.parse({ settle: '0s', duration: '6m', metrics: ['error-ratio'] });
const surroundings: Surroundings = { endsAt: at(6), override: null, alarms: [], ended: null };
const history = Array.from({ length: 30 }, (_, n) => ({ requests: 900, errors: 4 + (n % 3) }));

/** A watch as the store gives it back, with a look a minute, judged then as the judge does now. */
function watched(errors: readonly number[], over: Partial<Surroundings> = {}): StoredWatch {
  const observations: Observation[] = errors.map((_, n) => {
    const seen = errors.slice(0, n + 1);
    const canary = seen.map((one) => ({ requests: 100, errors: one }));
    const baseline = seen.map(() => ({ requests: 900, errors: 5 }));
    return observed({ canary, baseline, history }, { surroundings: { ...surroundings, ...over } });
  });
  const looks = observations.map((observation, n) => ({
    observation,
    decision: conclude(policy, at(0), observations.slice(0, n + 1)).decision,
  }));
  const stored = { id: 'watch_1', deploymentId: 'd-1', service: 'payments', policy, status: 'decided', looks };
  const more = { decision: null, reasons: [], startedAt: at(0), endsAt: at(6), decidedAt: null };
  return reordered(JSON.parse(JSON.stringify({ ...stored, ...more }))) as StoredWatch;
}

/** The store's jsonb keeps no order of keys. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reordered(inner)]),
  );
}

describe('a watch judged again', () => {
  test.each<[string, readonly number[], Partial<Surroundings>, string]>([
    ['healthy', [0, 1, 0, 1, 0, 1], {}, 'promote'],
    ['failing from its third minute on', [0, 1, 45], {}, 'rollback'],
    ['ended by an alarm', [0, 1], { alarms: [{ code: 'alarm-in-alarm', text: 'red' }] }, 'rollback'],
    ['ended by an operator', [0, 1], { override: 'pass' }, 'continue'],
  ])('that was %s gives the same answer at each look, to the last digit', (_name, errors, over, decision) => {
    const result = rejudge(watched(errors, over), true);
    if (result.outcome === 'impossible') throw new Error(result.why);
    expect(result.outcome).toBe('same');
    expect(result.looks.map(({ look, identical }) => [look, identical])).toEqual(errors.map((_, n) => [n + 1, true]));
    expect(result.looks.at(-1)?.again.decision).toBe(decision);
  });

  test('is judged at its newest look alone, unless all are asked for', () => {
    const result = rejudge(watched([0, 1, 45]), false);
    expect(result.outcome !== 'impossible' && result.looks.map(({ look }) => look)).toEqual([3]);
  });

  test('with another number gives another answer, and says which look and what then', () => {
    const watch = watched([0, 1, 45]);
    const looks = watch.looks.map(({ observation, decision }) => {
      const points = observation.points.map((point) => (point.value === 45 ? { ...point, value: 1 } : point));
      return { observation: { ...observation, points }, decision };
    });
    expect(rejudge({ ...watch, looks }, true)).toMatchObject({
      outcome: 'different',
      looks: [{ same: true }, { same: true }, { same: false, stored: { decision: 'rollback' } }],
    });
  });

  test.each<[string, Partial<StoredWatch>, RegExp]>([
    ['without a stored policy', { policy: null }, /kept no policy/],
    ['without a look', { looks: [] }, /no look yet/],
  ])('%s cannot be', (_name, over, why) => {
    expect(rejudge({ ...watched([0]), ...over }, false)).toMatchObject({
      outcome: 'impossible',
      why: expect.stringMatching(why),
    });
  });
});
