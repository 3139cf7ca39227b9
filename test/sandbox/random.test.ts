import { describe, expect, test } from '@jest/globals';
import { binomial, fork, normal, seededRandom } from '../../src/sandbox/random.ts';

function moments(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

describe('the seeded generator', () => {
  test('gives the same numbers for the same seed, in [0, 1)', () => {
    const draw = (seed: number) => Array.from({ length: 1000 }, seededRandom(seed));
    expect(draw(5)).toEqual(draw(5));
    expect(draw(6)).not.toEqual(draw(5));
    expect(draw(5).every((value) => value >= 0 && value < 1)).toBe(true);
  });

  test('is uniform: mean 1/2, deviation 1/sqrt(12)', () => {
    const { mean, deviation } = moments(Array.from({ length: 20_000 }, seededRandom(1)));
    expect(mean).toBeCloseTo(0.5, 2);
    expect(deviation).toBeCloseTo(1 / Math.sqrt(12), 2);
  });

  test('forks into a stream that what follows does not change', () => {
    const random = seededRandom(1);
    const forked = fork(random);
    const first = forked();
    random();
    const again = fork(seededRandom(1));
    expect([again(), again()]).toEqual([first, forked()]);
  });
});

test('the normal draw has mean 0 and deviation 1', () => {
  const random = seededRandom(2);
  const { mean, deviation } = moments(Array.from({ length: 20_000 }, () => normal(random)));
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(deviation).toBeCloseTo(1, 1);
});

// Mean n*p, deviation sqrt(n*p*(1-p)), by counting and, above 2,000 trials, by approximation.
test.each([
  [100, 0.3],
  [1500, 0.02],
  [5000, 0.1],
  [50_000, 0.5],
])('the binomial draw of %d trials at %d has its mean and deviation', (trials, probability) => {
  const random = seededRandom(3);
  const drawn = Array.from({ length: 1000 }, () => binomial(random, trials, probability));
  const { mean, deviation } = moments(drawn);
  const expected = Math.sqrt(trials * probability * (1 - probability));
  expect(Math.abs(mean - trials * probability)).toBeLessThan(0.1 * expected);
  expect(deviation / expected).toBeGreaterThan(0.9);
  expect(deviation / expected).toBeLessThan(1.1);
  expect(drawn.every((value) => Number.isInteger(value) && value >= 0 && value <= trials)).toBe(true);
});

test.each([
  [0, 0.5, 0],
  [10, 0, 0],
  [10, 1, 10],
])('the binomial draw of %d trials at %d is %d', (trials, probability, result) => {
  expect(binomial(seededRandom(4), trials, probability)).toBe(result);
});
