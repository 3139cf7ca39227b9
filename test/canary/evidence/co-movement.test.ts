import { describe, expect, test } from '@jest/globals';
import { driftFollowing } from '../../../src/canary/evidence/co-movement.ts';
import { normal, seeded } from '../../support/random.ts';

/** An AR(1) of memory 0.9 and standard deviation 0.15. */
function drift(random: () => number): number[] {
  let state = 0;
  return Array.from({ length: 120 }, () => {
    state = 0.9 * state + 0.15 * Math.sqrt(1 - 0.81) * normal(random);
    return state;
  });
}

function noisy(random: () => number, drifts: readonly number[], level: number): number[] {
  return drifts.map((one) => level + one + 0.03 * normal(random));
}

function sharedPrior(parts: readonly (readonly (number | null)[])[]): number {
  return driftFollowing(parts, true).reduce((sum, { follow, prior }) => sum + (follow === 1 ? prior : 0), 0);
}

describe('parallel slices of the past', () => {
  test('that move together make shared drift likely, at whatever level each is', () => {
    const random = seeded(1);
    const drifts = drift(random);
    expect(
      sharedPrior([noisy(random, drifts, 0), noisy(random, drifts, 2), noisy(random, drifts, -1)]),
    ).toBeGreaterThan(0.95);
  });

  test('that move on their own make it unlikely', () => {
    const random = seeded(2);
    expect(sharedPrior([noisy(random, drift(random), 0), noisy(random, drift(random), 0)])).toBeLessThan(0.1);
  });

  test('say nothing where there is one only, or where all is missing', () => {
    const random = seeded(3);
    const before = sharedPrior([]);
    expect(sharedPrior([drift(random)])).toBe(before);
    const missing = Array.from({ length: 120 }, () => null);
    expect(sharedPrior([missing, missing])).toBeCloseTo(before, 6);
  });

  test('leave probabilities that sum to one', () => {
    const random = seeded(4);
    const followings = driftFollowing([drift(random), drift(random)], true);
    expect(followings.reduce((sum, { prior }) => sum + prior, 0)).toBeCloseTo(1, 12);
  });
});
