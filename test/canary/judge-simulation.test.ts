import { describe, expect, test } from '@jest/globals';
import { playWatches, type Traffic } from '../support/watches.ts';

// bench/judge.ts plays more watches and prints the table of docs/canary.md; here the promise is held with few.
const caseStudy: Traffic = { requestsPerMinute: 700, share: 0.1, errorRatio: 0.005, factor: 1 };

describe('the judge over whole watches, with a look each minute', () => {
  test.each<[string, Partial<Traffic>]>([
    ['at the case study’s traffic', {}],
    ['with half of the traffic', { share: 0.5 }],
    ['with much traffic', { requestsPerMinute: 20_000, share: 0.05 }],
  ])('rolls hardly any healthy release back %s', (_name, over) => {
    const ends = playWatches(100, { ...caseStudy, ...over }, 41);
    // The budget is 1 %: more than 4 of 100 would be seen by chance once in 300 runs, and the seed is fixed.
    expect(ends.filter((end) => end !== null).length).toBeLessThanOrEqual(4);
  });

  test('finds 45 % of payments failing at the first look, always', () => {
    const ends = playWatches(50, { ...caseStudy, factor: 90 }, 42);
    expect(ends.every((end) => end !== null && end <= 2)).toBe(true);
  });
});
