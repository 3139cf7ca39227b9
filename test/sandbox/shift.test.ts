import { describe, expect, test } from '@jest/globals';
import { greenWeight, type Shift, secondsOfNextStep } from '../../src/sandbox/model/shift.ts';

const canary: Shift = { kind: 'canary', percent: 10, seconds: 300 };
const linear: Shift = { kind: 'linear', percent: 40, seconds: 60 };
const atOnce: Shift = { kind: 'all-at-once' };

describe('traffic that moves', () => {
  test.each([
    [canary, 0, 10, 300],
    [canary, 299.9, 10, 300],
    [canary, 300, 100, null],
    [linear, 0, 40, 60],
    [linear, 60, 80, 120],
    [linear, 119, 80, 120],
    // Never beyond all of it: 3 steps of 40 % are 100 %.
    [linear, 120, 100, null],
    [atOnce, 0, 100, null],
  ])('%j after %d s: %d %%, next step at %s', (shift, seconds, weight, next) => {
    expect(greenWeight(shift, seconds)).toBe(weight);
    expect(secondsOfNextStep(shift, seconds)).toBe(next);
  });
});
