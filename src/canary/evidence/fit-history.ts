import type { Counts, Periods } from '../comparison.ts';
import { newestPeriods } from './evidence.ts';
import { type Noise, noises } from './noise.ts';
import type { CountLaw } from './observe-counts.ts';
import { burstChance, burstGoesOn, jumpChance, learnShocks, noShocks, type ShockCounts } from './shock-rates.ts';
import { type Desk, newDesk, type Read, type Reading, readRobustly } from './shocks.ts';
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
const periodsBetweenCuts = 4;
const farBehind = 7;

/** How little is known of the level before the first period. */
const levelVariance = 1;

/**
 * Filters the baseline's past through every hypothesis. Without a past they keep their priors, around a level taken
 * from `guess`.
 * @param guess log odds (or log rate) to begin with
 */
export function fitHistory(law: CountLaw, history: Periods<Counts>, guess: number): readonly FittedNoise[] {
  const newest = history.slice(-newestPeriods);
  const desk = newDesk(law, noises.length);
  let fits = noises.map((noise, index) => openFit(noise, desk, index * stateSize, guess));
  const out: Read = { logLikelihood: 0, burst: 0, offset: 0, jump: 0 };
  newest.forEach((counts, index) => {
    for (const fit of fits) takeIn(fit, counts, desk, out);
    if ((index + 1) % periodsBetweenCuts === 0) fits = withoutHopeless(fits);
  });
  return withoutHopeless(fits).map(({ noise, logWeight, shocks, at }) => ({
    noise,
    logWeight,
    shocks,
    state: desk.states.slice(at, at + stateSize),
  }));
}

/** A fit in the making: its state lies on the desk. */
interface OpenFit {
  readonly noise: Noise;
  readonly at: number;
  logWeight: number;
  readonly shocks: ShockCounts;
  readonly given: Reading;
  readonly variances: { readonly shared: number; readonly baseline: number; readonly canary: number };
}

function openFit(noise: Noise, desk: Desk, at: number, guess: number): OpenFit {
  const variance = noise.drift ** 2;
  desk.states.set(initialState(guess, variance), at);
  const always = { side: 'baseline', jitter: noise.jitter ** 2, clusters: noise.clusters, logFactor: 0 } as const;
  return {
    noise,
    at,
    logWeight: Math.log(noise.prior),
    shocks: noShocks(),
    given: { ...always, burst: 0, jump: 0, last: 0, lastOffset: 0 },
    variances: { shared: variance, baseline: 0, canary: 0 },
  };
}

function takeIn(fit: OpenFit, counts: Counts | null, desk: Desk, out: Read): void {
  const { noise, shocks, given } = fit;
  forget(desk.states, fit.at, noise.memory, fit.variances);
  if (counts === null || counts.total <= 0) return;
  given.last = shocks.last;
  given.lastOffset = shocks.lastOffset;
  given.burst = (1 - shocks.last) * burstChance(shocks) + shocks.last * burstGoesOn(shocks);
  given.jump = jumpChance(shocks);
  readRobustly(desk, fit.at, counts, given, out);
  fit.logWeight += out.logLikelihood;
  learnShocks(shocks, out);
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
