import { describe, expect, test } from '@jest/globals';
import { evaluateMath, MathError, type Points } from '../../src/sandbox/model/metric-math.ts';

const series: Readonly<Record<string, Points>> = {
  errors: new Map([
    [0, 5],
    [60, 9],
  ]),
  requests: new Map([
    [0, 50],
    [60, 60],
    [120, 40],
  ]),
  nothing: new Map([[0, 0]]),
};

const evaluate = (expression: string) => [...evaluateMath(expression, (id) => series[id], [0, 60, 120])];

describe('metric math', () => {
  test.each([
    [
      'errors',
      [
        [0, 5],
        [60, 9],
      ],
    ],
    [
      '100 * errors / requests',
      [
        [0, 10],
        [60, 15],
      ],
    ],
    [
      'requests - errors * 2',
      [
        [0, 40],
        [60, 42],
      ],
    ],
    [
      '(requests - errors) * 2',
      [
        [0, 90],
        [60, 102],
      ],
    ],
    [
      'requests - errors - 1',
      [
        [0, 44],
        [60, 50],
      ],
    ],
    [
      '-errors + 1.5',
      [
        [0, -3.5],
        [60, -7.5],
      ],
    ],
    [
      'FILL(errors, 0) / requests',
      [
        [0, 0.1],
        [60, 0.15],
        [120, 0],
      ],
    ],
    [
      'errors / SUM(errors)',
      [
        [0, 5 / 14],
        [60, 9 / 14],
      ],
    ],
    [
      'errors - MIN(errors) + MAX(errors) - AVG(errors)',
      [
        [0, 2],
        [60, 6],
      ],
    ],
    ['requests / nothing', []],
  ])('%s', (expression, points) => {
    expect(evaluate(expression)).toEqual(points);
  });

  test.each([
    ['', 'too early'],
    ['errors +', 'too early'],
    ['errors requests', 'too much'],
    ['(errors', 'expected ")"'],
    ['1 + 2', 'names no metric'],
    ['unknown / 2', 'no query has the id "unknown"'],
    ['ANOMALY_DETECTION_BAND(errors)', 'does not know that'],
    ['errors % 2', 'too much'],
    ['('.repeat(60), 'nested'],
    ['errors'.concat('+1'.repeat(400)), '500 parts'],
  ])('refuses what it does not know, %#: %.20s', (expression, why) => {
    expect(() => evaluate(expression)).toThrow(MathError);
    expect(() => evaluate(expression)).toThrow(why);
  });
});
