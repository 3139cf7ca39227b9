import type { Counts } from '../comparison.ts';
import { slackOf } from './calibration.ts';
import type { Hypothesis, ShockChance } from './hypotheses.ts';
import type { CountLaw } from './observe-counts.ts';
import { newDesk, type Read, type Reading, readRobustly } from './shocks.ts';
import { cellOf, forget, forgetOffset, meanOf, mergeInto, offset, type Side, stateSize } from './state.ts';

/**
 * One hypothesis about the noise, filtered along several branches: branch 0 has the canary healthy, the next ones have it
 * worse by a factor, from the start or from some later period on, and the last has it different by an unknown factor.
 * Without factors there is branch 0 alone.
 */
export interface Filter {
  readonly logWeight: number;
  /** Nats by which this noise lets the threshold lie below Ville's bound. */
  readonly slack: number;
  /** ln of the likelihood of everything so far, one a branch. */
  readonly logLikelihoods: Float64Array;
  step(canary: Counts, baseline: Counts): void;
  /** A period that says nothing: the drifts go on unseen. */
  pass(): void;
  /** What has become of a branch's log factor: with its offset it may have turned into its own contrary. */
  logFactorOf(branch: number): number;
  /** Mean and variance of the canary's log factor, where nothing is assumed of it. */
  unknownEffect(): { readonly mean: number; readonly variance: number };
}

const sharedFear = 0.8;

/** How likely it is, over all planned periods, that harm begins later than the canary. */
const lateOnset = 0.35;

/** Before any data a canary's log factor may be off by this much: wide, since it serves to measure the effect. */
export const effectVariance = 1;

/** The true factor lies between those of the branches: a branch's own is uncertain by some of the way to the next. */
function gapVariance(logFactor: number): number {
  return Math.min(mostGap, 0.25 * Math.abs(logFactor)) ** 2;
}

const mostGap = 0.5;

const manyBursts = 0.02;

/** A branch whose past weighs less than this beside its newborn part is that part. */
const leastPast = 1e-3;

/** A newborn branch that this period makes less likely by so many nats is not worth its arithmetic. */
const hopeless = -4;

