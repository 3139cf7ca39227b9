import { describe, expect, test } from '@jest/globals';
import { parseCondition } from '../../../src/canary/thresholds/condition.ts';

function evaluate(text: string, ...values: readonly number[]): boolean | null {
  const value = values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;
  return parseCondition(text)({ values, value });
}

describe('a condition of Argo', () => {
  // the conditions of Argo's own documentation and examples, as far as one number a period can answer them
  test.each<[string, readonly number[], boolean | null]>([
    ['result[0] >= 0.95', [0.96], true],
    ['result[0] >= 0.95', [0.94], false],
    ['result[0] >= 0.95', [], null],
    ['result <= 0.01', [0.01], true],
    ['default(result, 0) < 0.05', [], true],
    ['default(result, 0) < 0.05', [0.06], false],
    ['isNaN(result) || result >= 0.95', [Number.NaN], true],
    ['isNaN(result) || result >= 0.95', [0.5], false],
    ['isInf(result)', [Number.POSITIVE_INFINITY], true],
    ['len(result) == 0 || result[0] >= 0.95', [], true],
    ['len(result) > 0 && result[0] >= 0.95', [], false],
    ['len(result[0].Values) >= 5 and all(result[0].Values, {# <= 0.01})', [0.01, 0.002, 0, 0, 0.01], true],
    ['len(result[0].Values) >= 5 and all(result[0].Values, {# <= 0.01})', [0.01, 0.02, 0, 0, 0.01], false],
    ['len(result[0].Values) >= 5 and all(result[0].Values, {# <= 0.01})', [0.01], false],
    ['all(result, # < 1000)', [900], true],
    ['max(result[0].Values) < 0.05', [0.01, 0.06], false],
    ['any(result[0].Values, {# > 1})', [0, 2], true],
    ['none(result[0].Values, {# > 1})', [0, 2], false],
    ['result[0].Values[1] > 1', [0, 2], true],
    ['result[0].Values[2] > 1', [0, 2], null],
    ['isNil(result)', [], true],
    ['asInt(result) == 2', [2.9], true],
    ['asFloat(result[0]) * 100 - 5 / 2 > 7.5', [0.11], true],
    ['not (result > 1) and !(result < 0) or false', [0.5], true],
    ['-result < -1e-3', [0.01], true],
    ['result % 2 == 1', [3], true],
    ['result > 1 && result < 2 || result > 5', [6], true],
    ['result != 3', [3], false],
    ['true', [], true],
  ])('%s of %j is %s', (text, values, expected) => {
    expect(evaluate(text, ...values)).toBe(expected);
  });

  test('what decides alone does not wait for data that are missing, and nothing else does without', () => {
    expect(evaluate('false && result > 1')).toBe(false);
    expect(evaluate('true || result > 1')).toBe(true);
    expect(evaluate('result > 1 || true')).toBeNull();
    expect(evaluate('!(result > 1)')).toBeNull();
  });

  test.each<[string, RegExp]>([
    ['result[0]', /at 1: "result\[0\]" gives a result, not true or false; compare it/],
    ['result[1] > 2', /at 8: \[1\]: only result\[0\] is known/],
    ['result.successPercent >= 0.9', /at 8: "\.successPercent": only result\[0\]\.Values is known/],
    ['result == "ok"', /at 11: ""ok"" is no part of a condition/],
    ['process.exit(1)', /at 1: "process" is not known; there are result, numbers and all, any/],
    ['result >= ', /at 11: the condition ends too early/],
    ['result >= 1)', /at 12: "\)" is one too many/],
    ['(result >= 1', /at 13: "\)" is missing/],
    ['result && true', /at 8: "&&" wants conditions, and this is a result; compare it/],
    ['(result > 1) + 1 > 2', /at 14: "\+" wants numbers on both sides, and one is a boolean/],
    ['default(result) > 1', /at 1: default takes 2 numbers, as in default\(result, 0\)/],
    ['all(result[0].Values) ', /write all\(result\[0\]\.Values, \{# <= 0\.05\}\)/],
    ['result == nil', /write isNil\(result\)/],
    ['result[x] > 1', /"x" is no index/],
    [`${'('.repeat(60)}result > 1${')'.repeat(60)}`, /nested deeper than 40/],
    [`${'!'.repeat(60)}(result > 1)`, /nested deeper than 40/],
    [`result > ${'1'.repeat(600)}`, /longer than 500 characters/],
  ])('%s is refused', (text, message) => {
    expect(() => parseCondition(text)).toThrow(message);
  });
});
