import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { GaugeSeries } from '../../../src/canary/comparison.ts';
import type { Evidence } from '../../../src/canary/evidence/evidence.ts';
import { createMeasuredWatcher } from '../../../src/canary/evidence/measured.ts';

const settings = { alpha: 0.01, warmup: 0, size: 1.5, plannedPeriods: 20 };

function watch(
  kind: 'gauge' | 'latency',
  history: readonly (number | null)[],
  canary: readonly (number | null)[],
  baseline: readonly (number | null)[],
): readonly Evidence[] {
  const nothing = { canary: [], baseline: [] };
  const shape = { direction: 'increase', main: true, shared: false, parts: [], hosts: null } as const;
  const series = { name: 'queue', kind, ...shape, ...nothing, exposure: nothing, history } as GaugeSeries;
  const watcher = createMeasuredWatcher(series, settings);
  return canary.map((value, at) => watcher.observe(value, baseline[at] ?? null, { canary: 1, baseline: 9 }));
}

function constant(value: number, length = 20): readonly number[] {
  return Array.from({ length }, () => value);
}

describe('odd values', () => {
  test.each([0, 5, -5, 1e12, 1e-12])('a gauge that is always %d is healthy', (value) => {
    const seen = watch('gauge', constant(value, 60), constant(value), constant(value));
    expect(Math.max(...seen.map(({ harm }) => harm))).toBeLessThan(0);
    expect(seen.at(-1)?.safety).toBeGreaterThan(Math.log(20));
  });

  test('a gauge below zero that rises is found', () => {
    const history = Array.from({ length: 60 }, (_, at) => -50 + (at % 5));
    const seen = watch('gauge', history, constant(-10), constant(-48));
    expect(seen.at(-1)?.harm).toBeGreaterThan(Math.log(100));
  });

  test('a latency of zero is fast, and no infinity', () => {
    const seen = watch('latency', constant(0.2, 60), constant(0), constant(0.2));
    expect(seen.at(-1)?.harm).toBeLessThan(0);
  });

  test('whatever comes, evidence is a number and the interval has its ends in order', () => {
    const anyValue = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }));
    const anyValues = fc.array(anyValue, { maxLength: 25 });
    fc.assert(
      fc.property(
        anyValues,
        anyValues,
        anyValues,
        fc.constantFrom('gauge', 'latency'),
        (history, canary, baseline, kind) => {
          for (const { harm, safety, effect } of watch(kind, history, canary, baseline)) {
            expect(Number.isNaN(harm)).toBe(false);
            expect(Number.isNaN(safety)).toBe(false);
            if (effect !== null) expect(effect.lower).toBeLessThanOrEqual(effect.upper);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
