import { describe, expect, test } from '@jest/globals';
import type { Counts } from '../../../src/canary/comparison.ts';
import { createFilter } from '../../../src/canary/evidence/filter.ts';
import { initialState } from '../../../src/canary/evidence/fit-history.ts';
import { divide, type Hypothesis } from '../../../src/canary/evidence/hypotheses.ts';
import { type CountLaw, countLaw, ratioLaw } from '../../../src/canary/evidence/observe-counts.ts';
import { noShocks } from '../../../src/canary/evidence/shock-rates.ts';
import { meanOf, newGain, stateSize, varianceOf } from '../../../src/canary/evidence/state.ts';

const noises = [
  { name: 'none', noise: { memory: 0.98, drift: 0, jitter: 0, clusters: 0, prior: 1 }, shared: 1 },
  { name: 'shared drift', noise: { memory: 0.85, drift: 0.28, jitter: 0, clusters: 0, prior: 1 }, shared: 1 },
  {
    name: 'own drift and clusters',
    noise: { memory: 0.85, drift: 0.28, jitter: 0.16, clusters: 0.6, prior: 1 },
    shared: 0,
  },
] as const;

function hypothesis({ noise, shared }: (typeof noises)[number], guess: number): Hypothesis {
  const state = initialState(guess, noise.drift ** 2);
  return divide({ noise, logWeight: 0, state, shocks: noShocks() }, { shared, canaryNoise: 1, prior: 1 });
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 0; i < k; i += 1) ways = (ways * (n - i)) / (i + 1);
  return ways;
}

interface Outcome {
  readonly canary: Counts;
  readonly baseline: Counts;
  /** In how many ways the requests can turn out so: the term that the laws leave out. */
  readonly ways: number;
}

/** Everything that four requests of the canary and five of the baseline can do. */
const outcomes: readonly Outcome[] = Array.from({ length: 6 }, (_b, b) =>
  Array.from({ length: 5 }, (_c, c) => ({
    canary: { events: c, total: 4 },
    baseline: { events: b, total: 5 },
    ways: choose(4, c) * choose(5, b),
  })),
).flat();

const logFactors = [1.2, 2, 6, 50].map(Math.log);

/** The probability of every branch, over all that two periods can show. */
function massOf(given: Hypothesis): readonly number[] {
  const mass = new Array<number>(logFactors.length + 2).fill(0);
  for (const first of outcomes) {
    for (const second of outcomes) {
      const filter = createFilter(given, ratioLaw, logFactors, 2);
      filter.step(first.canary, first.baseline);
      filter.step(second.canary, second.baseline);
      filter.logLikelihoods.forEach((logLikelihood, branch) => {
        mass[branch] = (mass[branch] ?? 0) + first.ways * second.ways * Math.exp(logLikelihood);
      });
    }
  }
  return mass;
}

describe('the likelihoods of a filter', () => {
  // Whatever the true noise, evidence is a ratio of these: where each is the probability of something, the ratio's mean
  // under the denominator is 1 at most, and Ville's inequality holds. Harm may begin in either period, so no part of its
  // prior is still to come after two. A tenth of a per cent is what bursts are thought of only where a count surprises.
  test.each(noises)('are probabilities, with noise: $name', (one) => {
    const masses = massOf(hypothesis(one, -1));
    expect(masses).toHaveLength(6);
    for (const mass of masses) {
      expect(mass).toBeGreaterThan(0.999);
      expect(mass).toBeLessThan(1.002);
    }
  });

  test('are those of the healthy branch alone without factors', () => {
    const given = hypothesis(noises[2], -1);
    const [alone, among] = [[], logFactors].map((factors) => createFilter(given, ratioLaw, factors, 20));
    for (const { canary, baseline } of outcomes) {
      alone?.step(canary, baseline);
      among?.step(canary, baseline);
    }
    expect(alone?.logLikelihoods).toHaveLength(1);
    expect(alone?.logLikelihoods[0]).toBeCloseTo(among?.logLikelihoods[0] ?? Number.NaN, 10);
  });
});

