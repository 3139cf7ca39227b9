import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { barChart, curveChart } from '../../../bench/judge/charts.ts';
import { openResults } from '../../../bench/judge/results.ts';
import { type Order, runOrders } from '../../../bench/judge/runner.ts';
import { cellsOf } from '../../../bench/judge/sets.ts';
import { overallOf, paceOf, type Row, rowsOf } from '../../../bench/judge/summary.ts';
import { count, emptyTally } from '../../../bench/judge/tally.ts';

let scratch = '';
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'bench-judge-'));
});
afterEach(() => rmSync(scratch, { recursive: true }));

describe('kept runs', () => {
  const cell = 'poisson/errors/700rpm-5%-0.005/h60';

  function tallyOf(runs: number) {
    const tally = emptyTally();
    for (let run = 0; run < runs; run += 1) count(tally, { verdict: 'rollback', decidedAt: run }, 1);
    return tally;
  }

  test('are there when opened again, and add up', () => {
    const results = openResults(scratch);
    results.add('fitted', cell, 'flagger-5', tallyOf(2));
    results.save();
    const again = openResults(scratch);
    again.add('fitted', cell, 'flagger-5', tallyOf(3));
    expect(again.get('fitted', cell, 'flagger-5')).toMatchObject({ runs: 5, rollbackAt: [2, 2, 1] });
    expect(again.get('fitted', cell, 'argo-0')).toBeUndefined();
  });

  test('of code that has changed since are left out', () => {
    const results = openResults(scratch);
    results.add('fitted', cell, 'flagger-5', tallyOf(2));
    results.save();
    const file = join(scratch, 'results.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/[0-9a-f]{16}/, '0123456789abcdef'));
    expect(openResults(scratch).get('fitted', cell, 'flagger-5')).toBeUndefined();
  });

  test('that cannot be read are named, not begun anew in silence', () => {
    writeFileSync(join(scratch, 'results.json'), '{');
    expect(() => openResults(scratch)).toThrow(/results\.json: cannot be read as kept runs; remove it/);
  });

  test('are gone on with, and the same however they were cut', async () => {
    const order = (runs: number): Order => ({ set: 'fitted', cells: [cell], judges: ['flagger-5', 'argo-0'], runs });
    const pace = { workers: 2, minutes: 1, clock: () => 0, progress: () => undefined };
    const inTwo = openResults(join(scratch, 'two'));
    expect(await runOrders([order(7)], inTwo, pace)).toBe(true);
    expect(await runOrders([order(30)], inTwo, pace)).toBe(true);
    const inOne = openResults(join(scratch, 'one'));
    await runOrders([order(30)], inOne, pace);
    for (const judge of order(1).judges) {
      const { milliseconds: _, ...seen } = inTwo.get('fitted', cell, judge) ?? emptyTally();
      expect(seen.runs).toBe(30);
      expect(inOne.get('fitted', cell, judge)).toMatchObject(seen);
    }
  });

  test('no batch begins when the time is over', async () => {
    let now = 0;
    const clock = () => {
      now += 40_000;
      return now;
    };
    const results = openResults(scratch);
    const order: Order = { set: 'fitted', cells: [cell], judges: ['flagger-5'], runs: 500 };
    expect(await runOrders([order], results, { workers: 1, minutes: 2, clock, progress: () => undefined })).toBe(false);
    expect(results.get('fitted', cell, 'flagger-5')?.runs).toBeLessThan(500);
  });
});

describe('summaries', () => {
  const row = (judge: string, cell: string, over: Partial<Row>): Row => ({
    set: 'delays',
    cell,
    family: 'poisson',
    shown: true,
    judge,
    runs: 100,
    rolledBack: 0,
    lower: 0,
    upper: 0.04,
    promoted: 0,
    inconclusive: 0,
    medianDelay: null,
    atFirstPeriod: 0,
    millisecondsEach: 1,
    ...over,
  });

  test('cells that the oracle does not find are asked of nobody', () => {
    const rows = [
      row('oracle', 'a', { medianDelay: 4 }),
      row('oracle', 'b', { medianDelay: 4 }),
      row('oracle', 'c', { medianDelay: 4 }),
      row('oracle', 'd', {}),
      row('ours', 'a', { medianDelay: 7 }),
      row('ours', 'b', { medianDelay: 8 }),
      row('ours', 'c', {}),
      row('ours', 'd', {}),
    ];
    expect(paceOf(rows, 1.5, 1)).toEqual([
      {
        judge: 'ours',
        cells: 3,
        within: 1,
        missed: [
          { cell: 'b', delay: 8, oracle: 4 },
          { cell: 'c', delay: null, oracle: 4 },
        ],
      },
    ]);
  });

  test('the worst cell is named, and those that are surely too bad are counted', () => {
    const rows = [
      row('ours', 'a', { rolledBack: 0.02, lower: 0.005, upper: 0.07 }),
      row('ours', 'b', { rolledBack: 0.06, lower: 0.028, upper: 0.12 }),
      row('ours', 'c', { rolledBack: 0.04, lower: 0.016, upper: 0.098 }),
    ];
    const [all] = overallOf(rows, 0.01);
    expect([all?.rolledBack, all?.runs, all?.worst.cell, all?.surelyAbove]).toEqual([0.04, 300, 'b', 1]);
  });

  test('rows tell delay from the begin of a regression', () => {
    const results = openResults(scratch);
    const [later = ''] = [...cellsOf('shapes').keys()].filter((id) => id.endsWith('x5-later'));
    const tally = emptyTally();
    for (const decidedAt of [3, 22, 22]) count(tally, { verdict: 'rollback', decidedAt }, 2);
    results.add('shapes', later, 'ours', tally);
    expect(rowsOf('shapes', [later], ['ours'], results)).toMatchObject([
      { runs: 3, rolledBack: 1, medianDelay: 3, millisecondsEach: 2 },
    ]);
  });
});

describe('pictures', () => {
  test('are well-formed, with every name written out safely', () => {
    const bars = barChart(
      'a < b & "c"',
      [{ name: 'x', bars: [{ judge: 'ours', part: 0.5, lower: 0.4, upper: 0.6 }] }],
      0.01,
    );
    const along = [10, 100].map((value) => ({ value, text: String(value) }));
    const lines = [{ judge: 'ours', note: '(1 < 2)', dashed: true, delays: [null, 3] }];
    for (const svg of [bars, curveChart('a < b & "c"', 'x', along, lines)]) {
      expect(svg).toContain('<title>a &lt; b &amp; &quot;c&quot;</title>');
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      const opened = [...svg.matchAll(/<([a-z]+)(?:\s[^>]*[^/])?>/g)].map(([, name]) => name);
      const closed = [...svg.matchAll(/<\/([a-z]+)>/g)].map(([, name]) => name);
      expect(opened.sort()).toEqual(closed.sort());
    }
  });
});
