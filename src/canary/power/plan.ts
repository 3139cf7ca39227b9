import type { Comparison } from '../comparison.ts';
import type { ComparisonVerdict } from '../judge-comparison.ts';
import { streamOf } from '../simulation/random.ts';
import { detectableFactor, type Prospect, periodsToFind, shareToFind, wantedPower } from './approximate.ts';
import { dispersionOf } from './dispersion.ts';
import { historyMinutes, mainBudget, meanTraffic, type PlannedCanary, playCanary } from './planned-canary.ts';

/** What would become of a planned canary, counted over played ones. */
export interface CanaryPlan {
  /** The smallest regression that is found with 95 %, as a factor of the error ratio; null where none is. */
  readonly detectable: { readonly factor: number; readonly found: number } | null;
  readonly regressions: readonly Regression[];
  /** How healthy canaries end, as parts of all. */
  readonly healthy: { readonly promoted: number; readonly rolledBack: number; readonly inconclusive: number };
  /** Both with 95 %: the policy's regression is found, and a healthy canary is promoted. */
  readonly powered: boolean;
  /** What would give it that power, where it has none; null where no length up to a day, or no share up to a half, does. */
  readonly remedies: { readonly minutes: number | null; readonly share: number | null } | null;
  readonly runs: number;
}

export interface Regression {
  readonly factor: number;
  /** The part of the ill canaries that is rolled back. */
  readonly found: number;
  /** The minute by which half of all are rolled back, from 1; null where fewer are. */
  readonly medianMinute: number | null;
}

export type JudgeCanary = (comparison: Comparison) => ComparisonVerdict;

const shownFactors: readonly number[] = [1.5, 2, 5, 20];
const searchSteps = 5;
/** Searching takes rough counts, and what it finds is counted again. */
const searchPart = 0.4;
const longestMinutes = 1440;
const largestShare = 0.5;

/**
 * Plays canaries with this traffic and has the judge itself judge them: healthy ones and ones with a regression. The same
 * plan, runs and seed give the same answer.
 * @param runs canaries for each figure; 200 give a 95 % to within 3 points
 */
export function planCanary(planned: PlannedCanary, judge: JudgeCanary, runs: number): CanaryPlan {
  const player = createPlayer(judge);
  const factors = [...new Set([...shownFactors, planned.increase])].sort((a, b) => a - b);
  const regressions = factors.map((factor) => regressionOf(player.play(planned, factor, runs), factor));
  const healthy = player.play(planned, 1, runs);
  const part = (verdict: ComparisonVerdict['verdict']) =>
    healthy.filter((one) => one.verdict === verdict).length / runs;
  const wanted = regressions.find(({ factor }) => factor === planned.increase);
  const powered = (wanted?.found ?? 0) >= wantedPower && part('promote') >= wantedPower;
  return {
    detectable: findDetectable(planned, player, runs),
    regressions,
    healthy: { promoted: part('promote'), rolledBack: part('rollback'), inconclusive: part('inconclusive') },
    powered,
    remedies: powered ? null : findRemedies(planned, player, Math.ceil(runs * searchPart)),
    runs,
  };
}

interface Player {
  /** Plays so many canaries with a regression of this factor, or healthy ones (1). */
  play(planned: PlannedCanary, factor: number, runs: number): readonly ComparisonVerdict[];
  /** Whether 95 % of so many end so; stops at the first miss too many. */
  mostEnd(planned: PlannedCanary, factor: number, runs: number, verdict: ComparisonVerdict['verdict']): boolean;
}

/** The same numbers for every factor, so that a larger one is not found less often by chance. */
function createPlayer(judge: JudgeCanary): Player {
  const playOne = (planned: PlannedCanary, factor: number, run: number) =>
    judge(playCanary(planned, factor, streamOf('plan-canary', run)));
  return {
    play: (planned, factor, runs) => Array.from({ length: runs }, (_, run) => playOne(planned, factor, run)),
    mostEnd(planned, factor, runs, verdict) {
      let missesLeft = Math.floor(runs * (1 - wantedPower));
      for (let run = 0; run < runs; run += 1) {
        if (playOne(planned, factor, run).verdict === verdict) continue;
        if (missesLeft === 0) return false;
        missesLeft -= 1;
      }
      return true;
    },
  };
}

