import type { Results } from '../results.ts';
import { cellsOf, type SetName } from '../sets.ts';
import { overallOf, paceOf, type Row, rowsOf } from '../summary.ts';
import { percent } from '../tables.ts';
import { wilson } from '../tally.ts';
import { comparedWith } from './delays.ts';
import { promotionLines } from './endings.ts';
import { runsACell } from './false-rollbacks.ts';
import { markdownTable, type Section } from './section.ts';
import type { Speed } from './speed.ts';

/** `open`: the runs cannot tell. */
type Outcome = 'held' | 'not held' | 'open' | 'not measured';

/** What was promised, what was measured, and what that says of the promise. */
export interface Promised {
  readonly promise: string;
  readonly limit: string;
  readonly measured: string;
  readonly outcome: Outcome;
}

/** Every figure that the judge was to reach, whether it was reached or not. */
export function promisesOf(results: Results, peers: readonly string[], speed: Speed): readonly Promised[] {
  return [
    ...falseRollbacks(results),
    pace(results, 'delays', 'Median delay, one metric', [1.5, 1]),
    pace(results, 'company', 'Median delay, the ill one of eight metrics', [2, 0]),
    ...besidePeers(results, peers),
    incident(results),
    ...promotions(results),
    ...speeds(speed),
  ];
}

/** The same, as the first thing on the page. */
export function promises(results: Results, peers: readonly string[], speed: Speed): Section {
  const all = promisesOf(results, peers, speed);
  const number = (outcome: Outcome) => all.filter((one) => one.outcome === outcome).length;
  const text = [
    '## What was promised, and what was measured',
    '',
    `Of ${all.length} figures ${number('held')} held, ${number('not held')} did not, ${number('open')} cannot be told from this many runs, ${number('not measured')} were not measured.`,
    'A part of canaries holds when its whole 95 % interval (Wilson’s) is within the limit, does not when all of it is beyond, and is open between.',
    'That every cell is within a limit is refuted by a cell for which chance over all cells is no excuse (exact binomial tail, 5 % over all of them),',
    'and shown when the worst one’s whole interval is within.',
    '',
    markdownTable(
      ['figure', 'limit', 'measured', 'outcome'],
      all.map(({ promise, limit, measured, outcome }) => [promise, limit, measured, told(outcome)]),
    ),
    '',
  ].join('\n');
  return { text, pictures: [] };
}

function told(outcome: Outcome): string {
  return outcome === 'held' || outcome === 'not measured' ? outcome : `**${outcome}**`;
}

function rowsIn(set: SetName, judges: readonly string[], results: Results): readonly Row[] {
  return rowsOf(set, [...cellsOf(set).keys()], judges, results);
}

function notMeasured(promise: string, limit: string): Promised {
  return { promise, limit, measured: '–', outcome: 'not measured' };
}

interface Part {
  readonly part: number;
  readonly runs: number;
}

/** All canaries of the cells together, each cell counting alike. */
function together(cells: readonly Row[], of: (row: Row) => number): Part {
  return {
    part: cells.reduce((sum, row) => sum + of(row), 0) / Math.max(1, cells.length),
    runs: cells.reduce((sum, row) => sum + row.runs, 0),
  };
}

function interval({ part, runs }: Part): string {
  const { lower, upper } = wilson(part * runs, runs);
  return `${percent(part)} (${percent(lower)} to ${percent(upper)})`;
}

function atMost(limit: number, { part, runs }: Part): Outcome {
  const { lower, upper } = wilson(part * runs, runs);
  if (upper <= limit) return 'held';
  return lower > limit ? 'not held' : 'open';
}

function atLeast(limit: number, { part, runs }: Part): Outcome {
  return atMost(1 - limit, { part: 1 - part, runs });
}

