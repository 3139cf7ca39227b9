/** What one metric says after a period. Evidence is in nats (natural logarithms of likelihood ratios). */
export interface Evidence {
  /**
   * ln of how much more likely everything seen so far is if the canary is worse than if it is healthy with all the
   * noise that the history allows. Rolls back when it reaches the metric's threshold; -Infinity before the first period
   * that counts. At any look, P(healthy canary ever reaches ln(1/a)) <= a (Ville's inequality) where the noise is as
   * the model has it.
   */
  readonly harm: number;
  /** By how many nats the threshold may lie below Ville's ln(1/alpha), as calibrated by simulation. */
  readonly slack: number;
  /**
   * ln(1/p), p at most the chance that a canary worse by the policy's size looks as healthy as this one, at this one
   * look. Asked at the planned end only, so nothing is spent on looking often.
   */
  readonly safety: number;
  /**
   * Confidence sequence of the effect, true at all looks together with probability 1 - alpha: the canary over the
   * baseline, as a factor (of odds for a ratio). Null while nothing is known.
   */
  readonly effect: { readonly lower: number; readonly upper: number } | null;
  /** Periods that were judged so far: both sides had a number, and warm-up was over. */
  readonly periods: number;
  /** What keeps the metric from being judged now, where something does. */
  readonly state: EvidenceState;
}

/** The same with what it is compared with. */
export interface MetricEvidence extends Evidence {
  readonly metric: string;
  /** Harm that rolls back, in nats. */
  readonly threshold: number;
}

/** `judged`: this period counted. The others name why it did not. */
export type EvidenceState = 'judged' | 'warming-up' | 'canary-missing' | 'baseline-missing' | 'no-data' | 'no-traffic';

/** Keeps what one metric's periods have shown; taking in one more costs the same however many went before. */
export interface MetricWatcher<T> {
  /** Takes in the next period. Call it once a period, in order. */
  observe(
    canary: T | null,
    baseline: T | null,
    exposure: { readonly canary: number; readonly baseline: number },
  ): Evidence;
}

/** Older periods of a history than these cost time and say little of today's noise. */
export const newestPeriods = 240;

/** What a metric's watcher is told beside the series. */
export interface EvidenceSettings {
  /** The metric's own share of the error budget: for the confidence sequence. */
  readonly alpha: number;
  /** Periods at the canary's begin that do not count. */
  readonly warmup: number;
  /** The factor that a promotion must exclude, above 1. */
  readonly size: number;
  readonly plannedPeriods: number;
}
