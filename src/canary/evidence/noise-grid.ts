import type { Spikes } from './spikes.ts';

/** What a healthy side's values may do around their level. Variances are in squared units of the judged scale. */
export interface NoiseHypothesis {
  /** How much of a drift is left after one period: the coefficient of an AR(1), in [0, 1). */
  readonly memory: number;
  /** Stationary variance of the drift. */
  readonly drift: number;
  /** Squared scale of the noise that is new each period. */
  readonly noise: number;
  /** Half the degrees of freedom of the noise's Student distribution: 2 for heavy tails, 6 for nearly normal ones. */
  readonly halfDegrees: number;
  readonly spikes: Spikes;
  /** How likely it is, before any value was seen; all hypotheses together have 1. */
  readonly prior: number;
}

/** Noise below one percent is rounding, and a series that never moved proves no less of it. */
const leastScale = 0.01;

/** What a side may do: a drift's memories, its variances over the noise's, and how heavy the tails are. */
interface Kinds {
  readonly memories: readonly number[];
  readonly shares: readonly number[];
  readonly tails: readonly Pick<NoiseHypothesis, 'halfDegrees' | 'spikes' | 'prior'>[];
}
const anywhere = (part: number): Spikes => ({ part, upward: false });
const tails = [
  { halfDegrees: 6, spikes: anywhere(0.002), prior: 0.5 },
  { halfDegrees: 2, spikes: anywhere(0.005), prior: 0.25 },
  { halfDegrees: 2, spikes: anywhere(0.06), prior: 0.15 },
  { halfDegrees: 2, spikes: { part: 0.2, upward: true }, prior: 0.1 },
];
const fine: Kinds = { memories: [0.5, 0.8, 0.95, 0.99], shares: [0.1, 0.3, 1, 3, 10, 50], tails };
/** Where no history tells them apart, few kinds stand for all. */
const coarse: Kinds = {
  memories: [0.8, 0.97],
  shares: [0.5, 5],
  tails: [{ halfDegrees: 2, spikes: anywhere(0.03), prior: 1 }],
};
/** What the prior has for no drift at all. */
const steady = { fine: 0.8, coarse: 0.2 };

/** Around a history's own spread: what its differences leave open. */
const relativeScales = [0.5, 0.7, 1, 1.4, 2];
/** Without a history: from two percent to a factor of two. */
const anyScales = [0.02, 0.04, 0.08, 0.16, 0.32, 0.64];

/**
 * Every noise that is thought possible, where a period differs from the one before by about `spread` (a robust
 * standard deviation of one value around the value before, over the root of two); null where no history tells.
 */
export function noiseGrid(spread: number | null): readonly NoiseHypothesis[] {
  const scales = spread === null ? anyScales : relativeScales.map((factor) => Math.max(leastScale, factor * spread));
  const { memories, shares, tails } = spread === null ? coarse : fine;
  const still = spread === null ? steady.coarse : steady.fine;
  const drifting = (1 - still) / (memories.length * shares.length);
  const kinds = [
    { memory: 0, share: 0, prior: still },
    ...memories.flatMap((memory) => shares.map((share) => ({ memory, share, prior: drifting }))),
  ];
  return scales.flatMap((scale) =>
    kinds.flatMap(({ memory, share, prior }) => {
      // The scale stands for the short-term variance, noise + drift * (1 - memory).
      const noise = Math.max(leastScale ** 2, scale ** 2 / (1 + share * (1 - memory)));
      return tails.map((tail) => ({
        memory,
        drift: noise * share,
        noise,
        ...tail,
        prior: (prior * tail.prior) / scales.length,
      }));
    }),
  );
}
