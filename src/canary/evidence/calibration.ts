/** What the calibration of a counted metric's threshold goes by, all of it known at the look. */
export interface CalibrationFacts {
  /** Periods of history with a number. */
  readonly historyPeriods: number;
  readonly plannedPeriods: number;
  /** `slackOf` the hypotheses, averaged by how likely they are if the canary is healthy. */
  readonly noiseSlack: number;
  /** The canary's events a period, on average, if it is as the baseline is. */
  readonly eventsPerPeriod: number;
}

/** Nats below Ville's bound at 60 looks where noise is calm, or shared by both sides. */
const calmSlack = 1.6;

/** The same where each side's drift is its own, and what own noise without a memory takes away beyond its spread. */
const ownDriftSlack = -0.2;
const calmSpread = 0.25;
const spreadCost = 4.5;
const mostSpreadCost = 2.8;

/** What own bursts take away, where the past had more than one in a hundred periods. */
const fewBursts = 0.015;
const burstCost = 250;
const mostBurstCost = 8;

/**
 * The slack of one hypothesis about the noise.
 * @param memory of the drift; @param own standard deviation of what is the canary's own; @param bursts own ones a period
 */
export function slackOf(memory: number, own: number, bursts: number): number {
  const forBursts = Math.min(mostBurstCost, burstCost * Math.max(0, bursts - fewBursts));
  if (own === 0) return calmSlack - forBursts;
  const forSpread = Math.min(mostSpreadCost, spreadCost * Math.max(0, own - calmSpread));
  return (memory > 0 ? ownDriftSlack : calmSlack - forSpread) - forBursts;
}

/** The most looks that were simulated, and those at which nothing of the slack is left. */
const simulatedLooks = 60;
const mostLooks = 2880;

/** With less history than this the noise cannot show, and Ville's bound stands. */
const leastHistory = 20;

/** The more events a period has, the smaller its counting noise, and the more decides what no model of the rest has. */
const eventsCost = 0.5;
const manyEvents = 50;

/**
 * By how many nats the threshold may lie below Ville's bound ln(1/alpha), which holds for any number of looks and is
 * loose for sixty. The numbers are the 99 % points of the most evidence that healthy canaries gave, by kind of noise
 * (bench/judge/calibrate.ts; the table is in docs/operating-characteristics.md). The tail beyond falls by at least one nat
 * a factor of e, so they serve any smaller alpha; not so where a side has bursts of its own, which no threshold here
 * covers (the table says by how much). Below zero where the largest services need more than Ville's bound, since there no
 * model of the noise is exact.
 */
export function calibratedSlack(facts: CalibrationFacts): number {
  const { historyPeriods, plannedPeriods, noiseSlack, eventsPerPeriod } = facts;
  const forEvents = eventsCost * (Math.log1p(eventsPerPeriod) + Math.log1p(eventsPerPeriod / manyEvents));
  if (historyPeriods < leastHistory) return -forEvents;
  return (noiseSlack > 0 ? partForLooks(plannedPeriods) * noiseSlack : noiseSlack) - forEvents;
}

/** The part of a slack that so many looks leave: all of it up to those that were simulated, none at the most. */
export function partForLooks(plannedPeriods: number): number {
  const beyond = Math.max(0, Math.log(plannedPeriods / simulatedLooks));
  return Math.max(0, 1 - beyond / Math.log(mostLooks / simulatedLooks));
}
