import type { Counts, Periods } from '../comparison.ts';
import { type Noise, noises } from './noise.ts';
import type { CountLaw, CountReading } from './observe-counts.ts';
import { absorb, cellOf, forget, level, meanOf, newGain, sharedDrift, stateSize, varianceOf } from './state.ts';

/** What a hypothesis about the noise makes of the baseline's past. */
export interface FittedNoise {
  readonly noise: Noise;
  /** ln of its weight, prior times likelihood, up to a constant that all share. */
  readonly logWeight: number;
  /** The belief about the level and the (whole, not yet divided) drift after the last period. */
  readonly state: Float64Array;
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
export function fitHistory(read: CountLaw['read'], history: Periods<Counts>, guess: number): readonly FittedNoise[] {
  const newest = history.slice(-mostHistory);
  let fits = noises.map((noise) => ({
    noise,
    logWeight: Math.log(noise.prior),
    state: initialState(guess, noise.drift ** 2),
  }));
  const reading: CountReading = { logLikelihood: 0, shift: 0, learned: 0 };
  const gain = newGain();
  newest.forEach((counts, index) => {
    for (const fit of fits) {
      const { noise, state } = fit;
      forget(state, 0, noise.memory, { shared: noise.drift ** 2, baseline: 0, canary: 0 });
      if (counts === null || counts.total <= 0) continue;
      const variance = varianceOf(state, 0, 'baseline', gain);
      const jitter = noise.jitter ** 2;
      const mean = meanOf(state, 0, 'baseline');
      read(reading, mean, variance + jitter, noise.clusters, counts.events, counts.total);
      fit.logWeight += reading.logLikelihood;
      absorb(state, 0, gain, variance + jitter, reading.shift, reading.learned);
    }
    if ((index + 1) % periodsBetweenCuts === 0) fits = withoutHopeless(fits);
  });
  return withoutHopeless(fits);
}

function withoutHopeless<T extends { readonly logWeight: number }>(fits: T[]): T[] {
  const best = fits.reduce((most, { logWeight }) => Math.max(most, logWeight), -Infinity);
  return fits.filter(({ logWeight }) => logWeight > best - farBehind);
}

function initialState(guess: number, driftVariance: number): Float64Array {
  const state = new Float64Array(stateSize);
  state[level] = guess;
  state[cellOf(level, level)] = levelVariance;
  state[cellOf(sharedDrift, sharedDrift)] = driftVariance;
  return state;
}
