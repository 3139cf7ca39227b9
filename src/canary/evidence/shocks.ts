import type { Counts } from '../comparison.ts';
import type { CountLaw, CountReading } from './observe-counts.ts';
import { absorb, addVariance, meanOf, mergeInto, newGain, type Side, stateSize, varianceOf } from './state.ts';

/** Where a reading works: the beliefs, one of them, and room for a second reading of it. */
export interface Desk {
  readonly states: Float64Array;
  readonly spare: number;
  readonly gain: Float64Array;
  readonly reading: CountReading;
  readonly law: CountLaw;
}

/** A desk for so many beliefs, and room behind them for two more readings. */
export function newDesk(law: CountLaw, beliefs: number): Desk {
  const states = new Float64Array((beliefs + 2) * stateSize);
  const reading = { logLikelihood: 0, shift: 0, learned: 0 };
  return { states, spare: beliefs * stateSize, gain: newGain(), reading, law };
}

/** What is known beside the belief when a side's count is read. */
export interface Reading {
  readonly side: Side;
  readonly logFactor: number;
  readonly jitter: number;
  readonly clusters: number;
  /** How likely it is that this period has a burst of its own: then its count says little of the next ones. */
  readonly burst: number;
  /** How likely it is that the drift jumps, and stays where it lands. */
  readonly jump: number;
}

export interface Read {
  logLikelihood: number;
  /** How likely it is, after the count, that the period had a burst; and that the drift jumped. */
  burst: number;
  jump: number;
}

/** How far bursts and jumps go: the standard deviation of the log rate's sudden change, a factor of 3 either way. */
const shockVariance = 1.1 ** 2;

/** A count so many standard deviations (squared) away is worth asking whether it was a burst or a jump. */
const surprising = 5;

/**
 * Reads a count and lets the belief at `at` take it in. A count that surprises may be a burst or a jump: the belief
 * becomes the mixture of what follows from each, by their likelihoods (a Gaussian sum, collapsed to one Gaussian at each
 * step: Harrison and Stevens 1976, section 5).
 */
export function readRobustly(desk: Desk, at: number, counts: Counts, given: Reading, out: Read): void {
  const { states, spare, gain, reading, law } = desk;
  const { side, jitter, clusters, burst, jump } = given;
  const { events, total } = counts;
  const variance = varianceOf(states, at, side, gain) + jitter;
  const mean = meanOf(states, at, side) + given.logFactor;
  law.read(reading, mean, variance, clusters, events, total);
  const usual = reading.logLikelihood;
  const surprise = reading.shift ** 2 / (reading.learned * variance);
  out.logLikelihood = usual;
  out.burst = 0;
  out.jump = 0;
  if (!(surprise > surprising)) {
    absorb(states, at, gain, variance, reading.shift, reading.learned);
    return;
  }
  const { shift, learned } = reading;
  const burstVariance = variance + shockVariance;
  law.read(reading, mean, burstVariance, clusters, events, total);
  const asBurst = Math.log(burst) + reading.logLikelihood;
  const asUsual = Math.log(Math.max(1e-9, 1 - burst - jump)) + usual;
  // A jump has a burst's likelihood: both widen the log rate as much. They differ in what the next periods get of it.
  const asJump = jump === 0 ? -Infinity : Math.log(jump) + reading.logLikelihood;
  const most = Math.max(asUsual, asBurst, asJump);
  const sum = Math.exp(asUsual - most) + Math.exp(asBurst - most) + Math.exp(asJump - most);
  out.logLikelihood = most + Math.log(sum);
  out.burst = Math.exp(asBurst - most) / sum;
  out.jump = Math.exp(asJump - most) / sum;
  const burstShift = reading.shift;
  const burstLearned = reading.learned;
  states.copyWithin(spare, at, at + stateSize);
  states.copyWithin(spare + stateSize, at, at + stateSize);
  absorb(states, at, gain, variance, shift, learned);
  absorb(states, spare, gain, burstVariance, burstShift, burstLearned);
  const usualShare = Math.exp(asUsual - most) / sum;
  mergeInto(states, at, spare, out.burst / Math.max(1e-300, out.burst + usualShare));
  if (jump === 0) return;
  const jumped = spare + stateSize;
  addVariance(states, jumped, shockVariance);
  absorb(states, jumped, gain, varianceOf(states, jumped, side, gain) + jitter, burstShift, burstLearned);
  mergeInto(states, at, jumped, out.jump);
}
