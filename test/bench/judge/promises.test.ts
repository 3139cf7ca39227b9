import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { curveChart } from '../../../bench/judge/charts.ts';
import { healthyTwin } from '../../../bench/judge/delay-cells.ts';
import type { Call } from '../../../bench/judge/judges.ts';
import { promises, promisesOf } from '../../../bench/judge/report/promises.ts';
import type { Speed } from '../../../bench/judge/report/speed.ts';
import { openResults, type Results } from '../../../bench/judge/results.ts';
import { cellsOf, type SetName } from '../../../bench/judge/sets.ts';
import { count, emptyTally } from '../../../bench/judge/tally.ts';

let scratch = '';
let results: Results;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'bench-promises-'));
  results = openResults(scratch);
});
afterEach(() => rmSync(scratch, { recursive: true }));

const slowest = { family: 'poisson', aSecond: 250 };
const speed: Speed = {
  canaries: [
    { metrics: 1, aSecond: 300, played: 10, slowest },
    { metrics: 8, aSecond: 299, played: 10, slowest },
  ],
  periods: [
    { kind: 'errors', history: 60, microseconds: 40 },
    { kind: 'cpu', history: 480, microseconds: 101 },
  ],
  rankJudgements: 12_000,
};

const rollback = (decidedAt: number): Call => ({ verdict: 'rollback', decidedAt });
const promote: Call = { verdict: 'promote', decidedAt: 59 };

/** So many runs of a cell that end one way, and the rest another. */
function tell(set: SetName, cell: string, judge: string, some: readonly [number, Call], rest: readonly [number, Call]) {
  const tally = emptyTally();
  for (const [runs, call] of [some, rest]) for (let run = 0; run < runs; run += 1) count(tally, call, 1);
  results.add(set, cell, judge, tally);
}

function outcomeOf(words: RegExp, peers: readonly string[] = []) {
  const found = promisesOf(results, peers, speed).find(({ promise }) => words.test(promise));
  if (found === undefined) throw new Error(`nothing is promised about ${words}`);
  return found.outcome;
}

describe('a figure', () => {
  const shown = 'poisson/errors/700rpm-5%-0.005/h60';

  test('that nothing was run for is not measured, and none is left out', () => {
    const all = promisesOf(results, ['flagger-5'], speed);
    const words = [/models?, share and rate/, /over all traffic/, /cannot show/, /one metric/, /eight metrics/, /peer/];
    for (const word of [...words, /incident/, /Healthy canaries .* promotion/, /Regressions .* promotion/]) {
      expect(all.filter(({ promise, outcome }) => word.test(promise) && outcome === 'not measured')).not.toEqual([]);
    }
  });

  test.each([
    [0, 1000, 'held', 'held'],
    [1, 200, 'open', 'open'],
    [60, 1000, 'not held', 'not held'],
  ] as const)('on false rollbacks, with %d of %d: %s', (wrong, runs, everyCell, overAll) => {
    tell('fitted', shown, 'ours', [wrong, rollback(3)], [runs - wrong, promote]);
    expect(outcomeOf(/every traffic model/)).toBe(everyCell);
    expect(outcomeOf(/over all traffic/)).toBe(overAll);
  });

  test('on delays goes by the part of the cells that the oracle finds', () => {
    const [one = '', other = ''] = cellsOf('delays').keys();
    for (const cell of [one, other]) tell('delays', cell, 'oracle', [10, rollback(1)], [0, promote]);
    tell('delays', one, 'ours', [10, rollback(3)], [0, promote]);
    tell('delays', other, 'ours', [10, rollback(3)], [0, promote]);
    expect(outcomeOf(/Median delay, one metric/)).toBe('held');
    tell('delays', other, 'ours', [30, rollback(4)], [0, promote]);
    expect(outcomeOf(/Median delay, one metric/)).toBe('not held');
  });

  test('on peers asks only those that roll back no more healthy canaries', () => {
    const [ill = ''] = cellsOf('delays').keys();
    tell('delays', ill, 'ours', [10, rollback(5)], [0, promote]);
    tell('matched', healthyTwin(ill), 'ours', [0, promote], [100, promote]);
    for (const [peer, wrong] of [
      ['z-test-5%', 40],
      ['kayenta-at-end', 0],
    ] as const) {
      tell('delays', ill, peer, [10, rollback(2)], [0, promote]);
      tell('matched', healthyTwin(ill), peer, [wrong, rollback(9)], [100 - wrong, promote]);
    }
    expect(outcomeOf(/peer/, ['z-test-5%'])).toBe('held');
    expect(outcomeOf(/peer.*kayenta-at-end/, ['z-test-5%', 'kayenta-at-end'])).toBe('not held');
  });

  test('on the incident and on promotions goes by its interval', () => {
    const [incident = ''] = cellsOf('incident').keys();
    tell('incident', incident, 'ours', [1, rollback(1)], [999, rollback(0)]);
    expect(outcomeOf(/incident/)).toBe('held');
    // Five errors a minute of the canary's: doubled, they show within the hour, and the planner knows.
    const healthy = 'poisson/errors/20000rpm-5%-0.005/h60/healthy';
    tell('promote', healthy, 'ours', [300, promote], [100, { verdict: 'inconclusive', decidedAt: null }]);
    for (const factor of ['x2', 'x3']) {
      tell('promote', healthy.replace('healthy', `${factor}-abrupt`), 'ours', [400, rollback(4)], [0, promote]);
    }
    expect(outcomeOf(/Healthy canaries .* promotion/)).toBe('not held');
    expect(outcomeOf(/Regressions .* promotion/)).toBe('held');
  });

  test('on promotions leaves out traffic for which the planner warns', () => {
    const thin = 'poisson/errors/700rpm-5%-0.005/h60/healthy';
    for (const label of ['healthy', 'x2-abrupt', 'x3-abrupt']) {
      tell(
        'promote',
        thin.replace('healthy', label),
        'ours',
        [0, promote],
        [100, { ...promote, verdict: 'inconclusive' }],
      );
    }
    expect(promisesOf(results, [], speed)).toContainEqual({
      promise: expect.stringMatching(/planner says/),
      limit: '≥ 95 %',
      measured: 'the planner says so of none of 1 cells',
      outcome: 'not measured',
    });
  });

  test('on speed goes by the slowest', () => {
    expect([outcomeOf(/, 1 metric$/), outcomeOf(/, 8 metrics$/)]).toEqual(['held', 'not held']);
    expect(outcomeOf(/One more period/)).toBe('not held');
    expect(outcomeOf(/rank tests/)).toBe('held');
  });

  test('is counted in the sentence above the table', () => {
    expect(promises(results, [], speed).text).toContain(
      'Of 14 figures 2 held, 2 did not, 0 cannot be told from this many runs, 10 were not measured.',
    );
  });
});

test('a point that was not measured is not drawn, and one that is never found is', () => {
  const along = [10, 100, 1000].map((value) => ({ value, text: String(value) }));
  const line = { judge: 'ours', note: '', dashed: false };
  const dots = (delays: readonly (number | null | undefined)[]) =>
    curveChart('t', 'x', along, [{ ...line, delays }]).match(/<circle/g)?.length ?? 0;
  expect([dots([1, 2, 3]), dots([undefined, null, 3]), dots([undefined, undefined, undefined])]).toEqual([3, 2, 0]);
});
