import type { Counts, Periods } from '../comparison.ts';
import { createFilter } from './filter.ts';
import { type FittedNoise, initialState } from './fit-history.ts';
import { divide, type Ownership } from './hypotheses.ts';
import type { CountLaw } from './observe-counts.ts';

/** Two slices tell whose the drift is; more cost time and say the same again. */
const slicesAsked = 2;
const periodsAsked = 120;

interface Pair {
  readonly slice: Periods<Counts>;
  readonly rest: Periods<Counts>;
  /** The rest's load for each unit of the slice's. */
  readonly ratio: number;
}

/**
 * Plays each of two slices of the past as a healthy canary beside the others: the hypothesis under which their counts are
 * likely is right about what they share.
 * @param guess log odds (or log rate) to begin with
 * @returns ln of the slices' likelihood under a fitted noise so owned; null where there are no two slices
 */
export function partsWitness(
  law: CountLaw,
  parts: readonly Periods<Counts>[],
  guess: number,
): ((fit: FittedNoise, ownership: Ownership) => number) | null {
  if (parts.length < 2) return null;
  const pairs = parts.slice(0, slicesAsked).map((slice, index) => pairOf(slice, parts.toSpliced(index, 1)));
  return (fit, ownership) => {
    const total = pairs.reduce((sum, pair) => sum + likelihoodOf(law, fit, ownership, pair, guess), 0);
    return total / pairs.length;
  };
}

function likelihoodOf(
  law: CountLaw,
  fit: FittedNoise,
  ownership: Ownership,
  { slice, rest, ratio }: Pair,
  guess: number,
): number {
  const canaryNoise = ownership.canaryNoise === 1 ? 1 : Math.max(1, ratio);
  const state = initialState(guess, fit.noise.drift ** 2);
  const filter = createFilter(divide({ ...fit, state }, { ...ownership, canaryNoise }), law, [], slice.length);
  slice.forEach((counts, period) => {
    const others = rest[period] ?? null;
    if (counts === null || others === null || counts.total <= 0 || others.total <= 0) filter.pass();
    else filter.step(counts, others);
  });
  return filter.logLikelihoods[0] ?? 0;
}

function pairOf(slice: Periods<Counts>, others: readonly Periods<Counts>[]): Pair {
  const rest = slice.map((_, period) => sumOf(others.map((one) => one[period] ?? null)));
  const load = (series: Periods<Counts>) => series.reduce((sum, counts) => sum + (counts?.total ?? 0), 0);
  const ratio = load(rest) / Math.max(1, load(slice));
  return { slice: slice.slice(-periodsAsked), rest: rest.slice(-periodsAsked), ratio };
}

function sumOf(counts: Periods<Counts>): Counts | null {
  let events = 0;
  let total = 0;
  for (const one of counts) {
    if (one === null) return null;
    events += one.events;
    total += one.total;
  }
  return { events, total };
}
