import { describe, expect, test } from '@jest/globals';
import { families, seriesOf } from '../../../bench/judge/gauge-families.ts';
import { createMeasuredWatcher } from '../../../src/canary/evidence/measured.ts';
import { normal, seeded } from '../../support/random.ts';

const settings = { alpha: 0.01, warmup: 0, size: 1.5, plannedPeriods: 60 };
const threshold = Math.log(100);

type Series = ReturnType<typeof seriesOf>;

/** The period, from 1, at which the canary would be rolled back, and whether the interval ever left the factor out. */
function play(series: Series, factor: number): { readonly found: number; readonly covered: boolean } {
  const watcher = createMeasuredWatcher(series, settings);
  let found = Number.POSITIVE_INFINITY;
  let covered = true;
  series.canary.forEach((value, at) => {
    const exposure = { canary: series.exposure.canary[at] ?? 1, baseline: series.exposure.baseline[at] ?? 1 };
    const seen = watcher.observe((value ?? 0) * factor, series.baseline[at] ?? null, exposure);
    if (seen.harm >= threshold - seen.slack) found = Math.min(found, at + 1);
    if (seen.effect !== null && (seen.effect.lower > factor || seen.effect.upper < factor)) covered = false;
  });
  return { found, covered };
}

/** Families whose noise a history shows (docs/canary-judge.md has the others), and that are quick to draw. */
const shown = families.filter(
  ({ name }) => !/^own drift 0.95|beside \d{3,4}0,|p95 of 10 /.test(name) || name.includes('beside 100,'),
);

describe('healthy canaries of 60 periods, a look at each', () => {
  test('are rolled back in at most one of a hundred, over all kinds of noise', () => {
    const random = seeded(11);
    const runs = 200;
    const back = Array.from({ length: runs }, (_, run) => {
      const family = shown[run % shown.length];
      if (family === undefined) throw new Error('no families of noise to draw from');
      const kind = run % 2 === 0 ? 'latency' : 'gauge';
      return { family: family.name, found: play(seriesOf(family.log(random), kind, true), 1).found };
    }).filter(({ found }) => found <= 60);
    // Seeded, so that this is a figure and no chance.
    expect(back.length).toBeLessThanOrEqual(2);
  });

  test('are rolled back in at most three of a hundred where there is no history', () => {
    const random = seeded(12);
    const back = Array.from({ length: 80 }, (_, run) => {
      const family = shown[run % shown.length];
      if (family === undefined) throw new Error('no families of noise to draw from');
      return play(seriesOf(family.log(random), 'latency', false), 1).found;
    }).filter((found) => found <= 60);
    expect(back.length).toBeLessThanOrEqual(2);
  });
});

describe('slow canaries with independent noise of 10 %', () => {
  test.each([
    [1.2, 9],
    [2, 3],
    [20, 2],
  ])('x%d is found within %d periods in half of the runs, and measured', (factor, periods) => {
    const random = seeded(13);
    const draw = (length: number) => Array.from({ length }, () => 0.1 * normal(random));
    const played = Array.from({ length: 21 }, () =>
      play(seriesOf({ history: draw(120), baseline: draw(60), canary: draw(60) }, 'latency', true), factor),
    );
    const sorted = played.map(({ found }) => found).toSorted((a, b) => a - b);
    expect(sorted[10]).toBeLessThanOrEqual(periods);
    expect(played.filter(({ covered }) => !covered).length).toBeLessThanOrEqual(1);
  });
});
