import { describe, expect, test } from '@jest/globals';
import type { Cell } from '../../../bench/judge/cell.ts';
import { effectAt } from '../../../bench/judge/effects.ts';
import { families, familyOf } from '../../../bench/judge/families.ts';
import { cellOf } from '../../../bench/judge/healthy-cells.ts';
import { jsonLineOf } from '../../../bench/judge/json-line.ts';
import { several, single } from '../../../bench/judge/metric-sets.ts';
import { cellsOf, setNames } from '../../../bench/judge/sets.ts';
import { play } from '../../../bench/judge/traffic.ts';

const load = { requestsPerMinute: 2000, share: 0.25, errorPart: 0.02 };

function healthy(family: string, rest = {}): Cell {
  const of = familyOf(family);
  return cellOf(of, load, single('errors', load.errorPart, of.noise.counting, null), rest);
}

describe('simulated canaries', () => {
  test('the same cell and run give the same canary, another run another', () => {
    const cell = healthy('drift-own');
    expect(play(cell, 7)).toEqual(play(cell, 7));
    expect(play(cell, 7).comparison.metrics).not.toEqual(play(cell, 8).comparison.metrics);
  });

  test.each(families.map(({ name }) => name))(
    '%s: series have their lengths, and events never exceed requests',
    (name) => {
      const of = familyOf(name);
      const metrics = several(8, load.errorPart, of.noise.counting, null);
      const { comparison } = play({ ...cellOf(of, load, metrics, { slices: 3, history: 12 }), periods: 12 }, 1);
      expect(comparison.metrics).toHaveLength(8);
      for (const series of comparison.metrics) {
        expect([series.canary.length, series.baseline.length, series.history.length]).toEqual([12, 12, 12]);
        expect(series.parts.map((part) => part.length)).toEqual([12, 12, 12]);
        if (series.kind !== 'ratio') continue;
        for (const counts of [...series.canary, ...series.baseline, ...series.history]) {
          expect((counts?.events ?? 0) <= (counts?.total ?? 0)).toBe(true);
        }
      }
    },
  );

  test('what the slices show adds up to the history', () => {
    const [errors] = play(healthy('drift-own', { slices: 3 }), 2).comparison.metrics;
    if (errors?.kind !== 'ratio') throw new Error('errors are a ratio');
    const sums = errors.history.map((_, period) =>
      errors.parts.reduce((sum, part) => sum + (part[period]?.events ?? 0), 0),
    );
    expect(errors.history.map((counts) => counts?.events)).toEqual(sums);
  });

  test('requests are split by the share, and errors have their ratio', () => {
    const counts = { canary: 0, all: 0, events: 0 };
    for (let run = 0; run < 15; run += 1) {
      const [errors] = play(healthy('poisson'), run).comparison.metrics;
      if (errors?.kind !== 'ratio') throw new Error('errors are a ratio');
      for (const one of errors.canary) {
        counts.canary += one?.total ?? 0;
        counts.events += one?.events ?? 0;
      }
      for (const one of [...errors.canary, ...errors.baseline]) counts.all += one?.total ?? 0;
    }
    expect(counts.canary / counts.all).toBeCloseTo(0.25, 2);
    // Nearly ten standard errors of the errors among 450,000 requests.
    expect(Math.abs(counts.events / counts.canary - 0.02)).toBeLessThan(0.002);
  });

  test('a hosts family tells the hosts only where it is meant to', () => {
    expect(play(healthy('hosts-told'), 0).comparison.metrics[0]?.hosts).toEqual({ canary: 5, baseline: 15 });
    expect(play(healthy('hosts-untold'), 0).comparison.metrics[0]?.hosts).toBeNull();
  });

  test('regressions come when and as they are said to', () => {
    const path = (shape: 'later' | 'creeping' | 'intermittent' | 'endpoint') =>
      [0, 4, 5, 19, 20, 59].map((period) => effectAt({ factor: 4, shape }, period));
    expect(path('later')).toEqual([1, 1, 1, 1, 4, 4]);
    expect(path('intermittent')).toEqual([4, 4, 1, 1, 4, 1]);
    expect(path('endpoint')).toEqual([1.6, 1.6, 1.6, 1.6, 1.6, 1.6]);
    expect(path('creeping').map((factor) => Number(factor.toFixed(2)))).toEqual([1.07, 1.41, 1.52, 4, 4, 4]);
  });

  test('cells of a set have ids of their own, since those seed them', () => {
    for (const set of setNames) {
      const ids = [...cellsOf(set).values()];
      expect(ids.length).toBeGreaterThan(0);
      expect(new Set(ids.map(({ id }) => id)).size).toBe(ids.length);
    }
  });

  test('a line of the offline format holds the series and leaves out what is absent', () => {
    const line = JSON.parse(jsonLineOf(play(healthy('poisson', { history: 0 }), 0).comparison));
    expect(Object.keys(line)).toEqual(['id', 'policy', 'metrics']);
    expect(Object.keys(line.metrics[0]).sort()).toEqual(
      ['baseline', 'canary', 'direction', 'exposure', 'kind', 'main', 'name', 'shared'].sort(),
    );
  });
});
