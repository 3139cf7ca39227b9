import type { Direction } from '../comparison.ts';

/** The effects that one metric is watched for. */
export interface Effects {
  /** What a branch adds to the canary's judged value; the first is the healthy one's 0, the last are `promote`'s. */
  readonly shifts: Float64Array;
  /** How much that may vary from period to period. */
  readonly variances: Float64Array;
  /** How likely each branch is from the start; 0 for those that only promotion asks. */
  readonly priors: Float64Array;
  /** The branches that say "worse", from 1 up to this one, exclusive. */
  readonly harmEnd: number;
  /** The part of an effect's prior that has it begin with the canary; the rest is spread evenly over later periods. */
  readonly fromStart: number;
}

const fromStart = 0.6;

/** Small regressions have most of the prior: large ones are found at once anyway. */
const sizes = [
  { factor: 1.05, prior: 0.12 },
  { factor: 1.1, prior: 0.22 },
  { factor: 1.2, prior: 0.2 },
  { factor: 1.5, prior: 0.14 },
  { factor: 2, prior: 0.14 },
  { factor: 5, prior: 0.08 },
  { factor: 20, prior: 0.05 },
  { factor: 75, prior: 0.05 },
];

/** An effect varies over time by this part of its logarithm, which also covers the sizes between two branches. */
const variation = 0.1;

/** Without a history the noise is a guess, and an effect is thought of as this much less likely. */
const careful = 0.35;

/** The branches for a direction, and for the `size` (a factor above 1) that a promotion must exclude. */
export function effectsFor(direction: Direction, size: number, hasHistory: boolean): Effects {
  const part = hasHistory ? 1 : careful;
  const signs = direction === 'either' ? [1, -1] : [direction === 'increase' ? 1 : -1];
  const harms = signs.flatMap((sign) =>
    sizes.map(({ factor, prior }) => ({
      shift: sign * Math.log(factor),
      variance: (variation * Math.log(factor)) ** 2,
      prior: (part * prior) / signs.length,
    })),
  );
  const promotes = signs.map((sign) => ({ shift: sign * Math.log(size), variance: 0, prior: 0 }));
  const all = [{ shift: 0, variance: 0, prior: 1 }, ...harms, ...promotes];
  return {
    shifts: Float64Array.from(all, ({ shift }) => shift),
    variances: Float64Array.from(all, ({ variance }) => variance),
    priors: Float64Array.from(all, ({ prior }) => prior),
    harmEnd: 1 + harms.length,
    fromStart,
  };
}