describe('a count’s prediction', () => {
  /** Mean and variance of the count predicted, by its probabilities up to `most`. */
  function moments(law: CountLaw, [mean, variance, clusters, total]: Given, most: number, ways: (k: number) => number) {
    const out = { logLikelihood: 0, shift: 0, learned: 0 };
    let [mass, first, second] = [0, 0, 0];
    for (let events = 0; events <= most; events += 1) {
      law.read(out, mean, variance, clusters, events, total);
      const probability = ways(events) * Math.exp(out.logLikelihood);
      mass += probability;
      first += probability * events;
      second += probability * events ** 2;
    }
    return { mass, mean: first / mass, variance: second / mass - (first / mass) ** 2 };
  }

  type Given = readonly [mean: number, variance: number, clusters: number, total: number];

  const logit = (ratio: number) => Math.log(ratio / (1 - ratio));

  test.each<Given>([
    [logit(0.1), 1e-7, 0, 60],
    [logit(0.1), 0.05, 0, 60],
    [logit(0.1), 1e-7, 2, 60],
    [logit(0.5), 0.2, 0.6, 60],
  ])('of a ratio: log odds %f, variance %f, clusters %f', (...given) => {
    const [mean, variance, clusters, total] = given;
    const ratio = 1 / (1 + Math.exp(-mean));
    const seen = moments(ratioLaw, given, total, (k) => choose(total, k));
    expect(seen.mass).toBeCloseTo(1, 6);
    expect(seen.mean).toBeCloseTo(total * ratio, 5);
    // The beta-binomial's variance, by the correlation of two requests: 1 / (1 + the beta belief's size).
    const size = 1 / (ratio * (1 - ratio) * Math.expm1(variance));
    const correlation = 1 / (1 + 1 / (1 / size + clusters / total));
    expect(seen.variance / (total * ratio * (1 - ratio) * (1 + (total - 1) * correlation))).toBeCloseTo(1, 4);
  });

  test.each<Given>([
    [Math.log(0.2), 1e-7, 0, 50],
    [Math.log(0.2), 0.05, 0, 50],
    [Math.log(0.2), 0.05, 2, 50],
  ])('of a count: log rate %f, variance %f, clusters %f', (...given) => {
    const [mean, variance, clusters, total] = given;
    const factorials = [1];
    for (let k = 1; k < 170; k += 1) factorials.push((factorials[k - 1] as number) * k);
    const seen = moments(countLaw, given, 160, (k) => 1 / (factorials[k] ?? Infinity));
    const expected = total * Math.exp(mean);
    expect(seen.mass).toBeCloseTo(1, 6);
    expect(seen.mean).toBeCloseTo(expected, 5);
    expect(seen.variance / (expected * (1 + clusters) + expected ** 2 * Math.expm1(variance))).toBeCloseTo(1, 4);
  });
});

describe('what a count teaches', () => {
  test('is nothing new where it is as expected, and the pooled count where nothing clusters', () => {
    const out = { logLikelihood: 0, shift: 0, learned: 0 };
    ratioLaw.read(out, Math.log(0.25), 0.3, 2, 20, 100);
    expect(out.shift).toBeCloseTo(0, 12);
    countLaw.read(out, Math.log(0.2), 0.3, 2, 20, 100);
    expect(out.shift).toBeCloseTo(0, 12);
    // A beta belief of 2 and 8 after 3 of 10: 5 and 15. A gamma belief of shape 4 and mean 0.5 after 9 at a load of 6: 13 at 14.
    ratioLaw.read(out, Math.log(0.25), Math.log1p(1 / (0.8 * 2)), 0, 3, 10);
    expect(out.shift).toBeCloseTo(Math.log(5 / 15) - Math.log(2 / 8), 12);
    expect(out.learned).toBeCloseTo(10 / 20, 12);
    countLaw.read(out, Math.log(0.5), Math.log1p(1 / 4), 0, 9, 6);
    expect(out.shift).toBeCloseTo(Math.log(13 / 14 / 0.5), 12);
    expect(out.learned).toBeCloseTo(6 / 14, 12);
  });

  test('is less where events cluster', () => {
    const [alone, clustered] = [0, 2].map((clusters) => {
      const out = { logLikelihood: 0, shift: 0, learned: 0 };
      ratioLaw.read(out, Math.log(0.25), 0.3, clusters, 40, 100);
      return out;
    });
    expect(clustered?.shift).toBeLessThan(alone?.shift ?? 0);
    expect(clustered?.learned).toBeLessThan(alone?.learned ?? 0);
  });
});

describe('a fitted noise divided between the sides', () => {
  test.each([0, 0.3, 0.7, 1])('leaves the baseline’s log rate what the past made of it: shared %f', (shared) => {
    const noise = { memory: 0.85, drift: 0.5, jitter: 0.1, clusters: 0, prior: 1 };
    const state = Float64Array.from([-4, 0.3, 0, 0, 0, 0.2, -0.08, 0, 0, 0, 0.15, ...new Array<number>(9).fill(0)]);
    expect(state).toHaveLength(stateSize);
    const before = varianceOf(state, 0, 'baseline', newGain());
    const { state: divided, variances } = divide(
      { noise, logWeight: 0, state, shocks: noShocks() },
      { shared, canaryNoise: 4, prior: 0.5 },
    );
    expect(meanOf(divided, 0, 'baseline')).toBeCloseTo(meanOf(state, 0, 'baseline'), 12);
    expect(varianceOf(divided, 0, 'baseline', newGain())).toBeCloseTo(before, 12);
    expect(variances.shared + variances.baseline).toBeCloseTo(0.25, 12);
    expect(variances.canary).toBeCloseTo(4 * variances.baseline, 12);
  });
});
