import { describe, expect, test } from '@jest/globals';
import type { LatencySeries } from '../../../src/canary/comparison.ts';
import type { Evidence } from '../../../src/canary/evidence/evidence.ts';
import { createMeasuredWatcher } from '../../../src/canary/evidence/measured.ts';
import { normal, seeded } from '../../support/random.ts';

const settings = { alpha: 0.01, warmup: 0, size: 1.5, plannedPeriods: 60 };
const even = { canary: 1, baseline: 1 };

function latencies(seed: number, length: number, factor = 1): number[] {
  const random = seeded(seed);
  return Array.from({ length }, () => 0.2 * factor * Math.exp(0.1 * normal(random)));
}

function series(history: readonly (number | null)[]): LatencySeries {
  const nothing = { canary: [], baseline: [] };
  const shape = { kind: 'latency', direction: 'increase', main: true, shared: false } as const;
  return { name: 'p95', ...shape, ...nothing, history, parts: [], exposure: nothing, hosts: null };
}

/** All evidence, period by period. */
function watch(
  canary: readonly (number | null)[],
  baseline: readonly (number | null)[],
  changes: Partial<LatencySeries & typeof settings> = {},
): readonly Evidence[] {
  const watcher = createMeasuredWatcher({ ...series(latencies(1, 120)), ...changes }, { ...settings, ...changes });
  return canary.map((value, at) => watcher.observe(value, baseline[at] ?? null, even));
}

describe('a latency beside its baseline', () => {
  test('that stays the same gives no evidence of harm, and shows that it is safe', () => {
    const last = watch(latencies(2, 60), latencies(3, 60)).at(-1);
    expect(last?.harm).toBeLessThan(0);
    expect(last?.safety).toBeGreaterThan(Math.log(1000));
    expect(last?.effect?.lower).toBeLessThan(1);
    expect(last?.effect?.upper).toBeGreaterThan(1);
    expect(last?.periods).toBe(60);
  });

  test('75 times as slow is found at its first period', () => {
    expect(watch(latencies(2, 1, 75), latencies(3, 1))[0]?.harm).toBeGreaterThan(Math.log(200));
  });

  test('doubled is measured: the interval holds the factor and not one', () => {
    const last = watch(latencies(2, 60, 2), latencies(3, 60)).at(-1);
    expect(last?.effect?.lower).toBeGreaterThan(1.7);
    expect(last?.effect?.upper).toBeLessThan(2.3);
    expect(last?.safety).toBeLessThan(0);
  });

  test('that gets worse half-way is found as well', () => {
    const canary = [...latencies(2, 30), ...latencies(4, 30, 2)];
    const found = watch(canary, latencies(3, 60)).findIndex(({ harm }) => harm > Math.log(200));
    expect(found).toBeGreaterThanOrEqual(30);
    expect(found).toBeLessThan(36);
  });

  test('that halves is worse only where less is worse', () => {
    const halved = latencies(2, 20, 0.5);
    expect(watch(halved, latencies(3, 20)).at(-1)?.harm).toBeLessThan(0);
    expect(watch(halved, latencies(3, 20), { direction: 'decrease' }).at(-1)?.harm).toBeGreaterThan(Math.log(200));
    expect(watch(halved, latencies(3, 20), { direction: 'either' }).at(-1)?.harm).toBeGreaterThan(Math.log(200));
  });
});

describe('periods that do not count', () => {
  test('are named, and leave the evidence as it was', () => {
    const states = watch([0.2, null, 0.2, null, 0.2], [0.2, 0.2, null, null, 0.2]);
    expect(states.map(({ state }) => state)).toEqual([
      'judged',
      'canary-missing',
      'baseline-missing',
      'no-data',
      'judged',
    ]);
    expect(states.map(({ periods }) => periods)).toEqual([1, 1, 1, 1, 2]);
    expect(states[3]?.harm).toBe(states[0]?.harm);
  });

  test('a warm-up that is slow is not held against the canary', () => {
    const canary = [...latencies(2, 3, 20), ...latencies(4, 20)];
    const states = watch(canary, latencies(3, 23), { warmup: 3 });
    expect(states.slice(0, 4).map(({ state }) => state)).toEqual(['warming-up', 'warming-up', 'warming-up', 'judged']);
    expect(states[2]?.harm).toBe(Number.NEGATIVE_INFINITY);
    expect(Math.max(...states.map(({ harm }) => harm))).toBeLessThan(1);
  });
});
