import { median } from '../statistics/median.ts';
import { madToDeviation } from './judged-scale.ts';
import { noiseGrid } from './noise-grid.ts';
import { observeSides } from './observe-sides.ts';
import { noSpikes, rememberSpike } from './spikes.ts';
import { newTrack, type Track, trackWeight } from './track.ts';

/** Hypotheses that go on after a history's first periods, and after all of it. */
const firstPeriods = 30;
const keptFirst = 60;
const keptAtEnd = 12;

/** A hypothesis this much less likely than the best is not carried on. */
const negligible = 1e-4;

/**
 * Runs every noise hypothesis over the history and keeps those that it leaves likely, weighted.
 * @param history judged values of the baseline before the canary began; null where one is missing
 */
export function learnNoise(history: readonly (number | null)[]): readonly Track[] {
  const spikesSeen = noSpikes();
  const spread = spreadOfSteps(history);
  let tracks: readonly Track[] = noiseGrid(spread).map((hypothesis) => newTrack(hypothesis, spikesSeen));
  history.forEach((value, period) => {
    if (period === firstPeriods && spread !== null) tracks = likeliest(tracks, keptFirst);
    const sides = { baseline: value, canary: null, baselineNoise: 1 };
    for (const track of tracks) observeSides(track, sides, null);
    if (value === null) return;
    rescale(tracks);
    // The history is centred on its median.
    if (spread !== null) rememberSpike(spikesSeen, value, spread);
  });
  return likeliest(tracks, spread === null ? tracks.length : keptAtEnd);
}

/** The likeliest tracks, at most so many, with weights that sum to 1. */
function likeliest(tracks: readonly Track[], most: number): readonly Track[] {
  const sorted = tracks.map((track) => ({ track, weight: trackWeight(track) })).sort((a, b) => b.weight - a.weight);
  const best = sorted[0]?.weight ?? 0;
  const kept = sorted.slice(0, most).filter(({ weight }) => weight >= best * negligible);
  rescale(kept.map(({ track }) => track));
  return kept.map(({ track }) => track);
}

/** Weights of all tracks are multiplied so that they sum to 1: only their ratios count, and products run out of range. */
function rescale(tracks: readonly Track[]): void {
  let sum = 0;
  for (const track of tracks) sum += trackWeight(track);
  if (!(sum > 0)) return;
  for (const track of tracks) track.branches[0] = (track.branches[0] ?? 0) / sum;
}

/**
 * The robust standard deviation of a period's value around the one before, over the root of two, which is what
 * independent noise has; null where fewer than six steps say so.
 */
export function spreadOfSteps(history: readonly (number | null)[]): number | null {
  const steps: number[] = [];
  for (let at = 1; at < history.length; at += 1) {
    const value = history[at];
    const before = history[at - 1];
    if (typeof value === 'number' && typeof before === 'number') steps.push(Math.abs(value - before));
  }
  if (steps.length < 6) return null;
  return ((median(steps) ?? 0) * madToDeviation) / Math.SQRT2;
}
