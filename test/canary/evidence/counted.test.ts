import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CountSeries, Counts, Direction, RatioSeries } from '../../../src/canary/comparison.ts';
import { createCountedWatcher } from '../../../src/canary/evidence/counted.ts';
import type { Evidence, EvidenceSettings } from '../../../src/canary/evidence/evidence.ts';
import { watchMetric } from '../../../src/canary/evidence/watch-metric.ts';
import { countSeries, events, ratioSeries, requests } from '../../support/comparisons.ts';
import { normal, poisson, seeded } from '../../support/random.ts';

const settings: EvidenceSettings = { alpha: 0.01, warmup: 0, size: 2, plannedPeriods: 20 };

/** All evidence, period by period. */
function watch(series: RatioSeries | CountSeries, over: Partial<EvidenceSettings> = {}): readonly Evidence[] {
  const next = watchMetric(series, { ...settings, ...over });
  return series.canary.map((_, period) => next(period));
}

function last(all: readonly Evidence[]): Evidence {
  const evidence = all.at(-1);
  if (evidence === undefined) throw new Error('no period was watched');
  return evidence;
}

/** Every third period is null. */
function gapped<T>(periods: readonly T[]): (T | null)[] {
  return periods.map((one, at) => (at % 3 === 1 ? null : one));
}

/** Requests whose ratio moves as the logarithms say. */
function moving(seed: number, logs: readonly number[], total: number, ratio: number): Counts[] {
  const random = seeded(seed);
  return logs.map((log) => ({ events: Math.min(total, poisson(random, total * ratio * Math.exp(log))), total }));
}

/** An AR(1) of memory 0.85 and the standard deviation given. */
function drift(seed: number, periods: number, spread: number): number[] {
  const random = seeded(seed);
  let state = 0;
  return Array.from({ length: periods }, () => {
    state = 0.85 * state + spread * Math.sqrt(1 - 0.85 ** 2) * normal(random);
    return state;
  });
}

describe('periods without evidence', () => {
  const usual = ratioSeries();
  const none = new Array<null>(20).fill(null);
  const idle = requests(1, 20, 0, 0.01);
  test.each<[Evidence['state'], Partial<RatioSeries>, Partial<EvidenceSettings>]>([
    ['canary-missing', { canary: none }, {}],
    ['baseline-missing', { baseline: none }, {}],
    ['no-data', { canary: none, baseline: none }, {}],
    ['no-traffic', { canary: idle }, {}],
    ['no-traffic', { baseline: idle }, {}],
    ['warming-up', {}, { warmup: 20 }],
  ])('are %s, and say nothing either way', (state, over, other) => {
    const nothing = { harm: -Infinity, slack: 0, safety: -Infinity, effect: null, periods: 0, state };
    expect(watch({ ...usual, ...over }, other)).toEqual(new Array(20).fill(nothing));
  });

  test('leave what was seen before as it was, but for drift that goes on unseen', () => {
    const canary = usual.canary.map((one, at) => (at < 10 ? one : null));
    const all = watch({ ...usual, canary });
    expect(all.map(({ state }) => state)).toEqual([
      ...new Array<string>(10).fill('judged'),
      ...new Array<string>(10).fill('canary-missing'),
    ]);
    expect(last(all).periods).toBe(10);
    expect(last(all).harm).toBeCloseTo(all[9]?.harm ?? Number.NaN, 6);
  });

  test('in between and in the history keep no regression from being found', () => {
    const gaps = { history: gapped(usual.history), baseline: gapped(usual.baseline) };
    const ill = watch({ ...usual, ...gaps, canary: requests(5, 20, 700, 0.04) });
    expect(last(ill).periods).toBe(13);
    expect(last(ill).harm).toBeGreaterThan(10);
    expect(last(watch({ ...usual, ...gaps })).harm).toBeLessThan(0);
  });

  test('of the warm-up are not looked at, whatever they show', () => {
    const stormy = usual.canary.map((one, at) => (at < 3 ? { events: 600, total: 700 } : one));
    const all = watch({ ...usual, canary: stormy }, { warmup: 3 });
    expect(all.slice(0, 3).map(({ state }) => state)).toEqual(['warming-up', 'warming-up', 'warming-up']);
    expect(all[3]?.periods).toBe(1);
    expect(all).toEqual(watch(usual, { warmup: 3 }));
    expect(watch({ ...usual, canary: stormy })[2]?.harm).toBeGreaterThan(10);
  });
});

