import { studentDensity } from '../statistics/student.ts';
import type { NoiseHypothesis } from './noise-grid.ts';
import { type SpikeMemory, spikeDensity } from './spikes.ts';
import { jumpChance, jumpDeviations, jumpVariance, levelVariance, newTrack, type Track } from './track.ts';

/**
 * All noise hypotheses over a history, where there is one side and no effect: the Kalman filter of `track.ts` with level
 * and drift only, in flat arrays, since hundreds of them run at once.
 */
export interface HistoryFilter {
  /** Takes in the next value; null is a period without one. */
  step(value: number | null): void;
  /** Leaves the likeliest, at most so many, and none that is `negligible` times less likely than the best. */
  keep(most: number, negligible: number): void;
  /** What is left as tracks, likeliest first, with weights that sum to 1. */
  tracks(): readonly Track[];
}

/** Numbers of a hypothesis: weight, level, drift, and the variances of level, level with drift, drift. */
const width = 6;

/** Below this no weight falls, so that none is ever zero: only the ratios count, and products run out of range. */
const leastWeight = 1e-200;

export function createHistoryFilter(all: readonly NoiseHypothesis[], spikesSeen: SpikeMemory): HistoryFilter {
  let hypotheses = all;
  let cells = new Float64Array(width * all.length);
  for (let index = 0, at = 0; index < all.length; index += 1, at += width) {
    cells[at] = (all[index] as NoiseHypothesis).prior;
    cells[at + 3] = levelVariance;
    cells[at + 5] = (all[index] as NoiseHypothesis).drift;
  }

  function rescale(): void {
    let sum = 0;
    for (let at = 0; at < cells.length; at += width) sum += cells[at] as number;
    const factor = 1 / sum;
    for (let at = 0; at < cells.length; at += width) {
      cells[at] = Math.max(leastWeight, (cells[at] as number) * factor);
    }
  }

  return {
    step(value) {
      for (let index = 0, at = 0; at < cells.length; index += 1, at += width) {
        const hypothesis = hypotheses[index] as NoiseHypothesis;
        predict(cells, at, hypothesis);
        if (value === null) continue;
        if (isFarOut(cells, at, hypothesis.noise, value)) absorbOrJump(cells, at, value, hypothesis, spikesSeen);
        else absorb(cells, at, value, hypothesis, spikesSeen);
      }
      if (value !== null) rescale();
    },
    keep(most, negligible) {
      const weightAt = (index: number) => cells[width * index] as number;
      const order = hypotheses.map((_, index) => index).sort((a, b) => weightAt(b) - weightAt(a));
      const least = weightAt(order[0] ?? 0) * negligible;
      const kept = order.slice(0, most).filter((index) => weightAt(index) >= least);
      const old = cells;
      cells = new Float64Array(width * kept.length);
      kept.forEach((index, to) => {
        for (let i = 0; i < width; i += 1) cells[width * to + i] = old[width * index + i] as number;
      });
      const before = driftWeights(old, hypotheses);
      const held = hypotheses;
      hypotheses = kept.map((index) => held[index] as NoiseHypothesis);
      restoreDrift(cells, hypotheses, before);
      rescale();
    },
    tracks() {
      return hypotheses.map((hypothesis, index) => {
        const [weight = 0, level = 0, drift = 0, c0 = 0, c1 = 0, c3 = 0] = cells.subarray(width * index);
        const track = newTrack(hypothesis, spikesSeen);
        track.branches.set([weight, level, drift]);
        track.covariance.set([c0, c1, 0, c3, 0, 0]);
        return track;
      });
    },
  };
}

/** What the hypotheses without a drift weigh, and those with one. */
function driftWeights(cells: Float64Array, hypotheses: readonly NoiseHypothesis[]): readonly [number, number] {
  let [still, drifting] = [0, 0];
  for (let index = 0; index < hypotheses.length; index += 1) {
    const weight = cells[width * index] as number;
    if (hypotheses[index]?.drift === 0) still += weight;
    else drifting += weight;
  }
  return [still, drifting];
}

