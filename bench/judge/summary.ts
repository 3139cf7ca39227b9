import { binomialUpperTail } from '../../src/canary/statistics/binomial.ts';
import type { Cell } from './cell.ts';
import { onsetOf } from './effects.ts';
import type { Results } from './results.ts';
import { cellsOf, type SetName } from './sets.ts';
import { medianDelay, rolledBackBy, type Tally, wilson } from './tally.ts';

/** One cell under one judge, in numbers; parts of runs, periods, milliseconds a canary. */
export interface Row {
  readonly set: SetName;
  readonly cell: string;
  readonly family: string;
  readonly shown: boolean;
  readonly judge: string;
  readonly runs: number;
  readonly rolledBack: number;
  readonly lower: number;
  readonly upper: number;
  readonly promoted: number;
  readonly inconclusive: number;
  /** Periods from the regression's begin, 1 being its first; null: fewer than half were found. */
  readonly medianDelay: number | null;
  readonly atFirstPeriod: number;
  readonly millisecondsEach: number;
}

export function rowsOf(
  set: SetName,
  cells: readonly string[],
  judges: readonly string[],
  results: Results,
): readonly Row[] {
  return cells.flatMap((id) => {
    const cell = cellsOf(set).get(id);
    if (cell === undefined) return [];
    return judges.flatMap((judge) => {
      const tally = results.get(set, id, judge);
      return tally === undefined || tally.runs === 0 ? [] : [rowOf(set, cell, judge, tally)];
    });
  });
}

function rowOf(set: SetName, cell: Cell, judge: string, tally: Tally): Row {
  const effect = cell.metrics.find((plan) => plan.effect !== null)?.effect ?? null;
  const delay = effect === null ? Number.POSITIVE_INFINITY : medianDelay(tally, onsetOf(effect));
  return {
    set,
    cell: cell.id,
    family: cell.family.name,
    shown: cell.family.shown,
    judge,
    runs: tally.runs,
    rolledBack: tally.verdicts.rollback / tally.runs,
    ...wilson(tally.verdicts.rollback, tally.runs),
    promoted: tally.verdicts.promote / tally.runs,
    inconclusive: tally.verdicts.inconclusive / tally.runs,
    medianDelay: Number.isFinite(delay) ? delay : null,
    atFirstPeriod: rolledBackBy(tally, 0),
    millisecondsEach: tally.milliseconds / tally.runs,
  };
}

export interface Overall {
  readonly judge: string;
  readonly cells: number;
  readonly runs: number;
  readonly rolledBack: number;
  readonly lower: number;
  readonly upper: number;
  readonly worst: Row;
  /** Cells that are above the limit so that chance would show one such in all of them together with 5 % at most. */
  readonly surelyAbove: number;
}

const surelyLevel = 0.05;

/** All cells of each judge together, each cell counting alike, and the worst of them. */
export function overallOf(rows: readonly Row[], limit: number): readonly Overall[] {
  return [...Map.groupBy(rows, ({ judge }) => judge)].map(([judge, own]) => {
    const runs = own.reduce((sum, row) => sum + row.runs, 0);
    const mean = own.reduce((sum, row) => sum + row.rolledBack, 0) / own.length;
    const worst = own.reduce((most, row) => (row.rolledBack > most.rolledBack ? row : most));
    const surely = ({ rolledBack, runs: of }: Row) =>
      binomialUpperTail(Math.round(rolledBack * of), of, limit) < surelyLevel / own.length;
    const surelyAbove = own.filter(surely).length;
    return { judge, cells: own.length, runs, rolledBack: mean, ...wilson(mean * runs, runs), worst, surelyAbove };
  });
}

export interface Pace {
  readonly judge: string;
  /** Cells that the oracle finds within the hour in most runs: the others cannot be asked of anybody. */
  readonly cells: number;
  readonly within: number;
  readonly missed: readonly { readonly cell: string; readonly delay: number | null; readonly oracle: number }[];
}

/** In how many cells a judge's median delay is at most `times` the oracle's plus `plus` periods. */
export function paceOf(rows: readonly Row[], times: number, plus: number): readonly Pace[] {
  const oracle = new Map(rows.filter(({ judge }) => judge === 'oracle').map((row) => [row.cell, row.medianDelay]));
  const others = rows.filter(({ judge }) => judge !== 'oracle');
  return [...Map.groupBy(others, ({ judge }) => judge)].map(([judge, own]) => {
    const asked = own.flatMap((row) => {
      const best = oracle.get(row.cell) ?? null;
      return best === null ? [] : [{ cell: row.cell, delay: row.medianDelay, oracle: best }];
    });
    const missed = asked.filter(({ delay, oracle: best }) => (delay ?? Infinity) > times * best + plus);
    return { judge, cells: asked.length, within: asked.length - missed.length, missed };
  });
}
