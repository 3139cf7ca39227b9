import type { Counts, Periods } from '../comparison.ts';
import { type Noise, noises } from './noise.ts';
import type { CountLaw } from './observe-counts.ts';
import { burstChance, burstGoesOn, jumpChance, learnShocks, noShocks, type ShockCounts } from './shock-rates.ts';
import { type Desk, newDesk, type Read, readRobustly } from './shocks.ts';
import { cellOf, forget, level, sharedDrift, stateSize } from './state.ts';

/** What a hypothesis about the noise makes of the baseline's past. */
export interface FittedNoise {
  readonly noise: Noise;
  /** ln of its weight, prior times likelihood, up to a constant that all share. */
  readonly logWeight: number;
  /** The belief about the level and the (whole, not yet divided) drift after the last period. */
  readonly state: Float64Array;
  /** How often the past had bursts and jumps. */
  readonly shocks: ShockCounts;
}

/** After this many periods, and again and again, hypotheses far behind the best are given up. */
const periodsBetweenCuts = 8;
const farBehind = 7;

/** The newest periods are the ones that count; more cost time and tell little of today. */
export const mostHistory = 240;

/** How little is known of the level before the first period. */
const levelVariance = 1;

/**
 * Filters the baseline's past through every hypothesis. Without a past they keep their priors, around a level taken
 * from `guess`.
 * @param guess log odds (or log rate) to begin with
 */
export function fitHistory(law: CountLaw, history: Periods<Counts>, guess: number): readonly FittedNoise[] {
  const newest = history.slice(-mostHistory);
  const desk = newDesk(law, 1);
  let fits: MutableFit[] = noises.map((noise) => ({
    noise,
    logWeight: Math.log(noise.prior),
    state: initialState(guess, noise.drift ** 2),
    shocks: noShocks(),
  }));
  const out: Read = { logLikelihood: 0, burst: 0, offset: 0, jump: 0 };
  newest.forEach((counts, index) => {
    for (const fit of fits) takeIn(fit, counts, desk, out);
    if ((index + 1) % periodsBetweenCuts === 0) fits = withoutHopeless(fits);
  });
  return withoutHopeless(fits);
}

interface MutableFit extends FittedNoise {
  logWeight: number;
}

function takeIn(fit: MutableFit, counts: Counts | null, desk: Desk, out: Read): void {
  const { noise, state, shocks } = fit;
  desk.states.set(state);
  forget(desk.states, 0, noise.memory, { shared: noise.drift ** 2, baseline: 0, canary: 0 });
  if (counts !== null && counts.total > 0) {
    const burst = (1 - shocks.last) * burstChance(shocks) + shocks.last * burstGoesOn(shocks);
    const { last, lastOffset } = shocks;
    const given = { burst, jump: jumpChance(shocks), last, lastOffset };
    const { clusters } = noise;
    const jitter = noise.jitter ** 2;
    readRobustly(desk, 0, counts, { side: 'baseline', logFactor: 0, jitter, clusters, ...given }, out);
    fit.logWeight += out.logLikelihood;
    learnShocks(shocks, out);
  }
  state.set(desk.states.subarray(0, stateSize));
}

function withoutHopeless<T extends { readonly logWeight: number }>(fits: T[]): T[] {
  const best = fits.reduce((most, { logWeight }) => Math.max(most, logWeight), -Infinity);
  return fits.filter(({ logWeight }) => logWeight > best - farBehind);
}

/** Nothing is known but about where the level is. */
export function initialState(guess: number, driftVariance: number): Float64Array {
  const state = new Float64Array(stateSize);
  state[level] = guess;
  state[cellOf(level, level)] = levelVariance;
  state[cellOf(sharedDrift, sharedDrift)] = driftVariance;
  return state;
}