/** Drifts are of many kinds, each of little weight: those that go on stand for those that do not. */
function restoreDrift(
  cells: Float64Array,
  hypotheses: readonly NoiseHypothesis[],
  before: readonly [number, number],
): void {
  const [still, drifting] = driftWeights(cells, hypotheses);
  if (!(still > 0 && drifting > 0)) return;
  const factor = (before[1] * still) / (before[0] * drifting);
  for (let index = 0; index < hypotheses.length; index += 1) {
    if (hypotheses[index]?.drift !== 0) cells[width * index] = (cells[width * index] as number) * factor;
  }
}

function predict(cells: Float64Array, at: number, { memory, drift }: NoiseHypothesis): void {
  cells[at + 2] = (cells[at + 2] as number) * memory;
  cells[at + 4] = (cells[at + 4] as number) * memory;
  cells[at + 5] = (cells[at + 5] as number) * memory * memory + (1 - memory * memory) * drift;
}

/** Whether a value is so far from what is expected that the level may have jumped. */
function isFarOut(cells: Float64Array, at: number, noise: number, value: number): boolean {
  const residual = value - (cells[at + 1] as number) - (cells[at + 2] as number);
  const variance = (cells[at + 3] as number) + 2 * (cells[at + 4] as number) + (cells[at + 5] as number) + noise;
  return residual * residual > jumpDeviations * jumpDeviations * variance;
}

/** The update of `track.ts`, which has its sources, for one branch and one side. */
function absorb(cells: Float64Array, at: number, value: number, hypothesis: NoiseHypothesis, seen: SpikeMemory): void {
  const { noise, halfDegrees, spikes } = hypothesis;
  const toLevel = (cells[at + 3] as number) + (cells[at + 4] as number);
  const toDrift = (cells[at + 4] as number) + (cells[at + 5] as number);
  const state = toLevel + toDrift;
  const total = state + noise;
  const residual = value - (cells[at + 1] as number) - (cells[at + 2] as number);
  const perDegree = 0.5 / halfDegrees;
  const z = 1 + (residual * residual * perDegree) / total;
  const regular = (1 - spikes.part) * studentDensity(z, total, halfDegrees);
  const density = regular + spikes.part * spikeDensity(residual, spikes.upward, seen);
  const trust = ((1 + perDegree) * regular) / (z * density);
  const shrink = trust / (state * trust + noise);
  const gain = residual * shrink;
  cells[at] = (cells[at] as number) * density;
  cells[at + 1] = (cells[at + 1] as number) + toLevel * gain;
  cells[at + 2] = (cells[at + 2] as number) + toDrift * gain;
  cells[at + 3] = (cells[at + 3] as number) - toLevel * toLevel * shrink;
  cells[at + 4] = (cells[at + 4] as number) - toLevel * toDrift * shrink;
  cells[at + 5] = (cells[at + 5] as number) - toDrift * toDrift * shrink;
}

const spare = new Float64Array(width);

/** Takes in a value that is far out: with the level where it was, and with one that has jumped; both, merged. */
function absorbOrJump(
  cells: Float64Array,
  at: number,
  value: number,
  hypothesis: NoiseHypothesis,
  seen: SpikeMemory,
): void {
  for (let i = 0; i < width; i += 1) spare[i] = cells[at + i] as number;
  spare[0] = (spare[0] as number) * jumpChance;
  spare[3] = (spare[3] as number) + jumpVariance;
  cells[at] = (cells[at] as number) * (1 - jumpChance);
  absorb(cells, at, value, hypothesis, seen);
  absorb(spare, 0, value, hypothesis, seen);
  merge(cells, at, spare);
}

/** Makes of two states of one hypothesis their mixture's mean and covariance, in the first. */
function merge(cells: Float64Array, at: number, other: Float64Array): void {
  const weight = (cells[at] as number) + (other[0] as number);
  const part = (other[0] as number) / weight;
  const level = (other[1] as number) - (cells[at + 1] as number);
  const drift = (other[2] as number) - (cells[at + 2] as number);
  for (let i = 1; i < width; i += 1)
    cells[at + i] = (1 - part) * (cells[at + i] as number) + part * (other[i] as number);
  const spread = part * (1 - part);
  cells[at] = weight;
  cells[at + 3] = (cells[at + 3] as number) + spread * level * level;
  cells[at + 4] = (cells[at + 4] as number) + spread * level * drift;
  cells[at + 5] = (cells[at + 5] as number) + spread * drift * drift;
}