function falseRollbacks(results: Results): readonly Promised[] {
  const healthy = [...rowsIn('fitted', ['ours'], results), ...rowsIn('held-out', ['ours'], results)];
  const shown = healthy.filter((row) => row.shown);
  const unseen = [...healthy.filter((row) => !row.shown), ...rowsIn('no-history', ['ours'], results)];
  const over = 'False rollbacks, 60 looks, alpha 1 %: over all traffic whose noise the history shows';
  const overAll = together(shown, ({ rolledBack }) => rolledBack);
  return [
    everyCell('False rollbacks: every traffic model, share and rate, noise shown by the history', shown, 0.01),
    shown.length === 0
      ? notMeasured(over, '≤ 0.5 %')
      : { promise: over, limit: '≤ 0.5 %', measured: interval(overAll), outcome: atMost(0.005, overAll) },
    everyCell('False rollbacks: every cell where the history cannot show the noise, or there is none', unseen, 0.03),
  ];
}

function everyCell(promise: string, rows: readonly Row[], limit: number): Promised {
  const bound = `≤ ${percent(limit, 0)}, of 10,000 canaries a cell`;
  const [all] = overallOf(rows, limit);
  if (all === undefined) return notMeasured(promise, bound);
  const { worst, surelyAbove, cells } = all;
  const beyond = rows.filter(({ rolledBack }) => rolledBack > limit).length;
  const measured = `worst ${interval({ part: worst.rolledBack, runs: worst.runs })}: \`${worst.cell}\`; ${beyond} of ${cells} cells above, ${surelyAbove} surely; ${runsACell(rows)} canaries a cell`;
  // The worst of many cells is beyond the limit by chance, too: its own interval may show the promise, not refute it.
  const within = atMost(limit, { part: worst.rolledBack, runs: worst.runs }) === 'held';
  return { promise, limit: bound, measured, outcome: surelyAbove > 0 ? 'not held' : within ? 'held' : 'open' };
}

function pace(results: Results, set: SetName, promise: string, [times, plus]: readonly [number, number]): Promised {
  const limit = `≤ ${times} × the oracle’s${plus > 0 ? ` + ${plus} period` : ''} in ≥ 95 % of cells`;
  const rows = rowsIn(set, ['ours', 'oracle'], results);
  const ours = paceOf(rows, times, plus).find(({ judge }) => judge === 'ours');
  if (ours === undefined || ours.cells === 0) return notMeasured(promise, limit);
  const part = ours.within / ours.cells;
  const measured = `${percent(part, 1)}: ${ours.within} of ${ours.cells} cells that the oracle finds within the hour; ${runsACell(rows)} canaries a cell, ${cellsOf(set).size} cells planned`;
  return { promise, limit, measured, outcome: part >= 0.95 ? 'held' : 'not held' };
}

function besidePeers(results: Results, peers: readonly string[]): readonly Promised[] {
  const promise = 'Median delay beside a peer that rolls back no more healthy canaries';
  const limit = 'ours is never longer';
  const fair = peers.flatMap((peer) => {
    const compared = comparedWith(results, peer);
    return compared === null || compared.theirRate > compared.ourRate ? [] : [compared];
  });
  if (rowsIn('matched', ['ours'], results).length === 0) return [notMeasured(promise, limit)];
  if (fair.length === 0) {
    return [{ promise, limit, measured: 'every peer rolls back more healthy canaries than ours', outcome: 'held' }];
  }
  return fair.map(({ peer, everywhere, ourRate, theirRate }) => ({
    promise: `${promise}: ${peer}`,
    limit,
    measured: `shorter in ${everywhere.shorter}, the same in ${everywhere.same}, longer in ${everywhere.longer} of ${everywhere.cells} cells; healthy rolled back: ours ${percent(ourRate)}, theirs ${percent(theirRate)}`,
    outcome: everywhere.longer === 0 ? 'held' : 'not held',
  }));
}

