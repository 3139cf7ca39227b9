import { describe, expect, test } from '@jest/globals';
import type { GaugeSeries } from '../../../src/canary/comparison.ts';
import { createSharedWatcher, type SharedEvidence } from '../../../src/canary/evidence/shared.ts';
import { normal, seeded } from '../../support/random.ts';

const settings = { alpha: 0.01, warmup: 0, size: 1.5, plannedPeriods: 60 };

/** A database's connections: around 40, with an AR(1) of memory 0.8. */
function connections(seed: number, length: number, factor = 1): number[] {
  const random = seeded(seed);
  let drift = 0;
  return Array.from({ length }, () => {
    drift = 0.8 * drift + 3 * normal(random);
    return factor * (40 + drift + normal(random));
  });
}

function watch(values: readonly (number | null)[], seed = 1, warmup = 0): readonly SharedEvidence[] {
  const shape = { kind: 'gauge', direction: 'increase', main: false, shared: true } as const;
  const nothing = { canary: [], baseline: [] };
  const history = connections(seed, 120);
  const series: GaugeSeries = {
    name: 'connections',
    ...shape,
    ...nothing,
    history,
    parts: [],
    exposure: nothing,
    hosts: null,
  };
  const watcher = createSharedWatcher(series, { ...settings, warmup });
  return values.map((value) => watcher.observe(value, value, { canary: 1, baseline: 1 }));
}

describe('a resource that both versions share', () => {
  test('that triples is ill, and still condemns nobody', () => {
    const seen = watch(connections(2, 30, 3));
    expect(seen.at(-1)).toMatchObject({ isIll: true, harm: Number.NEGATIVE_INFINITY });
    expect(seen.at(-1)?.safety).toBeLessThan(0);
    expect(seen.findIndex(({ isIll }) => isIll)).toBeLessThan(5);
  });

  test('that goes on as before holds no promotion up', () => {
    const ill = Array.from({ length: 40 }, (_, at) => watch(connections(100 + at, 60), 300 + at).at(-1)?.isIll);
    expect(ill.filter(Boolean).length).toBeLessThanOrEqual(2);
    expect(watch(connections(5, 60)).at(-1)?.safety).toBe(Number.POSITIVE_INFINITY);
  });

  test('of which nothing is known is not called well', () => {
    const seen = watch([null, null]);
    expect(seen.at(-1)).toMatchObject({ state: 'no-data', periods: 0, safety: 0, isIll: false });
  });

  test('takes the other side where the canary reports nothing, and leaves the warm-up out', () => {
    const seen = watch([120, 40], 1, 1);
    expect(seen.map(({ state }) => state)).toEqual(['warming-up', 'judged']);
    expect(seen.at(-1)?.isIll).toBe(false);
  });
});
