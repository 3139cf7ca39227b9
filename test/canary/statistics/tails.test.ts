import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { binomialUpperTail } from '../../../src/canary/statistics/binomial.ts';
import { median } from '../../../src/canary/statistics/median.ts';

interface Vectors {
  readonly binomial: readonly Record<'successes' | 'trials' | 'probability' | 'p', number>[];
}

const vectors: Vectors = JSON.parse(readFileSync('test/vectors/tails.json', 'utf8'));

/** Equal to eight digits: the logarithms that cancel are some 1e7 large in a double. */
function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(expected * 1e-8);
}

describe('exact tails, against SciPy', () => {
  test.each(vectors.binomial)('binomial %j', ({ successes, trials, probability, p }) => {
    expectClose(binomialUpperTail(successes, trials, probability), p);
  });

  test('far below what is expected, the tail is everything and not an underflow', () => {
    expect(binomialUpperTail(1, 1_000_000, 0.5)).toBe(1);
  });

  test.each([
    [[], undefined],
    [[3], 3],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
  ])('median of %j', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});
