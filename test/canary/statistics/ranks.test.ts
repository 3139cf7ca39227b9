import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { commonLanguageEffect } from '../../../src/canary/statistics/common-language-effect.ts';
import { locationShift } from '../../../src/canary/statistics/location-shift.ts';
import { mannWhitney } from '../../../src/canary/statistics/mann-whitney.ts';
import { meanRatio } from '../../../src/canary/statistics/mean-ratio.ts';
import { normalBelow } from '../../../src/canary/statistics/normal.ts';
import { normalQuantile } from '../../../src/canary/statistics/normal-quantile.ts';
import { withoutOutliers } from '../../../src/canary/statistics/outliers.ts';
import { quantile } from '../../../src/canary/statistics/quantile.ts';

interface Sample {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly u: number;
  readonly p: number;
  readonly method: 'exact' | 'normal';
  readonly estimate: number;
  readonly normal98: readonly [number, number];
  readonly exact98: readonly [number, number] | null;
  readonly cles: number;
  readonly quantiles: readonly number[];
}

interface Vectors {
  readonly samples: readonly Sample[];
  readonly normal: readonly { z: number; upperTail: number }[];
  readonly normalQuantile: readonly { probability: number; z: number }[];
}

const vectors: Vectors = JSON.parse(readFileSync('test/vectors/ranks.json', 'utf8'));

function expectClose(actual: number, expected: number, relative = 1e-10): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(Math.abs(expected) * relative + 1e-12 * relative);
}

function checkSample({ x, y, ...expected }: Sample): void {
  const { u, p, method } = mannWhitney(x, y);
  expect(method).toBe(expected.method);
  expect(u).toBe(expected.u);
  expectClose(p, expected.p);
  const shift = locationShift(x, y, 0.98, 'normal');
  expect(shift.estimate).toBeCloseTo(expected.estimate, 12);
  expect(shift.lower).toBeCloseTo(expected.normal98[0], 12);
  expect(shift.upper).toBeCloseTo(expected.normal98[1], 12);
  if (method === 'exact') {
    const exact = locationShift(x, y, 0.98, 'exact');
    const [lower, upper] = expected.exact98 ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    expect(exact.lower).toBeCloseTo(lower, 12);
    expect(exact.upper).toBeCloseTo(upper, 12);
  }
  expectClose(commonLanguageEffect(x, y) ?? Number.NaN, expected.cles);
  [0.01, 0.25, 0.5, 0.75, 0.99].forEach((probability, at) => {
    expectClose(quantile(x, probability) ?? Number.NaN, expected.quantiles[at] ?? Number.NaN);
  });
}

describe('rank statistics, against SciPy', () => {
  test.each(vectors.samples.map((sample) => [sample.x.length, sample.y.length, sample] as const))(
    'samples of %i and %i values',
    (_n, _m, sample) => checkSample(sample),
  );

  test.each(vectors.normal)('the normal tail beyond $z', ({ z, upperTail }) => {
    expectClose(normalBelow(-z), upperTail, 1e-12);
  });

  test.each(vectors.normalQuantile)('the normal quantile of $probability', ({ probability, z }) => {
    expect(Math.abs(normalQuantile(probability) - z)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(z)));
  });

  const python = spawnSync('python3', ['-c', 'import scipy'], { stdio: 'ignore' }).status === 0;
  (python ? test : test.skip)('fresh samples, where Python with SciPy is at hand', () => {
    const seed = String(process.pid);
    const answer = execFileSync('python3', ['-W', 'ignore', 'test/vectors/ranks.py', seed], { encoding: 'utf8' });
    const fresh: Vectors = JSON.parse(answer);
    expect(fresh.samples).toHaveLength(vectors.samples.length);
    for (const sample of fresh.samples) checkSample(sample);
  });
});

describe('at the edges', () => {
  test('no values, one value, all the same', () => {
    expect(mannWhitney([], [1]).p).toBe(1);
    expect(mannWhitney([1, 1, 1], [1, 1]).p).toBe(1);
    expect(locationShift([3], [1], 0.98, 'normal')).toEqual({ estimate: 2, lower: 2, upper: 2 });
    expect(locationShift([3], [1], 0.98, 'exact').upper).toBe(Number.POSITIVE_INFINITY);
    expect(() => locationShift([], [1], 0.98, 'normal')).toThrow(RangeError);
    expect(meanRatio([1], [0])).toBeNull();
    expect(meanRatio([], [1])).toBeNull();
    expect(meanRatio([3, 3], [2])).toBe(1.5);
    expect(commonLanguageEffect([], [1])).toBeNull();
    expect(quantile([], 0.5)).toBeUndefined();
  });

  test('an interval is found at any scale', () => {
    const x = [5e-9, 6e-9, 7e-9, 8e-9, 9e-9];
    const shift = locationShift(x, [1e-9, 2e-9, 3e-9, 4e-9, 4.5e-9], 0.98, 'normal');
    expect(shift.lower).toBeCloseTo(0.5e-9, 15);
    expect(shift.estimate).toBeCloseTo(4e-9, 15);
  });

  test('outliers are those beyond the fences, and some values are left where most are equal', () => {
    const level = Array.from({ length: 200 }, (_, index) => 10 + (index % 10) / 10);
    expect(withoutOutliers([...level, 100], 3)).toEqual(level);
    expect(withoutOutliers([0, 0, 0, 0, 7], 3)).toEqual([0, 0, 0, 0]);
    const few = [...Array.from({ length: 98 }, () => 0), 5, 5];
    expect(withoutOutliers(few, 3)).toEqual(few); // the 99th percentile is one of them
    expect(withoutOutliers([], 3)).toEqual([]);
  });
});