describe('evidence', () => {
  const { history } = ratioSeries();

  test('of one period is told already', () => {
    const [evidence] = watch(ratioSeries({ canary: requests(1, 1, 700, 0.2), baseline: requests(2, 1, 2100, 0.01) }));
    expect(evidence).toMatchObject({ periods: 1, state: 'judged' });
    expect(evidence?.harm).toBeGreaterThan(10);
    expect(evidence?.safety).toBeLessThan(Math.log(20));
  });

  test.each<[Direction, number, boolean]>([
    ['increase', 3, true],
    ['increase', 1 / 3, false],
    ['decrease', 3, false],
    ['decrease', 1 / 3, true],
    ['either', 3, true],
    ['either', 1 / 3, true],
  ])('where worse is %s: %f times as many events are harm: %s', (direction, factor, isHarm) => {
    const ratio = last(watch(ratioSeries({ direction, canary: requests(5, 20, 700, 0.01 * factor) })));
    const count = last(watch(countSeries({ direction, canary: events(5, 20, 10 * factor) })));
    for (const { harm, safety, effect } of [ratio, count]) {
      expect(harm > Math.log(100)).toBe(isHarm);
      expect(safety > Math.log(20)).toBe(!isHarm);
      expect(Math.log(effect?.lower ?? 0)).toBeLessThan(Math.log(factor));
      expect(Math.log(effect?.upper ?? 0)).toBeGreaterThan(Math.log(factor));
    }
  });

  test('of a count goes by the load of each period', () => {
    const steps = Array.from({ length: 20 }, (_, at) => (at < 10 ? 1 : 9)); // a canary that takes nine tenths at last
    const random = seeded(8);
    const canary = steps.map((load) => poisson(random, 10 * load));
    const baseline = steps.map((load) => poisson(random, 10 * (10 - load)));
    const exposure = { canary: steps, baseline: steps.map((load) => 10 - load) };
    const even = new Array<number>(20).fill(5);
    const past = events(3, 60, 90); // at the baseline's load of 9
    expect(last(watch(countSeries({ canary, baseline, history: past, exposure }))).harm).toBeLessThan(0);
    const unaware = countSeries({ canary, baseline, history: past, exposure: { canary: even, baseline: even } });
    expect(last(watch(unaware)).harm).toBeGreaterThan(Math.log(100));
  });

  test('of a count at no load is none', () => {
    const exposure = { canary: new Array<number>(20).fill(0), baseline: new Array<number>(20).fill(3) };
    expect(last(watch(countSeries({ exposure })))).toMatchObject({ state: 'no-traffic', periods: 0, harm: -Infinity });
  });

  test('with slices of the past that drift on their own is weaker, and with slices that drift together is stronger', () => {
    const flat = new Array<number>(20).fill(0);
    const canary = moving(5, flat, 5000, 0.026);
    const baseline = moving(6, flat, 5000, 0.02);
    const harmOf = (first: readonly number[], second: readonly number[], areTold: boolean) => {
      const slices = [moving(3, first, 5000, 0.02), moving(4, second, 5000, 0.02)] as const;
      const whole = slices[0].map(({ events, total }, at) => ({
        events: events + (slices[1][at]?.events ?? 0),
        total: 2 * total,
      }));
      return last(watch(ratioSeries({ canary, baseline, history: whole, parts: areTold ? slices : [] })));
    };
    const [one, other] = [drift(1, 60, 0.4), drift(2, 60, 0.4)];
    expect(harmOf(one, one, true).harm).toBeGreaterThan(harmOf(one, one, false).harm + 1);
    const [told, untold] = [harmOf(one, other, true), harmOf(one, other, false)];
    expect(told.harm).toBeLessThan(untold.harm - 1);
    expect((told.effect?.upper ?? 0) / (told.effect?.lower ?? 1)).toBeGreaterThan(
      1.5 * ((untold.effect?.upper ?? 0) / (untold.effect?.lower ?? 1)),
    );
  });

  test('against canaries that are as noisy as their one host is weaker where the hosts are known', () => {
    const random = seeded(7);
    const noise = (periods: number, spread: number) => Array.from({ length: periods }, () => spread * normal(random));
    const gaps = [1, 2, 3, 4, 5, 6].map((run) => {
      const series = ratioSeries({
        canary: moving(run, noise(20, 0.5), 5000, 0.02),
        baseline: moving(run + 10, noise(20, 0.5 / Math.sqrt(10)), 5000, 0.02),
        history: moving(run + 20, noise(60, 0.5 / Math.sqrt(10)), 5000, 0.02),
      });
      const most = (hosts: RatioSeries['hosts']) => Math.max(...watch({ ...series, hosts }).map(({ harm }) => harm));
      return most({ canary: 10, baseline: 10 }) - most({ canary: 1, baseline: 10 });
    });
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeGreaterThan(2);
  });

  test('of one period that may be a burst, as every third one of the past was, makes nobody sure of the canary', () => {
    const past = requests(3, 120, 2000, 0.05).map(({ events, total }, at) => ({
      events: at % 3 === 2 ? Math.round(events / 20) : events,
      total,
    }));
    const series = ratioSeries({
      canary: [{ events: 5, total: 2000 }],
      baseline: requests(2, 1, 2000, 0.05),
      history: past,
      hosts: { canary: 1, baseline: 20 },
    });
    expect(last(watch(series)).safety).toBeLessThan(Math.log(1e6));
  });

  test('does not depend on periods to come, and is the same again for the same periods', () => {
    const ill = ratioSeries({ canary: requests(5, 20, 700, 0.02) });
    const whole = watch(ill);
    expect(watch(ill)).toEqual(whole);
    const other = [...ill.canary.slice(0, 12), ...requests(9, 8, 40_000, 0.5)];
    expect(watch({ ...ill, canary: other }).slice(0, 12)).toEqual(whole.slice(0, 12));
    expect(watch({ ...ill, canary: ill.canary.slice(0, 12) })).toEqual(whole.slice(0, 12));
  });

  test('reads each period when it comes, and the history once', () => {
    const reads = new Map<string, number>();
    const counted = (name: string, { events, total }: Counts): Counts => ({
      get events() {
        reads.set(name, (reads.get(name) ?? 0) + 1);
        return events;
      },
      total,
    });
    const past = history.map((one) => counted('history', one as Counts));
    const watcher = createCountedWatcher(ratioSeries({ history: past }), settings);
    const step = (period: number) => {
      const canary = counted(`canary ${period}`, { events: 7, total: 700 });
      watcher.observe(canary, counted(`baseline ${period}`, { events: 21, total: 2100 }), { canary: 1, baseline: 3 });
    };
    step(0);
    const before = new Map(reads);
    for (let period = 1; period < 50; period += 1) step(period);
    for (const [name, number] of before) expect([name, reads.get(name)]).toEqual([name, number]);
    const of = (period: number) => reads.get(`canary ${period}`) ?? 0;
    expect(of(49)).toBeGreaterThan(0);
    expect(of(49)).toBeLessThanOrEqual(of(2)); // hypotheses are given up, and none is added
  });
});

