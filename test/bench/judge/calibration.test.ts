import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { calibrationCells, noiseKinds } from '../../../bench/judge/calibration-cells.ts';
import { families } from '../../../bench/judge/families.ts';
import type { Peak } from '../../../bench/judge/judges.ts';
import { peakJudge } from '../../../bench/judge/peak-judge.ts';
import { calibration, figuresOf } from '../../../bench/judge/report/calibration.ts';
import { calibrationOrder } from '../../../bench/judge/report/plan.ts';
import { openResults } from '../../../bench/judge/results.ts';
import { runOrders } from '../../../bench/judge/runner.ts';
import { cellsOf, setNames } from '../../../bench/judge/sets.ts';
import { count, emptyTally } from '../../../bench/judge/tally.ts';
import { play } from '../../../bench/judge/traffic.ts';
import { judgeComparison } from '../../../src/canary/judge-comparison.ts';

describe('the cells that calibrate', () => {
  test('are of every family whose noise the history shows, each in one kind', () => {
    const shown = families.filter((family) => family.shown).map(({ name }) => name);
    expect(Object.values(noiseKinds).flat().sort()).toEqual([...shown].sort());
  });

  test('share no canary with the cells that measure', () => {
    const others = setNames.filter((set) => set !== 'calibration').flatMap((set) => [...cellsOf(set).keys()]);
    const own = calibrationCells.map(({ cell }) => cell.id);
    expect(new Set(own).size).toBe(own.length);
    expect(own.filter((id) => others.includes(id))).toEqual([]);
  });

  test('have events a period from a tenth to thousands, and three lengths', () => {
    const events = calibrationCells.map(({ eventsPerPeriod }) => eventsPerPeriod);
    expect(Math.min(...events)).toBeLessThan(0.2);
    expect(Math.max(...events)).toBeGreaterThan(1000);
    expect(events.filter((number) => number > 10 && number < 1000).length).toBeGreaterThan(0);
    expect([...new Set(calibrationCells.map(({ cell }) => cell.periods))].sort((a, b) => a - b)).toEqual([30, 60, 120]);
  });
});

describe('the most evidence of a canary', () => {
  const ids = [
    'drift-own/errors/100000rpm-10%-0.0005/h60/x5-abrupt',
    'poisson/errors/700rpm-5%-0.005/h60/x20-abrupt',
    'poisson/errors/700rpm-5%-0.005/h60/x1.5-abrupt',
  ];

  test.each(ids)('reaches its threshold when the judge rolls back, and only then: %s', (id) => {
    const cell = cellsOf('delays').get(id);
    if (cell === undefined) throw new Error(`no cell ${id}`);
    for (let run = 0; run < 4; run += 1) {
      const { comparison, truth } = play(cell, run);
      const { verdict, decidedAt } = judgeComparison(comparison);
      const call = peakJudge.judge(comparison, cell, truth);
      const [harm = Number.NaN, , excess = Number.NaN] = call?.peak ?? [];
      expect(excess >= 0).toBe(verdict === 'rollback');
      if (verdict === 'rollback') expect(call?.decidedAt).toBe(decidedAt);
      expect(harm).toBeGreaterThanOrEqual(0);
    }
  });

  test('is asked of one metric only', () => {
    const [cell] = cellsOf('company').values();
    if (cell === undefined) throw new Error('no cell of eight metrics');
    const { comparison, truth } = play(cell, 0);
    expect(peakJudge.judge(comparison, cell, truth)).toBeNull();
  });
});

describe('the table', () => {
  test('tells quantiles, the threshold of the top, and how many reached theirs', () => {
    // Evidence 0 to 100, thresholds 90: eleven reach theirs, and eight still would ln 10 = 2.3 nats further up.
    const peaks = Array.from({ length: 101 }, (_, harm): Peak => [harm, 90, harm - 90]);
    const [canaries, at90, at95, at98, at99, threshold, reached = '', further] = figuresOf(peaks);
    expect([canaries, at90, at95, at98, at99, threshold]).toEqual(['101', '90.00', '95.00', '98.00', '99.00', '90.00']);
    expect(reached).toMatch(/^10\.89 % \(/);
    expect(further).toBe('7.92 %');
  });

  describe('of a tiny run', () => {
    let scratch = '';
    beforeEach(() => {
      scratch = mkdtempSync(join(tmpdir(), 'bench-calibrate-'));
    });
    afterEach(() => rmSync(scratch, { recursive: true }));

    const few = /^(poisson|frequent-bursts-own)\/errors\/(700rpm-5%-0\.005|100000rpm-10%-0\.01)\/h60\/calibration$/;
    const pace = (workers: number) => ({ workers, minutes: 1, clock: () => 0, progress: () => undefined });

    test('is the same however the runs were cut and shared out', async () => {
      const atOnce = openResults(join(scratch, 'at-once'));
      await runOrders([calibrationOrder(6, few)], atOnce, pace(1));
      const inTwo = openResults(join(scratch, 'in-two'));
      await runOrders([calibrationOrder(5, few)], inTwo, pace(2));
      await runOrders([calibrationOrder(6, few)], openResults(join(scratch, 'in-two')), pace(2));
      const again = openResults(join(scratch, 'in-two'));
      const page = calibration(atOnce, '2026-01-31').text;
      expect(calibration(again, '2026-01-31').text).toBe(page);
      expect(page).toContain('Made 2026-01-31 from 24 healthy canaries, 6 in each of 4 cells');
      expect(page).toMatch(/\| own bursts \| 50 and more \| 6 \| \d+\.\d\d \|/);
    });

    test('names cells that reach their threshold too often for chance, and no others', () => {
      const [calm, other] = calibrationCells;
      if (calm === undefined || other === undefined) throw new Error('no cells');
      const results = openResults(scratch);
      for (const [{ cell }, reached] of [
        [calm, 2],
        [other, 12],
      ] as const) {
        const tally = emptyTally();
        for (let run = 0; run < 100; run += 1) {
          const peak: Peak = run < reached ? [5, 4, 1] : [2, 4, -2];
          count(tally, { verdict: 'inconclusive', decidedAt: null, peak }, 1);
        }
        results.add('calibration', cell.id, 'peaks', tally);
      }
      const [, tooLow = ''] = calibration(results, '2026-01-31').text.split('### Where the threshold is too low');
      expect(tooLow).toContain('(1 of 2;');
      expect(tooLow).toContain(`\`${other.cell.id}\``);
      expect(tooLow).not.toContain(`\`${calm.cell.id}\``);
    });

    test('says so where nothing was run', () => {
      expect(calibration(openResults(scratch), '2026-01-31').text).toContain('**Not measured in this run.**');
    });
  });
});
