import { describe, expect, test } from '@jest/globals';
import { greatSafety } from '../../../src/canary/evidence/great-size.ts';

const next = (events: number, total: number) => ({ events, total });

describe('safety from a great rise', () => {
  test.each([
    ['none of 400, where a tenth is asked about, is safe', 0, 400, 165, 4, 7],
    ['nothing is said of a rise that is not great', 0, 400, 2, 0, 0],
    ['as many as the rise would bring are not safe', 45, 400, 165, 0, 0],
    ['half as many are little safer', 20, 400, 165, 0.1, 2],
  ])('%s', (_name, events, total, size, least, most) => {
    const sums = { canary: next(events, total), baseline: next(2, 3600) };
    const safety = greatSafety(sums, Math.log(size), true);
    expect(safety).toBeGreaterThanOrEqual(least);
    expect(safety).toBeLessThanOrEqual(most);
  });

  test('is no more than the Poisson tail would allow', () => {
    const sums = { canary: next(0, 100), baseline: next(1, 999) };
    // P(K = 0) = e^-m with m = 100 x 0.0015 x 10 / (1 + 0.015 - 0.0015)
    expect(greatSafety(sums, Math.log(10), false)).toBeLessThan(1.5);
  });
});
