import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type CountLaw, countLaw, ratioLaw } from '../../../src/canary/evidence/observe-counts.ts';
import {
  absorb,
  cellOf,
  forget,
  level,
  meanOf,
  mergeInto,
  newGain,
  stateSize,
  varianceOf,
} from '../../../src/canary/evidence/state.ts';
import { logRising } from '../../../src/canary/statistics/log-rising.ts';
import { normalBelow } from '../../../src/canary/statistics/normal.ts';

interface Belief {
  readonly mean: number;
  readonly variance: number;
  readonly clusters: number;
}

interface Prediction {
  readonly beliefs: readonly [Belief, Belief];
  readonly events: number;
  readonly total: number;
  readonly difference: number;
}

interface Seen {
  readonly mean: number;
  readonly variance: number;
  readonly after: readonly number[];
}

interface StateCase {
  readonly state: readonly number[];
  readonly other: readonly number[];
  readonly memory: number;
  readonly variances: { readonly shared: number; readonly baseline: number; readonly canary: number };
  readonly forgotten: readonly number[];
  readonly share: number;
  readonly merged: readonly number[];
  readonly noise: number;
  readonly value: number;
  readonly seen: { readonly baseline: Seen; readonly canary: Seen };
}

interface Vectors {
  readonly rising: readonly { x: number; k: number; value: number; scale: number }[];
  readonly ratios: readonly Prediction[];
  readonly counts: readonly Prediction[];
  readonly normal: readonly { z: number; below: number }[];
  readonly beliefs: readonly StateCase[];
}

const vectors: Vectors = JSON.parse(readFileSync('test/vectors/counts.json', 'utf8'));

/** Stirling's series is cut off where it is wrong by 1e-8; SciPy's difference of two gammas loses digits of their size. */
const stirling = 2e-8;

function checkRising({ x, k, value, scale }: Vectors['rising'][number]): void {
  expect(Math.abs(logRising(x, k) - value)).toBeLessThanOrEqual(stirling + 1e-15 * scale);
}

function logLikelihood(law: CountLaw, { mean, variance, clusters }: Belief, { events, total }: Prediction): number {
  const out = { logLikelihood: 0, shift: 0, learned: 0 };
  law.read(out, mean, variance, clusters, events, total);
  return out.logLikelihood;
}

function checkPrediction(law: CountLaw, one: Prediction): void {
  const [a, b] = one.beliefs.map((belief) => logLikelihood(law, belief, one)) as [number, number];
  // Six gammas a side, of arguments up to the belief's size: both SciPy and we lose some digits of their logarithms.
  expect(Math.abs(a - b - one.difference)).toBeLessThanOrEqual(6 * stirling + 1e-8 * Math.abs(one.difference));
}

function placed(...states: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from([...new Array<number>(stateSize).fill(7), ...states.flat()]);
}

function expectState(states: Float64Array, expected: readonly number[]): void {
  expected.forEach((one, index) => {
    expect(states[stateSize + index]).toBeCloseTo(one, 9);
  });
}

/** What a period adds to the level's variance, whatever the belief. */
function wandering(): number {
  const certain = new Float64Array(stateSize);
  forget(certain, 0, 1, { shared: 1, baseline: 1, canary: 1 });
  return certain[levelVariance] ?? Number.NaN;
}

const levelVariance = cellOf(level, level);

function checkBelief(one: StateCase): void {
  const forgotten = placed(one.state);
  forget(forgotten, stateSize, one.memory, one.variances);
  const wandered = one.forgotten.map((value, index) => (index === levelVariance ? value + wandering() : value));
  expectState(forgotten, wandered);
  expect([...forgotten.slice(0, stateSize)].every((value) => value === 7)).toBe(true); // its neighbour is let be

  const merged = placed(one.state, one.other);
  mergeInto(merged, stateSize, 2 * stateSize, one.share);
  expectState(merged, one.merged);

  for (const side of ['baseline', 'canary'] as const) {
    const seen = one.seen[side];
    const after = placed(one.state);
    const gain = newGain();
    const mean = meanOf(after, stateSize, side);
    const variance = varianceOf(after, stateSize, side, gain);
    expect(mean).toBeCloseTo(seen.mean, 12);
    expect(variance).toBeCloseTo(seen.variance, 12);
    // A value with Gaussian noise is the case in which the linear Bayes update is the exact one.
    const learned = variance / (variance + one.noise);
    absorb(after, stateSize, gain, variance, learned * (one.value - mean), learned);
    expectState(after, seen.after);
  }
}

function checkAll({ rising, ratios, counts, normal, beliefs }: Vectors): void {
  rising.forEach(checkRising);
  for (const one of ratios) checkPrediction(ratioLaw, one);
  for (const one of counts) checkPrediction(countLaw, one);
  for (const { z, below } of normal) expect(Math.abs(normalBelow(z) - below)).toBeLessThanOrEqual(1e-12);
  beliefs.forEach(checkBelief);
}

describe('the arithmetic of counts, against SciPy and NumPy', () => {
  test.each(vectors.rising)('the rising factorial of $x with $k factors', (one) => checkRising(one));

  test.each(vectors.ratios)('beta-binomial predictions of $events of $total', (one) => checkPrediction(ratioLaw, one));

  test.each(vectors.counts)('negative binomial predictions of $events', (one) => checkPrediction(countLaw, one));

  test.each(vectors.normal)('the normal distribution below $z', ({ z, below }) => {
    expect(Math.abs(normalBelow(z) - below)).toBeLessThanOrEqual(1e-12);
  });

  test.each(vectors.beliefs.map((one, index) => [index, one] as const))(
    'belief %i forgets, mixes, and takes in a value of either side',
    (_index, one) => checkBelief(one),
  );

  test('the level wanders by little', () => {
    expect(wandering()).toBeGreaterThanOrEqual(0);
    expect(wandering()).toBeLessThan(0.05 ** 2);
  });

  const python = spawnSync('python3', ['-c', 'import scipy'], { stdio: 'ignore' }).status === 0;
  (python ? test : test.skip)('fresh cases, where Python with SciPy is at hand', () => {
    const answer = execFileSync('python3', ['-W', 'ignore', 'test/vectors/counts.py', String(process.pid)]);
    const fresh: Vectors = JSON.parse(answer.toString('utf8'));
    expect(fresh.beliefs).toHaveLength(vectors.beliefs.length);
    checkAll(fresh);
  });
});
