import { describe, expect, test } from '@jest/globals';
import { judgeThresholds } from '../../../src/canary/thresholds/judge.ts';
import { thresholdSettings } from '../../../src/canary/thresholds/settings.ts';

type Values = readonly (number | null)[];

function judge(settings: object, canary: Readonly<Record<string, Values>>, ended = false) {
  const values = Object.entries(canary).map(([name, list]) => ({ name, canary: list, baseline: list.map(() => null) }));
  return judgeThresholds(thresholdSettings.parse(settings), values, ended);
}

function codes(verdict: { readonly reasons: readonly { readonly code: string }[] }): readonly string[] {
  return verdict.reasons.map(({ code }) => code);
}

describe("Flagger's ranges", () => {
  const ranges = [{ metric: 'errors', max: 0.01 }];

  test.each<[string, object, Values, boolean, string]>([
    ['the first failed check rolls back where one is enough', {}, [0, 0.02], false, 'rollback'],
    ['at the limit is within the range', {}, [0.01, 0.01], false, 'continue'],
    ['fewer failed checks than the limit do not', { failedChecks: 3 }, [0.02, 0, 0.02, 0], false, 'continue'],
    ['failed checks add up, in a row or not', { failedChecks: 3 }, [0.02, 0, 0.02, 0, 0.02], false, 'rollback'],
    ['a check is made once an interval', { every: 3 }, [0.02, 0.02, 0, 0.02, 0.02], false, 'continue'],
    ['at the end what was good is promoted', {}, [0, 0.005], true, 'promote'],
    [
      'a minimum counts as well',
      { ranges: [{ metric: 'errors', as: 'complement-percent', min: 99 }] },
      [0.02],
      false,
      'rollback',
    ],
    [
      'a window is averaged',
      { ranges: [{ metric: 'errors', max: 0.01, window: 4 }] },
      [0, 0, 0, 0.03],
      false,
      'continue',
    ],
  ])('%s', (_name, over, values, ended, decision) => {
    expect(judge({ ranges, ...over }, { errors: values }, ended).decision).toBe(decision);
  });

  test.each<[string, object, Values, string]>([
    ['flagger#1011: traffic that stops half-way does not go on to promotion', {}, [0, 0, null, null], 'no-value'],
    ['flagger#1035: an idle service is not promoted', {}, [null, null], 'no-value'],
    [
      'flagger#1689: no values at the beginning are no failed checks',
      { failedChecks: 2 },
      [null, null, null, 0],
      'too-few-values',
    ],
    ['nothing was checked', { every: 9 }, [0, 0], 'no-check'],
  ])('%s', (_name, over, values, code) => {
    expect(judge({ ranges, ...over }, { errors: values }).decision).toBe('continue');
    const verdict = judge({ ranges, ...over }, { errors: values }, true);
    expect(verdict.decision).toBe('inconclusive');
    expect(codes(verdict)).toContain(code);
  });

  test('flagger#1815: reasons name metric, value, limit and period', () => {
    const { reasons } = judge({ ranges: [{ metric: 'p99', as: 'milliseconds', max: 500 }] }, { p99: [0.2, 0.5001] });
    expect(reasons.map(({ text }) => text)).toEqual([
      '1 of 2 checks failed (limit 1)',
      'p99: 500.1 above max 500 in period 2',
    ]);
    const promoted = judge({ ranges: [{ metric: 'p99', max: 1 }] }, { p99: [0.2, 0.25] }, true);
    expect(promoted.reasons.at(-1)).toMatchObject({ text: 'p99: 0.25 at last, within max 1', value: 0.25 });
    expect(promoted.metrics).toEqual([{ metric: 'p99', name: 'p99', value: 0.25, state: 'good' }]);
  });

  test.each<[object, RegExp]>([
    [{}, /needs either ranges or conditions/],
    [{ ranges, conditions: [{ metric: 'm', successCondition: 'result < 1' }] }, /needs either/],
    [{ ranges: [{ metric: 'm' }] }, /"m" can never be out of range; write min, max or both/],
    [{ ranges: [{ metric: 'm', min: 2, max: 1 }] }, /min 2 is above max 1/],
    [{ ranges, failedCheck: 1 }, /unknown field "failedCheck"; accepted: ranges, failedChecks/],
    [{ conditions: [{ metric: 'm' }] }, /"m" has no condition, so it never fails/],
    [{ conditions: [{ metric: 'm', successCondition: 'result' }] }, /compare it/],
    [{ conditions: [{ metric: 'm', successCondition: 'result < 1', count: 3 }] }, /3 measurements need every/],
    [{ conditions: [{ metric: 'm', successCondition: 'result < 1', failureLimit: -1 }] }, /-1 switches failures off/],
    [{ conditions: [{ metric: 'm', successCondition: 'result < 1' }], failedChecks: 2 }, /belongs to ranges/],
    [
      { conditions: Array.from({ length: 2 }, () => ({ metric: 'm', successCondition: 'result < 1' })) },
      /"m" is there twice; give each a name/,
    ],
  ])('%j is refused', (settings, message) => {
    const { error } = thresholdSettings.safeParse(settings);
    expect(error?.issues.map((issue) => issue.message).join('\n')).toMatch(message);
  });
});