export function createFilter(
  hypothesis: Hypothesis,
  law: CountLaw,
  logFactors: readonly number[],
  plannedPeriods: number,
): Filter {
  const unknown = logFactors.length === 0 ? 0 : logFactors.length + 1;
  const { noise, variances, shocks } = hypothesis;
  const desk = newDesk(law, unknown + 2);
  const { states } = desk;
  const healthySeen = (unknown + 1) * stateSize; // the healthy branch's state between baseline and canary
  for (let branch = 0; branch <= unknown; branch += 1) states.set(hypothesis.state, branch * stateSize);
  logFactors.forEach((logFactor, index) => {
    forgetOffset(states, (index + 1) * stateSize, gapVariance(logFactor));
  });
  if (unknown > 0) forgetOffset(states, unknown * stateSize, effectVariance);
  const logLikelihoods = new Float64Array(unknown + 1);
  logLikelihoods.fill(Math.log(1 - lateOnset), 1, unknown);
  const hazard = Math.log(lateOnset / plannedPeriods);
  const newborn = new Uint8Array(unknown + 1);
  const lastBurst = { baseline: new Float64Array(unknown + 1), canary: new Float64Array(unknown + 1) };
  const lastOffsets = { baseline: new Float64Array(unknown + 1), canary: new Float64Array(unknown + 1) };
  const lastJump = new Float64Array(unknown + 1);
  const out: Read = { logLikelihood: 0, burst: 0, offset: 0, jump: 0 };

  const readings = { baseline: readingOf(hypothesis, 'baseline'), canary: readingOf(hypothesis, 'canary') };

  const read = (branch: number, side: Side, counts: Counts, logFactor: number) => {
    const given = readings[side];
    given.last = lastBurst[side][branch] as number;
    given.lastOffset = lastOffsets[side][branch] as number;
    given.logFactor = logFactor;
    // What measures the effect must not take a great one for a burst, where the past had hardly any.
    const isMeasuring = branch === unknown && branch > 0 && side === 'canary' && shocks.burst.begins < manyBursts;
    given.burst = isMeasuring ? 0 : chanceOf(shocks.burst, given.last);
    given.jump = side === 'baseline' ? chanceOf(shocks.jump, lastJump[branch] as number) : 0;
    readRobustly(desk, branch * stateSize, counts, given, out);
    lastBurst[side][branch] = out.burst;
    lastOffsets[side][branch] = out.offset;
    if (side === 'baseline') lastJump[branch] = out.jump;
    return out.logLikelihood;
  };
  /** Lets harm begin now: the branch takes in the healthy one's state, by the weights of the two. */
  const bear = (branch: number) => {
    const past = logLikelihoods[branch] as number;
    const born = (logLikelihoods[0] as number) + hazard;
    const share = 1 / (1 + Math.exp(past - born));
    newborn[branch] = share > 1 - leastPast ? 1 : 0;
    if (share > leastPast && newborn[branch] === 0) {
      states.copyWithin(desk.spare, 0, stateSize);
      forgetOffset(states, desk.spare, gapVariance(logFactors[branch - 1] as number));
      mergeInto(states, branch * stateSize, desk.spare, share);
    }
    logLikelihoods[branch] = Math.max(past, born) + Math.log1p(Math.exp(-Math.abs(past - born)));
  };
  const stepBranch = (branch: number, canary: Counts, baseline: Counts, baselineLikelihood: number) => {
    const at = branch * stateSize;
    const logFactor = logFactors[branch - 1] ?? 0;
    let seen = baselineLikelihood;
    if (newborn[branch] === 1) {
      const mean = meanOf(states, healthySeen, 'canary');
      if (law.roughRatio(mean, logFactor, canary.events, canary.total) < hopeless) {
        logLikelihoods[branch] = -Infinity;
        return;
      }
      states.copyWithin(at, healthySeen, healthySeen + stateSize);
      forgetOffset(states, at, gapVariance(logFactor));
      lastBurst.baseline[branch] = lastBurst.baseline[0] as number;
      lastBurst.canary[branch] = 0;
      lastOffsets.baseline[branch] = lastOffsets.baseline[0] as number;
      lastJump[branch] = lastJump[0] as number;
    } else {
      forget(states, at, noise.memory, variances);
      seen = read(branch, 'baseline', baseline, 0);
    }
    logLikelihoods[branch] = (logLikelihoods[branch] as number) + seen + read(branch, 'canary', canary, logFactor);
  };
  return {
    logWeight: hypothesis.logWeight,
    slack: slackOf(noise.memory, ownSpread(hypothesis), fearedBursts(hypothesis)),
    logLikelihoods,
    step(canary, baseline) {
      for (let branch = 1; branch < unknown; branch += 1) bear(branch);
      forget(states, 0, noise.memory, variances);
      const seen = read(0, 'baseline', baseline, 0);
      states.copyWithin(healthySeen, 0, stateSize);
      logLikelihoods[0] = (logLikelihoods[0] as number) + seen + read(0, 'canary', canary, 0);
      for (let branch = 1; branch <= unknown; branch += 1) stepBranch(branch, canary, baseline, seen);
    },
    pass() {
      for (let branch = 0; branch <= unknown; branch += 1) forget(states, branch * stateSize, noise.memory, variances);
    },
    logFactorOf: (branch) => (logFactors[branch - 1] ?? 0) + (states[branch * stateSize + offset] ?? 0),
    unknownEffect: () => ({
      mean: states[unknown * stateSize + offset] ?? 0,
      variance: states[unknown * stateSize + cellOf(offset, offset)] ?? 0,
    }),
  };
}

/** What of a reading is the same in all periods and branches; the rest is written before each. */
function readingOf({ noise, jitter }: Hypothesis, side: Side): Reading {
  const { clusters } = noise;
  return { side, jitter: jitter[side], clusters, logFactor: 0, burst: 0, jump: 0, last: 0, lastOffset: 0 };
}

/** Bursts that were shared, as far as this hypothesis goes, may turn out to be a side's own: that is feared as well. */
function fearedBursts({ shocks }: Hypothesis): number {
  return Math.max(shocks.burst.begins, sharedFear * shocks.jump.begins);
}

function ownSpread({ noise, variances }: Hypothesis): number {
  return variances.canary > 0 ? Math.hypot(noise.drift, noise.jitter) : 0;
}

function chanceOf({ begins, goesOn }: ShockChance, last: number): number {
  return (1 - last) * begins + last * goesOn;
}
