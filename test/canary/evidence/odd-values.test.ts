import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { GaugeSeries } from '../../../src/canary/comparison.ts';
import type { Evidence } from '../../../src/canary/evidence/evidence.ts';
import { createMeasuredWatcher } from '../../../src/canary/evidence/measured.ts';
import { normal, seeded } from '../../support/random.ts';

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

  test.each(['gauge', 'latency'] as const)('a %s with 20,000 periods of history is judged by the newest', (kind) => {
    const random = seeded(4);
    const noisy = (level: number, length: number) =>
      Array.from({ length }, () => level * Math.exp(0.1 * normal(random)));
    const newest = noisy(40, 240);
    const [canary, baseline] = [noisy(80, 20), noisy(40, 20)];
    const seen = watch(kind, [...noisy(700, 20_000), ...newest], canary, baseline);
    expect(seen).toEqual(watch(kind, newest, canary, baseline));
    expect(seen.at(-1)?.harm).toBeGreaterThan(Math.log(100));
  });

  test('a canary of 3000 periods after a history of outliers stays a number', () => {
    const random = seeded(5);
    const values = (length: number) =>
      Array.from({ length }, () => (random() < 0.1 ? 1e300 * random() : 40 + normal(random)));
    for (const { harm, safety, slack } of watch('gauge', values(3000), values(3000), values(3000))) {
      expect([harm, safety, slack].every(Number.isFinite)).toBe(true);
    }
  });

  test.each([Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE])('%d is far out, and no more', (value) => {
    const history = Array.from({ length: 60 }, (_, at) => (at % 7 === 0 ? value : 40 + (at % 5)));
    for (const kind of ['gauge', 'latency'] as const) {
      for (const { harm, safety, slack, effect } of watch(kind, history, constant(value), constant(42))) {
        expect([harm, safety, slack, effect?.lower, effect?.upper].every(Number.isFinite)).toBe(true);
      }
      expect(watch(kind, constant(value, 60), constant(value), constant(value)).at(-1)?.harm).toBeLessThan(0);
    }
  });

  test('whatever comes, evidence is a number and the interval has its ends in order', () => {
    const anyValue = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e308, max: 1e308 }));
    const anyValues = fc.array(anyValue, { maxLength: 25 });
    fc.assert(
      fc.property(
        anyValues,
        anyValues,
        anyValues,
        fc.constantFrom('gauge', 'latency'),
        (history, canary, baseline, kind) => {
          for (const { harm, safety, slack, effect } of watch(kind, history, canary, baseline)) {
            expect(Number.isNaN(slack)).toBe(false);
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