function regressionOf(verdicts: readonly ComparisonVerdict[], factor: number): Regression {
  const minutes = verdicts
    .flatMap(({ verdict, decidedAt }) => (verdict === 'rollback' && decidedAt !== null ? [decidedAt + 1] : []))
    .sort((a, b) => a - b);
  return {
    factor,
    found: minutes.length / verdicts.length,
    medianMinute: minutes[Math.ceil(verdicts.length / 2) - 1] ?? null,
  };
}

/** Halves the logarithm of the factor, around the formula's answer. */
function findDetectable(planned: PlannedCanary, player: Player, runs: number): CanaryPlan['detectable'] {
  const guess = detectableFactor(prospectOf(planned));
  const most = 1 / Math.max(1e-9, meanTraffic(planned.traffic).errorRatio);
  const rough = Math.ceil(runs * searchPart);
  const isEnough = (factor: number) => player.mostEnd(planned, factor, rough, 'rollback');
  let low = Math.log(guess ?? most) - 0.3;
  let high = Math.min(Math.log(most), low + 0.6);
  while (high < Math.log(most) && !isEnough(Math.exp(high))) {
    low = high;
    high = Math.min(Math.log(most), high + 0.6);
  }
  for (let step = 0; step < searchSteps; step += 1) {
    const middle = (low + high) / 2;
    if (isEnough(Math.exp(middle))) high = middle;
    else low = middle;
  }
  for (let factor = Math.exp(high); ; factor *= 1.05) {
    const rounded = Math.min(most, Math.ceil(factor * 50) / 50);
    const { found } = regressionOf(player.play(planned, rounded, runs), rounded);
    if (found >= wantedPower) return { factor: rounded, found };
    if (rounded >= most) return null;
  }
}

/** Begins at the formula's answer and goes on until played canaries agree. */
function findRemedies(planned: PlannedCanary, player: Player, runs: number): NonNullable<CanaryPlan['remedies']> {
  const prospect = prospectOf(planned);
  const { increase } = planned;
  const suffices = (changed: PlannedCanary) =>
    player.mostEnd(changed, increase, runs, 'rollback') && player.mostEnd(changed, 1, runs, 'promote');
  const minutes = firstThat(periodsToFind(prospect, increase), planned.minutes, longestMinutes, 5, (value) =>
    suffices({ ...planned, minutes: value }),
  );
  const share = firstThat(shareToFind(prospect, increase), planned.share, largestShare, 0.01, (value) =>
    suffices({ ...planned, share: value }),
  );
  return { minutes, share };
}

/** The first of a rising row, rounded up to steps, that fits; null where none up to `most` does. */
function firstThat(
  guess: number | null,
  above: number,
  most: number,
  step: number,
  fits: (value: number) => boolean,
): number | null {
  if (guess === null) return null;
  for (let value = Math.max(guess, above * 1.05); ; value *= 1.15) {
    const rounded = Math.min(most, Number((Math.ceil(value / step) * step).toFixed(4)));
    if (rounded <= above) return null;
    if (fits(rounded)) return rounded;
    if (rounded >= most) return null;
  }
}

function prospectOf(planned: PlannedCanary): Prospect {
  const { requestsPerMinute, errorRatio } = meanTraffic(planned.traffic);
  return {
    requestsPerPeriod: requestsPerMinute,
    errorRatio,
    share: planned.share,
    periods: planned.minutes,
    historyPeriods: historyMinutes,
    alpha: mainBudget(planned),
    dispersion: planned.traffic.source === 'rates' ? 1 : dispersionOf(planned.traffic.minutes),
  };
}
