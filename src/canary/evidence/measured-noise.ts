import { median } from '../statistics/median.ts';
import { newestPeriods } from './evidence.ts';
import { createHistoryFilter } from './history-filter.ts';
import { madToDeviation } from './judged-scale.ts';
import { noiseGrid } from './noise-grid.ts';
import { noSpikes, rememberSpike } from './spikes.ts';
import type { Track } from './track.ts';

/** How many hypotheses go on after so many periods, and after all of the history. */
const cuts = new Map([
  [10, 240],
  [20, 120],
  [30, 60],
  [60, 30],
]);
const keptAtEnd = 12;

/** A hypothesis this much less likely than the best is not carried on: while there is more to come, and at the end. */
const hopeless = 1e-6;
const negligible = 1e-4;

/**
 * Runs every noise hypothesis over the history's newest periods and keeps those that it leaves likely, weighted.
 * @param history judged values of the baseline before the canary began; null where one is missing
 */
export function learnNoise(history: readonly (number | null)[]): readonly Track[] {
  const spikesSeen = noSpikes();
  const newest = history.slice(-newestPeriods);
  const spread = spreadOfSteps(newest);
  const filter = createHistoryFilter(noiseGrid(spread), spikesSeen);
  for (const [period, value] of newest.entries()) {
    const most = cuts.get(period);
    if (most !== undefined && spread !== null) filter.keep(most, hopeless);
    filter.step(value);
    // The history is centred on its median.
    if (value !== null && spread !== null) rememberSpike(spikesSeen, value, spread);
  }
  filter.keep(spread === null ? Number.POSITIVE_INFINITY : keptAtEnd, negligible);
  return filter.tracks();
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
