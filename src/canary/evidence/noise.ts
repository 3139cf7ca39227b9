/**
 * One hypothesis about benign noise, of the log odds of an event (ratios) or of its log rate (counts): a level, a drift
 * with a memory, noise of single periods, and events that come in clusters.
 */
export interface Noise {
  /** The drift's correlation from one period to the next: AR(1). 0: each period for itself. */
  readonly memory: number;
  /** The drift's standard deviation, of the logarithm. */
  readonly drift: number;
  /** The standard deviation of what each period adds on its own, of the logarithm. */
  readonly jitter: number;
  /** How much more than a Poisson count's the variance is, whatever the load: clusters of c events each have c - 1. */
  readonly clusters: number;
  /** How likely it is before any data, up to a factor. */
  readonly prior: number;
}

const drifts: readonly Omit<Noise, 'clusters'>[] = [
  { memory: 0.98, drift: 0, jitter: 0, prior: 0.4 },
  ...[0.06, 0.1, 0.16, 0.24, 0.34, 0.48, 0.68, 0.95, 1.3].map((drift) => ({
    memory: 0,
    drift,
    jitter: 0,
    prior: 0.025,
  })),
  ...[0.6, 0.85, 0.97].flatMap((memory) =>
    [0.07, 0.14, 0.28, 0.55, 1].flatMap((drift) => [
      { memory, drift, jitter: 0, prior: 0.017 },
      { memory, drift, jitter: 0.16, prior: 0.009 },
    ]),
  ),
];

const clusterings = [
  { clusters: 0, prior: 0.45 },
  { clusters: 0.6, prior: 0.2 },
  { clusters: 2, prior: 0.2 },
  { clusters: 6, prior: 0.15 },
] as const;

/** All hypotheses; the history says which of them go on. */
export const noises: readonly Noise[] = drifts.flatMap((drift) =>
  clusterings.map(({ clusters, prior }) => ({ ...drift, clusters, prior: drift.prior * prior })),
);
