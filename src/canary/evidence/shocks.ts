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
  logFactor: number;
  readonly jitter: number;
  readonly clusters: number;
  /** How likely it is that this period has a burst of its own: then its count says little of the next ones. */
  burst: number;
  /** How likely it is that the drift jumps. */
  jump: number;
  /** The burst of the period before: how likely there was one, and how far it went. */
  last: number;
  lastOffset: number;
}

export interface Read {
  logLikelihood: number;
  /** How likely it is, after the count, that the period had a burst; how far it went then; and that the drift jumped. */
  burst: number;
  offset: number;
  jump: number;
}

/** How far bursts and jumps go: the standard deviation of the log rate's sudden change, a factor of 3 either way. */
const shockVariance = 1.1 ** 2;

/** A burst that goes on stays about where it was, nine times out of ten. */
const stayVariance = 0.12 ** 2;
const stays = 0.9;

/** A count so many standard deviations (squared) away is worth asking whether it was a burst or a jump. */
const surprising = 5;

/** So is every count after a period that had a burst with this probability. */
const suspicious = 0.02;

/**
 * Reads a count and lets the belief at `at` take it in. A count that surprises may be a burst or a jump: the belief
 * becomes the mixture of what follows from each, by their likelihoods (a Gaussian sum, collapsed to one Gaussian at each
 * step: Harrison and Stevens 1976, section 5). A burst tells the belief nothing.
 */
export function readRobustly(desk: Desk, at: number, counts: Counts, given: Reading, out: Read): void {
  const { states, gain, reading, law } = desk;
  const variance = varianceOf(states, at, given.side, gain) + given.jitter;
  const mean = meanOf(states, at, given.side) + given.logFactor;
  law.read(reading, mean, variance, given.clusters, counts.events, counts.total);
  const { logLikelihood, shift, learned } = reading;
  out.logLikelihood = logLikelihood;
  out.burst = 0;
  out.offset = 0;
  out.jump = 0;
  if (shift ** 2 < surprising * learned * variance && given.last < suspicious) {
    absorb(states, at, gain, variance, shift, learned);
    return;
  }
  const { usual, jumped } = weigh(desk, mean, variance, counts, given, out);
  const { spare } = desk;
  states.copyWithin(spare, at, at + stateSize);
  states.copyWithin(spare + stateSize, at, at + stateSize);
  absorb(states, at, gain, variance, shift, learned);
  mergeInto(states, at, spare, out.burst / Math.max(1e-300, out.burst + usual));
  if (out.jump === 0) return;
  const leapt = spare + stateSize;
  addVariance(states, leapt, shockVariance);
  absorb(states, leapt, gain, varianceOf(states, leapt, given.side, gain) + given.jitter, jumped.shift, jumped.learned);
  mergeInto(states, at, leapt, out.jump);
}

/** How likely each explanation of the count is after it; writes what `out` wants, and says what a jump would teach. */
function weigh({ reading, law }: Desk, mean: number, variance: number, counts: Counts, given: Reading, out: Read) {
  const { clusters, burst, jump, last, lastOffset } = given;
  const { events, total } = counts;
  const asUsual = Math.log(Math.max(1e-9, 1 - burst - jump)) + reading.logLikelihood;
  law.read(reading, mean, variance + shockVariance, clusters, events, total);
  const jumped = { shift: reading.shift, learned: reading.learned };
  // A jump has a burst's likelihood: both widen the log rate as much. They differ in what the next periods get of it.
  const widened = reading.logLikelihood;
  const asJump = jump === 0 ? -Infinity : Math.log(jump) + widened;
  const asBurst = Math.log(burst * (1 - stays * last)) + widened;
  let asStay = -Infinity;
  if (last >= suspicious) {
    law.read(reading, mean + lastOffset, variance + stayVariance, clusters, events, total);
    asStay = Math.log(burst * stays * last) + reading.logLikelihood;
  }
  const most = Math.max(asUsual, asBurst, asJump, asStay);
  const [u, b, j, s] = [asUsual - most, asBurst - most, asJump - most, asStay - most].map(Math.exp) as Four;
  const sum = u + b + j + s;
  out.logLikelihood = most + Math.log(sum);
  out.burst = (b + s) / sum;
  out.offset = (b * jumped.shift + s * (lastOffset + reading.shift)) / Math.max(1e-300, b + s);
  out.jump = j / sum;
  return { usual: u / sum, jumped };
}

type Four = [number, number, number, number];