function incident(results: Results): Promised {
  const promise =
    'The incident (5 % of 700 requests a minute, errors 0.5 % to 45 %) is decided at the first full period';
  const limit = '≥ 99 % of canaries';
  const rows = rowsIn('incident', ['ours'], results);
  const worst = rows.toSorted((a, b) => a.atFirstPeriod - b.atFirstPeriod)[0];
  if (worst === undefined) return notMeasured(promise, limit);
  const all = together(rows, ({ atFirstPeriod }) => atFirstPeriod);
  const measured = `${interval(all)}; least ${interval({ part: worst.atFirstPeriod, runs: worst.runs })}: \`${worst.cell}\``;
  return { promise, limit, measured, outcome: atLeast(0.99, all) };
}

function promotions(results: Results): readonly Promised[] {
  const lines = promotionLines(results);
  const healthy = 'Healthy canaries for which the planner says 95 % power end in promotion';
  const size = 'Regressions of the policy’s size (doubled errors) end in promotion';
  const above = 'Regressions above it (tripled errors) end in promotion';
  if (lines.length === 0) {
    return [notMeasured(healthy, '≥ 95 %'), notMeasured(size, '≤ 5 %'), notMeasured(above, '≤ 5 %')];
  }
  const promoted = (row: Row) => row.promoted;
  const planned = lines.filter((line) => line.planned).map((line) => line.healthy);
  const least = planned.toSorted((a, b) => a.promoted - b.promoted)[0];
  const wellPart = together(planned, promoted);
  return [
    least === undefined
      ? { ...notMeasured(healthy, '≥ 95 %'), measured: `the planner says so of none of ${lines.length} cells` }
      : {
          promise: healthy,
          limit: '≥ 95 %',
          measured: `${interval(wellPart)} in ${planned.length} of ${lines.length} cells; least ${percent(least.promoted)}: \`${least.cell}\``,
          outcome: atLeast(0.95, wellPart),
        },
    fewPromoted(
      size,
      lines.map(({ doubled }) => doubled),
    ),
    fewPromoted(
      above,
      lines.map(({ tripled }) => tripled),
    ),
  ];
}

function fewPromoted(promise: string, rows: readonly Row[]): Promised {
  const all = together(rows, (row) => row.promoted);
  const most = rows.toSorted((a, b) => b.promoted - a.promoted)[0];
  const worst = most === undefined || most.promoted === 0 ? '' : `; most ${percent(most.promoted)}: \`${most.cell}\``;
  return { promise, limit: '≤ 5 %', measured: `${interval(all)}${worst}`, outcome: atMost(0.05, all) };
}

const wantedCanaries = 300;
const wantedMicroseconds = 100;
const wantedRankJudgements = 10_000;

function speeds({ canaries, periods, rankJudgements }: Speed): readonly Promised[] {
  const slowestPeriod = periods.reduce((most, one) => (one.microseconds > most.microseconds ? one : most));
  const each = periods
    .map((one) => `${one.kind}, ${one.history} of history: ${one.microseconds.toFixed(0)}`)
    .join('; ');
  return [
    ...canaries.map(({ metrics, aSecond, played, slowest }): Promised => {
      const name = `${metrics} metric${metrics === 1 ? '' : 's'}`;
      return {
        promise: `Whole canaries of 60 periods a second on one core, ${name}`,
        limit: `≥ ${wantedCanaries}`,
        measured: `${aSecond.toFixed(0)} (${played} canaries; slowest: \`${slowest.family}\`, ${slowest.aSecond.toFixed(0)})`,
        outcome: aSecond >= wantedCanaries ? 'held' : 'not held',
      };
    }),
    {
      promise: 'One more period of a metric, however long the history, in microseconds of processor time',
      limit: `≤ ${wantedMicroseconds}`,
      measured: each,
      outcome: slowestPeriod.microseconds <= wantedMicroseconds ? 'held' : 'not held',
    },
    {
      promise: 'Judgements of 8 metrics × 60 periods a second on one core, rank tests (`judge: mann-whitney`)',
      limit: `≥ ${wantedRankJudgements.toLocaleString('en')} (a goal)`,
      measured: Math.round(rankJudgements).toLocaleString('en'),
      outcome: rankJudgements >= wantedRankJudgements ? 'held' : 'not held',
    },
  ];
}
