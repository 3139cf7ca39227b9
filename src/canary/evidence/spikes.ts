import { studentDensity } from '../statistics/student.ts';

/** Values that are no part of the noise: how many, and where they lie. */
export interface Spikes {
  readonly part: number;
  /** Above the rest, as when a service has a slow way besides its fast one; else anywhere. */
  readonly upward: boolean;
}

/** Where the spikes were that came and went: the next one is likely to be like them. */
export interface SpikeMemory {
  count: number;
  centre: number;
  variance: number;
  /** A value far above the rest; a spike if the next one is back, else a new level. */
  pending: number | null;
}

export function noSpikes(): SpikeMemory {
  return { count: 0, centre: 0, variance: 0, pending: null };
}

/** Spikes begin this far above what was expected: in standard deviations, and at least in logarithms. */
const farAbove = 4;
const leastHeight = 0.4;
/** The standard deviation that is thought of before spikes have shown theirs. */
const firstSpread = 0.3;

/** Takes in how far a value lay from what was expected. */
export function rememberSpike(memory: SpikeMemory, distance: number, deviation: number): void {
  const isFar = distance > Math.max(leastHeight, farAbove * deviation);
  if (!isFar && memory.pending !== null) {
    memory.count += 1;
    const step = memory.pending - memory.centre;
    memory.centre += step / memory.count;
    const squares = memory.count === 1 ? firstSpread ** 2 : step * (memory.pending - memory.centre);
    memory.variance += (squares - memory.variance) / memory.count;
  }
  memory.pending = isFar ? distance : null;
}

const perPi = 1 / Math.PI;

/** Of upward spikes, the part that may lie anywhere all the same. */
const stray = 0.02;
/** How far above the rest upward spikes lie: a factor of four. */
const height = 1.5;

/**
 * The density of a spike's distance from where the value was expected: Cauchy's where it may lie anywhere, the upper
 * half of Student's with four degrees where it lies above, and the more like the spikes before the more of them there
 * were (the predictive rule of a Dirichlet process, Blackwell and MacQueen 1973).
 */
export function spikeDensity(distance: number, upward: boolean, memory: SpikeMemory): number {
  const fresh = upward ? freshAbove(distance) : freshAnywhere(distance);
  if (memory.count === 0) return fresh;
  const variance = memory.variance + firstSpread ** 2 / (1 + memory.count);
  const off = distance - memory.centre;
  const like = studentDensity(1 + (off * off) / (4 * variance), variance, 2);
  return (fresh + memory.count * like) / (1 + memory.count);
}

function freshAnywhere(distance: number): number {
  return perPi / (1 + distance * distance);
}

function freshAbove(distance: number): number {
  const above = distance > 0 ? 2 * studentDensity(1 + distance ** 2 / (4 * height ** 2), height ** 2, 2) : 0;
  return stray * freshAnywhere(distance) + (1 - stray) * above;
}
