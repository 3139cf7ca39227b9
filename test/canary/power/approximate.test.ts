import { describe, expect, test } from '@jest/globals';
import { judgeComparison } from '../../../src/canary/judge-comparison.ts';
import { detectableFactor, type Prospect, periodsToFind, shareToFind } from '../../../src/canary/power/approximate.ts';
import { historyMinutes, playCanary } from '../../../src/canary/power/planned-canary.ts';
import { powerWarning } from '../../../src/canary/power/power-warning.ts';
import { streamOf } from '../../../src/canary/simulation/random.ts';

const caseStudy: Prospect = {
  requestsPerPeriod: 700,
  errorRatio: 0.005,
  share: 0.05,
  periods: 60,
  historyPeriods: historyMinutes,
  alpha: 0.01,
  dispersion: 1,
};

describe('the formula for what is found with 95 %', () => {
  test.each<[Partial<Prospect>]>([
    [{ requestsPerPeriod: 20_000, periods: 30 }],
    [{ share: 0.1, errorRatio: 0.05, periods: 10 }],
  ])('agrees with played canaries within a quarter of the factor: %j', (over) => {
    const prospect = { ...caseStudy, ...over };
    const factor = detectableFactor(prospect) ?? Number.NaN;
    const { requestsPerPeriod: requestsPerMinute, errorRatio, share, periods: minutes, alpha } = prospect;
    const traffic = { source: 'rates', requestsPerMinute, errorRatio } as const;
    const planned = { traffic, share, minutes, alpha, metrics: 1, increase: 2 };
    const found = (times: number) => {
      const verdicts = Array.from({ length: 20 }, (_, run) =>
        judgeComparison(playCanary(planned, factor * times, streamOf('formula', run))),
      );
      return verdicts.filter(({ verdict }) => verdict === 'rollback').length / 20;
    };
    expect(found(1.25)).toBeGreaterThanOrEqual(0.95);
    expect(found(1 / 1.25)).toBeLessThan(0.95);
  });

  test('asks for more of everything that is less', () => {
    const factor = detectableFactor(caseStudy) ?? 0;
    const harder: readonly Partial<Prospect>[] = [
      { requestsPerPeriod: 350 },
      { share: 0.02 },
      { periods: 30 },
      { alpha: 0.001 },
      { dispersion: 3 },
      { historyPeriods: 0 },
    ];
    for (const over of harder) expect(detectableFactor({ ...caseStudy, ...over })).toBeGreaterThan(factor);
  });

  test('turned round gives the periods and the share that a factor takes', () => {
    const periods = periodsToFind(caseStudy, 2) ?? 0;
    expect(detectableFactor({ ...caseStudy, periods })).toBeLessThanOrEqual(2);
    expect(detectableFactor({ ...caseStudy, periods: periods - 2 })).toBeGreaterThan(2);
    const share = shareToFind(caseStudy, 2) ?? 0;
    expect(detectableFactor({ ...caseStudy, share })).toBeCloseTo(2, 3);
  });

  test('says when nothing is enough', () => {
    expect(detectableFactor({ ...caseStudy, requestsPerPeriod: 1, periods: 2 })).toBeNull();
    expect(detectableFactor({ ...caseStudy, errorRatio: 0 })).toBeNull();
    expect(shareToFind({ ...caseStudy, requestsPerPeriod: 10 }, 1.1)).toBeNull();
  });
});

describe('the warning at a canary that is too small', () => {
  test('names what it finds, what the policy wants, and what it would take', () => {
    const warning = powerWarning(caseStudy, 2);
    expect(warning).toMatchObject({ code: 'underpowered', increase: 2 });
    expect(warning?.detectable).toBeGreaterThan(2.5);
    expect(warning?.periodsNeeded).toBeGreaterThan(100);
    expect(warning?.shareNeeded).toBeGreaterThan(0.1);
    expect(warning?.text).toMatch(
      /^a canary of 5 % of 700 requests a period, 0.5 % of them failing: .* or a share of /,
    );
  });

  test('is silent where the policy finds what it wants', () => {
    expect(powerWarning({ ...caseStudy, requestsPerPeriod: 20_000 }, 2)).toBeNull();
    expect(powerWarning(caseStudy, 5)).toBeNull();
  });

  test('takes no failure so far for rare failures, not for none', () => {
    expect(powerWarning({ ...caseStudy, errorRatio: 0 }, 2)?.detectable).toBeGreaterThan(5);
  });

  test('leaves a canary without traffic to those who say so', () => {
    expect(powerWarning({ ...caseStudy, requestsPerPeriod: 0 }, 2)).toBeNull();
    expect(powerWarning({ ...caseStudy, share: 0 }, 2)).toBeNull();
  });
});