describe('odd counts', () => {
  const alike = (total: number, ratio: number, factor = 1) =>
    ratioSeries({
      canary: requests(1, 20, total, ratio * factor),
      baseline: requests(2, 20, total, ratio),
      history: requests(3, 60, total, ratio),
    });

  test('no event at all, or nothing but events, are no harm', () => {
    for (const ratio of [0, 1]) {
      const series = ratioSeries({
        canary: new Array<Counts>(20).fill({ events: 700 * ratio, total: 700 }),
        baseline: new Array<Counts>(20).fill({ events: 2100 * ratio, total: 2100 }),
        history: new Array<Counts>(60).fill({ events: 2800 * ratio, total: 2800 }),
      });
      expect(last(watch(series)).harm).toBeLessThan(0);
    }
  });

  test('a first event ever is no harm, a fifth of all is at once', () => {
    const calm = alike(700, 0);
    const oncePlayed = (events: number) => watch({ ...calm, canary: [{ events, total: 700 }] });
    expect(last(oncePlayed(1)).harm).toBeLessThan(2);
    expect(last(oncePlayed(140)).harm).toBeGreaterThan(10);
  });

  test.each([1e6, 1e9, 1e12])('%d requests a period are judged as the fewer are', (total) => {
    const { harm, slack, effect } = last(watch(alike(total, 0.01)));
    expect(harm).toBeLessThan(Math.log(100) - slack);
    expect(effect?.lower).toBeLessThan(1);
    expect(effect?.upper).toBeGreaterThan(1);
    const ill = watch(alike(total, 0.01, 2));
    expect(ill.some((one) => one.harm >= Math.log(100) - one.slack)).toBe(true);
  });

  const total = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(700, 1e5, 1e9, 1e12));
  const counts = fc
    .tuple(total, fc.constantFrom(0, 0.001, 0.01, 0.2, 0.5, 0.999, 1))
    .map(([all, ratio]) => ({ events: Math.round(all * ratio), total: all }));
  const period = fc.option(counts, { freq: 6 });
  const periods = fc.array(period, { minLength: 1, maxLength: 5 });
  const direction = fc.constantFrom<Direction>('increase', 'decrease', 'either');

  test('of any size, in any order, give evidence that is a number', () => {
    fc.assert(
      fc.property(periods, periods, fc.array(period, { maxLength: 6 }), direction, (canary, others, past, way) => {
        const baseline = canary.map((_, at) => others[at] ?? null);
        const asCounts = (all: readonly (Counts | null)[]) => all.map((one) => one?.events ?? null);
        const load = { canary: canary.map((one) => one?.total ?? 1), baseline: canary.map(() => 3) };
        const ratio = ratioSeries({ canary, baseline, history: past, direction: way });
        const sides = { canary: asCounts(canary), baseline: asCounts(baseline), history: asCounts(past) };
        for (const series of [ratio, countSeries({ ...sides, exposure: load, direction: way })]) {
          for (const { harm, safety, slack, effect, periods: judged } of watch(series)) {
            expect([harm, safety, slack, effect?.lower, effect?.upper].some(Number.isNaN)).toBe(false);
            expect(harm).toBeLessThan(Infinity);
            expect(safety).toBeLessThan(Infinity);
            expect(safety).toBeGreaterThanOrEqual(judged > 0 ? 0 : -Infinity);
            if (effect !== null) expect(effect.lower).toBeLessThanOrEqual(effect.upper);
          }
        }
      }),
      { seed: 42, numRuns: 25 },
    );
  }, 30_000);
});
