import type { Process } from './processes.ts';
import type { Random } from './random.ts';

/** The hidden states of one cell: noise of both sides, of the canary, and of each of the baseline's slices (or none). */
export interface HiddenProcesses {
  readonly shared: readonly Process[];
  readonly canary: readonly Process[];
  readonly slices: readonly (readonly Process[])[];
}

/** ln of a minute's likelihood under both hypotheses, given the sides' log rates; null: nothing was seen. */
export type Likelihood = (
  canaryLogRate: number,
  baselineLogRate: number,
) => { readonly healthy: number; readonly ill: number } | null;

export interface Particles {
  /** Takes in a minute. @returns ln of how much more likely all minutes so far are if ill than if healthy */
  step(likelihood: Likelihood): number;
}

/** Two hidden states a particle and more, or ones that are followed through time. */
const many = 256;
/** One state that is drawn anew each minute: its integral is all there is, so it may cost more draws. */
const manyFresh = 2048;

/**
 * A bootstrap particle filter (N. J. Gordon, D. J. Salmond, A. F. M. Smith 1993, IEE Proc. F 140:107) with two weights a
 * particle, one for each hypothesis. Particles are drawn anew by the mean of both weights, so both keep states to live
 * in. Without hidden states there is one particle, and the ratio is exact; states without memory are integrated over
 * anew each minute.
 */
export function particles(hidden: HiddenProcesses, random: Random): Particles {
  const groups = [hidden.shared, hidden.canary, ...hidden.slices];
  const processes = groups.flat();
  const memoryless = processes.every((process) => process.memoryless);
  const count = processes.length === 0 ? 1 : memoryless && processes.length === 1 ? manyFresh : many;
  const states = Array.from({ length: count }, () => processes.map(({ size }) => new Float64Array(size)));
  const weights = { healthy: new Float64Array(count).fill(1 / count), ill: new Float64Array(count).fill(1 / count) };
  let begun = false;
  let evidence = 0;
  const move = () => {
    for (const state of states) {
      processes.forEach((process, at) => {
        const own = state[at];
        if (own !== undefined) (begun ? process.step : process.start)(random, own);
      });
    }
    begun = true;
  };
  return {
    step: (likelihood) => {
      move();
      if (memoryless) {
        weights.healthy.fill(1 / count);
        weights.ill.fill(1 / count);
      }
      const healthy = new Float64Array(count);
      const ill = new Float64Array(count);
      let seen = true;
      states.forEach((state, at) => {
        const rates = logRatesOf(groups, state);
        const logs = likelihood(rates.canary, rates.baseline);
        if (logs === null) seen = false;
        else {
          healthy[at] = logs.healthy;
          ill[at] = logs.ill;
        }
      });
      if (!seen) return evidence;
      evidence += reweigh(weights.ill, ill) - reweigh(weights.healthy, healthy);
      if (!memoryless && effectiveSize(weights) < count / 2) drawAnew(states, weights, random);
      return evidence;
    },
  };
}

function logRatesOf(groups: readonly (readonly Process[])[], state: readonly Float64Array[]) {
  let at = 0;
  const sums = groups.map((processes) => {
    let sum = 0;
    for (const process of processes) {
      const own = state[at];
      if (own !== undefined) sum += process.logRate(own);
      at += 1;
    }
    return sum;
  });
  const [shared = 0, canary = 0, ...slices] = sums;
  const baseline =
    slices.length <= 1
      ? (slices[0] ?? 0)
      : Math.log(slices.reduce((sum, slice) => sum + Math.exp(slice), 0) / slices.length);
  return { canary: shared + canary, baseline: shared + baseline };
}

/** Multiplies weights by likelihoods and normalizes them. @returns ln of their sum before that */
function reweigh(weights: Float64Array, logs: Float64Array): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const log of logs) if (log > highest) highest = log;
  let sum = 0;
  for (let at = 0; at < weights.length; at += 1) {
    const weight = (weights[at] ?? 0) * Math.exp((logs[at] ?? 0) - highest);
    weights[at] = weight;
    sum += weight;
  }
  // Every particle with weight lost it to the last bit: begin again from equal weights.
  if (sum === 0) weights.fill(1 / weights.length);
  else for (let at = 0; at < weights.length; at += 1) weights[at] = (weights[at] ?? 0) / sum;
  return highest + Math.log(Math.max(sum, 1e-300));
}

interface Weights {
  readonly healthy: Float64Array;
  readonly ill: Float64Array;
}

function mixed({ healthy, ill }: Weights, at: number): number {
  return ((healthy[at] ?? 0) + (ill[at] ?? 0)) / 2;
}

function effectiveSize(weights: Weights): number {
  let squares = 0;
  for (let at = 0; at < weights.healthy.length; at += 1) squares += mixed(weights, at) ** 2;
  return 1 / squares;
}

/** Systematic resampling (J. Carpenter, P. Clifford, P. Fearnhead 1999, IEE Proc. 146:2). */
function drawAnew(states: Float64Array[][], weights: Weights, random: Random): void {
  const count = states.length;
  const offset = random();
  const before = states.map((state) => state.map((own) => own.slice()));
  const healthy = weights.healthy.slice();
  const ill = weights.ill.slice();
  let from = 0;
  let below = mixed({ healthy, ill }, 0);
  for (let at = 0; at < count; at += 1) {
    while (below < (at + offset) / count && from < count - 1) {
      from += 1;
      below += mixed({ healthy, ill }, from);
    }
    const source = before[from] ?? [];
    source.forEach((own, which) => {
      states[at]?.[which]?.set(own);
    });
    const chance = mixed({ healthy, ill }, from) * count;
    weights.healthy[at] = (healthy[from] ?? 0) / chance;
    weights.ill[at] = (ill[from] ?? 0) / chance;
  }
  normalize(weights.healthy);
  normalize(weights.ill);
}

function normalize(weights: Float64Array): void {
  let sum = 0;
  for (const weight of weights) sum += weight;
  for (let at = 0; at < weights.length; at += 1) weights[at] = sum > 0 ? (weights[at] ?? 0) / sum : 1 / weights.length;
}