describe("Argo's conditions", () => {
  const good = { metric: 'errors', every: 1, successCondition: 'result[0] <= 0.05' };
  const grey = { ...good, failureCondition: 'result[0] > 0.10' };

  test.each<[string, object, Values, boolean, string, string]>([
    ['one failure is too many by default', good, [0.01, 0.06], false, 'rollback', 'measurements-failed'],
    [
      'failures up to the limit are not',
      { ...good, failureLimit: 2 },
      [0.06, 0.06, 0.01],
      false,
      'continue',
      'measurements-running',
    ],
    [
      'failures beyond it are',
      { ...good, failureLimit: 2 },
      [0.06, 0.01, 0.06, 0.06],
      false,
      'rollback',
      'measurements-failed',
    ],
    [
      'a measurement each interval',
      { ...good, every: 5 },
      [0.01, 0.9, 0.9, 0.9, 0.9, 0.02],
      false,
      'continue',
      'measurements-running',
    ],
    [
      'not before the delay is over',
      { ...good, initialDelay: 3 },
      [0.9, 0.9, 0.9, 0.01],
      false,
      'continue',
      'measurements-running',
    ],
    [
      'without an interval it is measured once',
      { metric: 'errors', successCondition: 'result[0] <= 0.05' },
      [0.01, 0.9],
      true,
      'promote',
      'measurements-successful',
    ],
    [
      'the count ends the measuring',
      { ...good, count: 2 },
      [0.01, 0.01, 0.9],
      true,
      'promote',
      'measurements-successful',
    ],
    [
      'a count that the watch has no time for is not a success',
      { ...good, count: 9 },
      [0.01, 0.01],
      true,
      'inconclusive',
      'measurements-running',
    ],
    [
      'between success and failure it is inconclusive',
      grey,
      [0.07],
      false,
      'inconclusive',
      'measurements-inconclusive',
    ],
    [
      'up to inconclusiveLimit it is not',
      { ...grey, inconclusiveLimit: 1 },
      [0.07, 0.01],
      false,
      'continue',
      'measurements-running',
    ],
    [
      'argo-rollouts#3850: what was inconclusive is not promoted later',
      grey,
      [0.07, 0.01, 0.01],
      true,
      'inconclusive',
      'measurements-inconclusive',
    ],
    [
      'only a failure condition: the rest succeeds',
      { metric: 'errors', every: 1, failureCondition: 'result > 0.1' },
      [0.07],
      true,
      'promote',
      'measurements-running',
    ],
    [
      'successes in a row are enough',
      { ...good, failureLimit: 5, consecutiveSuccessLimit: 2 },
      [0.9, 0.01, 0.01, 0.9],
      true,
      'promote',
      'measurements-successful',
    ],
    [
      'never enough in a row, failures switched off',
      { ...good, count: 3, failureLimit: -1, consecutiveSuccessLimit: 2 },
      [0.9, 0.01, 0.9],
      false,
      'rollback',
      'measurements-failed',
    ],
    [
      'argo-rollouts#1905: no traffic is no rollback',
      good,
      [0.01, null, null, null, null, null],
      false,
      'inconclusive',
      'measurements-error',
    ],
    [
      'up to consecutiveErrorLimit it waits',
      good,
      [0.01, null, null, null, null],
      false,
      'continue',
      'measurements-running',
    ],
    [
      'but is not promoted without a value at last',
      good,
      [0.01, null, null],
      true,
      'inconclusive',
      'measurements-running',
    ],
    [
      'no measurement at all is no success',
      { ...good, initialDelay: 9 },
      [0.01, 0.01],
      true,
      'inconclusive',
      'measurements-running',
    ],
    [
      'an error is asked again in the next period',
      { ...good, every: 4 },
      [null, 0.9],
      false,
      'rollback',
      'measurements-failed',
    ],
  ])('%s', (_name, condition, values, ended, decision, code) => {
    const verdict = judge({ conditions: [condition] }, { errors: values }, ended);
    expect(verdict.decision).toBe(decision);
    expect(codes(verdict)).toEqual([code]);
  });

  test('a metric that has failed rolls back whatever the others say, and the reason has value, limit and condition', () => {
    const conditions = [
      { ...grey, name: 'grey' },
      { ...good, name: 'strict', metric: 'other' },
    ];
    const verdict = judge({ conditions }, { errors: [0.07], other: [0.0512] });
    expect(verdict.decision).toBe('rollback');
    expect(verdict.reasons.map(({ text }) => text)).toEqual([
      'strict failed: 0.0512 at last (period 1); 1 of 1 measurements failed (failureLimit 0); success: result[0] <= 0.05',
    ]);
    expect(verdict.metrics.map(({ state }) => state)).toEqual(['open', 'bad']);
  });
});
