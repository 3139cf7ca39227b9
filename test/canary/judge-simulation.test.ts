import { describe, expect, test } from '@jest/globals';
import { playWatches, type Traffic } from '../support/watches.ts';

// bench/judge plays many more canaries against the judge's core; here the promise is held for the live judge, with few.
const caseStudy: Traffic = { requestsPerMinute: 700, share: 0.1, errorRatio: 0.005, factor: 1 };

describe('the live judge over whole watches', () => {
  test.each<[string, Partial<Traffic>]>([
    ['at the case study’s traffic', {}],
    ['with half of the traffic', { share: 0.5 }],
    ['with much traffic', { requestsPerMinute: 20_000, share: 0.05 }],
  ])('rolls hardly any healthy release back %s', (_name, over) => {
    const ends = playWatches(40, { ...caseStudy, ...over }, 41);
    // The budget is 1 %: more than 2 of 40 would be seen by chance once in 130 runs, and the seed is fixed.
    expect(ends.filter((end) => end !== null).length).toBeLessThanOrEqual(2);
  });

  test('finds 45 % of payments failing at the first look, always', () => {
    const ends = playWatches(30, { ...caseStudy, factor: 90 }, 42);
    expect(ends.every((end) => end !== null && end <= 2)).toBe(true);
  });
});
