import { partForLooks } from './calibration.ts';
import { branchWidth, type Track } from './track.ts';

/** What the calibration of a measured metric's threshold goes by, all of it known at the look. */
export interface MeasuredFacts {
  /** Periods of history with a number. */
  readonly historyPeriods: number;
  readonly plannedPeriods: number;
  /** How likely the history left a drift of long memory. */
  readonly slowDrift: number;
  /** How often a side fell back from far above: see `newFalls`. */
  readonly falls: number;
  /** Whether the period before spoke of harm as well: one value alone may be a spike. */
  readonly wasWorse: boolean;
  readonly noise: CanaryLikely;
}

/** What the canary's periods leave likely of its noise. */
export interface CanaryLikely {
  /** If it is healthy: own drift of long and of short memory, and ln of its noise's deviation over the history's. */
  readonly ownSlow: number;
  readonly ownFast: number;
  readonly healthyNoisier: number;
  /** Whether it is healthy or worse: that logarithm, jumps upwards, bursts of its own, and frequent spikes. */
  readonly noisier: number;
  readonly jumping: number;
  readonly bursting: number;
  readonly spiky: number;
}

/** A drift of this memory or more is slow: twenty periods later some of it is left. */
const longMemory = 0.95;
/** Hypotheses with this part of spikes or more are of a service that has them often. */
const oftenSpiky = 0.06;

/** How likely the tracks that a history left have a slow drift, in [0, 1]. */
export function slowDriftOf(tracks: readonly Track[]): number {
  let sum = 0;
  let slow = 0;
  for (const { branches, hypothesis } of tracks) {
    sum += branches[0] as number;
    if (hypothesis.drift > 0 && hypothesis.memory >= longMemory) slow += branches[0] as number;
  }
  return slow / sum;
}

/** @param harmEnd the branches from 0 up to this one, exclusive, are healthy and worse canaries */
export function likelyNoise(tracks: readonly Track[], harmEnd: number): CanaryLikely {
  let healthySum = 0;
  let sum = 0;
  let [ownSlow, ownFast, healthyNoisier, noisier, jumping, bursting, spiky] = [0, 0, 0, 0, 0, 0, 0];
  for (const { branches, hypothesis, follow, burstChance, canaryNoise, canarySpikes } of tracks) {
    const healthy = branches[0] as number;
    let any = 0;
    for (let branch = 0; branch < harmEnd; branch += 1) any += branches[branch * branchWidth] as number;
    const logRatio = 0.5 * Math.log(canaryNoise);
    if (hypothesis.drift > 0 && follow === 0) {
      if (hypothesis.memory >= longMemory) ownSlow += healthy;
      else ownFast += healthy;
    }
    healthySum += healthy;
    healthyNoisier += healthy * logRatio;
    sum += any;
    noisier += any * logRatio;
    if (canarySpikes.upward) jumping += any;
    if (burstChance > 0) bursting += any;
    if (hypothesis.spikes.part >= oftenSpiky) spiky += any;
  }
  return {
    ownSlow: ownSlow / healthySum,
    ownFast: ownFast / healthySum,
    healthyNoisier: healthyNoisier / healthySum,
    noisier: noisier / sum,
    jumping: jumping / sum,
    bursting: bursting / sum,
    spiky: spiky / sum,
  };
}

/** A fall from one period to the next by a factor of two, and where a history tells, by so many spreads of its steps. */
const leastFall = 0.7;
const fallSpreads = 5;

/**
 * Counts how often a side came back at once from far above. A regression stays; a percentile of a service with a fast and
 * a slow way comes and goes, and some of its goings up will come three in a row.
 * @param spread of the history's steps, see `spreadOfSteps`; null without one
 */
export function newFalls(spread: number | null): (side: 'canary' | 'baseline', judged: number | null) => number {
  const least = Math.max(leastFall, fallSpreads * (spread ?? 0));
  const last: { canary: number | null; baseline: number | null } = { canary: null, baseline: null };
  let falls = 0;
  return (side, judged) => {
    const before = last[side];
    if (before !== null && judged !== null && judged < before - least) falls += 1;
    last[side] = judged;
    return falls;
  };
}

/** Nats below Ville's bound at 60 looks where noise is as the history's, and drift nobody's own. */
const calmSlack = 1.6;

/** What is taken away for each thing that is likely, in nats: of a healthy canary, */
const healthyCosts = { ownSlow: 2, ownFast: 1.5, noisier: 1.2, mostNoisier: 1 };
/** of any, */
const costs = { noisier: 6, fromNoisier: 0.08, mostNoisier: 0.25, bursting: 3, spiky: 1.5 };
/** of one that both jumps and is noisier than the history (a percentile of few requests), */
const jumpingCost = { each: 14, most: 10 };
/** of the history's drift, */
const driftCost = { slow: 1.5, most: 0.4 };
/** and of falls, with a history that shows what is usual and without. */
const fallCosts = { withHistory: 1, without: 3, most: 9 };

/** With less history than the first the noise cannot show; with the second it has shown all that 60 looks depend on. */
const history = { least: 20, enough: 80 };
/** What the noises that nobody knows of cost without a history. */
const unknownCost = 1;

/**
 * By how many nats the threshold of a gauge or a percentile may lie below Ville's bound ln(1/alpha), which is loose for
 * sixty looks where the noise is one of those that the model has, and too low where it is not. From the 99 % points of
 * the most evidence that healthy canaries gave, by kind of noise (bench/judge/gauges-tune.ts; docs/canary-judge.md).
 */
export function measuredSlack(facts: MeasuredFacts): number {
  const { noise, falls, slowDrift, historyPeriods, plannedPeriods } = facts;
  if (historyPeriods < history.least) return -unknownCost - Math.min(fallCosts.most, fallCosts.without * falls);
  const { healthyNoisier, noisier } = noise;
  const forHealthy =
    healthyCosts.ownSlow * noise.ownSlow +
    healthyCosts.ownFast * noise.ownFast +
    healthyCosts.noisier * Math.min(healthyCosts.mostNoisier, healthyNoisier);
  const forAny =
    costs.noisier * Math.min(costs.mostNoisier, Math.max(0, noisier - costs.fromNoisier)) +
    noise.jumping * Math.min(jumpingCost.most, jumpingCost.each * noisier) +
    costs.bursting * noise.bursting +
    costs.spiky * noise.spiky * (1 - noise.jumping);
  const forHistory = driftCost.slow * Math.min(driftCost.most, slowDrift);
  const forFalls = Math.min(fallCosts.most, fallCosts.withHistory * falls);
  const slack = calmSlack - forHealthy - forAny - forHistory - forFalls;
  if (slack <= 0) return slack;
  if (!facts.wasWorse) return 0;
  const known = Math.min(1, (historyPeriods - history.least) / (history.enough - history.least));
  return slack * known * partForLooks(plannedPeriods);
}
